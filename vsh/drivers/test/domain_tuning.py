"""Limits and weights of a guest: scheduler, block I/O, disks, interfaces; performance events."""

from __future__ import annotations

from vsh.api.domain.records import SchedulerType
from vsh.api.types import TypedParams
from vsh.drivers import _events as events
from vsh.drivers import _metadata, _params
from vsh.drivers.test import device_model, tuning_model
from vsh.drivers.test._part import Part
from vsh.errors import ArgumentUnsupported, InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_STRINGS_OKAY = 4
_WEIGHT = 50

# parameter of a block device: the field of its definition, and what its number may be
BLKIO_DEVICE = {
    "device_weight": ("weight", 2**32),
    "device_read_iops_sec": ("read_iops", 2**32),
    "device_write_iops_sec": ("write_iops", 2**32),
    "device_read_bytes_sec": ("read_bytes", 2**64),
    "device_write_bytes_sec": ("write_bytes", 2**64),
}

IO_TUNES = (
    "total_bytes_sec", "read_bytes_sec", "write_bytes_sec",
    "total_iops_sec", "read_iops_sec", "write_iops_sec",
    "total_bytes_sec_max", "read_bytes_sec_max", "write_bytes_sec_max",
    "total_iops_sec_max", "read_iops_sec_max", "write_iops_sec_max",
    "size_iops_sec", "group_name",
    "total_bytes_sec_max_length", "read_bytes_sec_max_length", "write_bytes_sec_max_length",
    "total_iops_sec_max_length", "read_iops_sec_max_length", "write_iops_sec_max_length",
)  # fmt: skip
_HIGHEST_IO_TUNE = 1000000000000000

# parameter of an interface: the direction and the attribute of its bandwidth
BANDWIDTH = {
    "inbound.average": ("inbound", "average"),
    "inbound.peak": ("inbound", "peak"),
    "inbound.burst": ("inbound", "burst"),
    "inbound.floor": ("inbound", "floor"),
    "outbound.average": ("outbound", "average"),
    "outbound.peak": ("outbound", "peak"),
    "outbound.burst": ("outbound", "burst"),
}

PERF_EVENTS = (
    "cmt", "mbmt", "mbml", "cpu_cycles", "instructions", "cache_references", "cache_misses",
    "branch_instructions", "branch_misses", "bus_cycles", "stalled_cycles_frontend",
    "stalled_cycles_backend", "ref_cpu_cycles", "cpu_clock", "task_clock", "page_faults",
    "context_switches", "cpu_migrations", "page_faults_min", "page_faults_maj", "alignment_faults",
    "emulation_faults",
)  # fmt: skip


class DomainTuning(Part):
    """Tuning."""

    # ---- scheduler

    def domain_get_scheduler_type(self, domain: Any) -> SchedulerType:
        return SchedulerType("fair", 1)

    def domain_get_scheduler_parameters(self, domain: Any) -> TypedParams:
        self.domain(domain)
        return TypedParams().set("weight", "uint", _WEIGHT)

    def domain_get_scheduler_parameters_flags(self, domain: Any, flags: int = 0) -> TypedParams:
        # libvirt's public layer always says that strings are welcome, which this function refuses
        self.accept(flags | _STRINGS_OKAY, 0, "testDomainGetSchedulerParametersFlags")
        return self.domain_get_scheduler_parameters(domain)

    def domain_set_scheduler_parameters(self, domain: Any, params: TypedParams) -> None:
        self.domain_set_scheduler_parameters_flags(domain, params, 0)

    def domain_set_scheduler_parameters_flags(
        self, domain: Any, params: TypedParams, flags: int = 0
    ) -> None:
        self.accept(flags, 0, "testDomainSetSchedulerParametersFlags")
        _params.check(params, {"weight": "uint"})
        self.domain(domain)

    # ---- block I/O of the whole guest

    def domain_get_blkio_parameters(self, domain: Any, flags: int = 0) -> TypedParams:
        self.accept(flags, 3 | _STRINGS_OKAY, "testDomainGetBlkioParameters")
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            weight, devices = tuning_model.blkio(definition)
            params = TypedParams().set("weight", "uint", weight or 0)
            for name, (field, _) in BLKIO_DEVICE.items():
                shown = [
                    f"{device.path},{getattr(device, field)}"
                    for device in devices
                    if getattr(device, field)
                ]
                params.set(name, "string", ",".join(shown))
            return params

    def domain_set_blkio_parameters(self, domain: Any, params: TypedParams, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainSetBlkioParameters")
        _params.check(params, {"weight": "uint", **dict.fromkeys(BLKIO_DEVICE, "string")})
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            problem: Exception | None = None
            for name, value in params.items():
                if name == "weight":
                    tuning_model.set_blkio_weight(definition, value)
                    continue
                try:
                    pairs = _device_pairs(name, value)
                except InvalidArgument as error:
                    problem = error  # libvirt goes on with the others
                    continue
                for path, number in pairs:
                    tuning_model.set_blkio_device(definition, path, BLKIO_DEVICE[name][0], number)
            if problem is not None:
                raise problem

    # ---- one disk

    def domain_get_block_io_tune(
        self, domain: Any, disk: str | None = None, flags: int = 0
    ) -> TypedParams:
        self.accept(flags, 3 | _STRINGS_OKAY, "testDomainGetBlockIoTune")
        if disk is None:
            # libvirt answers the number of parameters to a caller that names no disk
            return TypedParams()
        with self.domain(domain) as vm:
            found = device_model.disk(vm.one(flags & 3), disk, ambiguous=True)
            if found is None:
                raise InvalidArgument(f"disk '{disk}' was not found in the domain config")
            values = device_model.io_tune(found)
            params = TypedParams()
            for name in IO_TUNES:
                if name == "group_name":
                    params.set(name, "string", values.get(name) or "")
                else:
                    params.set(name, "ullong", values.get(name) or 0)
            return params

    def domain_set_block_io_tune(
        self, domain: Any, disk: str, params: TypedParams, flags: int = 0
    ) -> None:
        self.accept(flags, 3, "testDomainSetBlockIoTune")
        _params.check(
            params, {name: "string" if name == "group_name" else "ullong" for name in IO_TUNES}
        )
        with self.domain(domain) as vm:
            found = device_model.disk(vm.one(flags), disk, ambiguous=True)
            if found is None:
                raise InvalidArgument(f"missing persistent configuration for disk '{disk}'")
            for name, value in params.items():
                if name != "group_name" and value > _HIGHEST_IO_TUNE:
                    raise ArgumentUnsupported(
                        f"block I/O throttle limit value must be no more than {_HIGHEST_IO_TUNE}"
                    )
            values = {**device_model.io_tune(found), **params}
            _check_io_tune(values)
            device_model.set_io_tune(found, values)

    # ---- one interface

    def domain_get_interface_parameters(
        self, domain: Any, device: str, flags: int = 0
    ) -> TypedParams:
        self.accept(flags, 3 | _STRINGS_OKAY, "testDomainGetInterfaceParameters")
        with self.domain(domain) as vm:
            interface = device_model.interface(vm.one(flags), device)
            params = TypedParams()
            for name, (direction, attribute) in BANDWIDTH.items():
                rates = device_model.bandwidth(interface, direction)
                params.set(name, "uint", rates.get(attribute) or 0)
            return params

    def domain_set_interface_parameters(
        self, domain: Any, device: str, params: TypedParams, flags: int = 0
    ) -> None:
        self.accept(flags, 3, "testDomainSetInterfaceParameters")
        _params.check(params, dict.fromkeys(BANDWIDTH, "uint"))
        with self.domain(domain) as vm:
            interface = device_model.interface(vm.one(flags), device)
            for direction in ("inbound", "outbound"):
                rates = {
                    attribute: params[name]
                    for name, (way, attribute) in BANDWIDTH.items()
                    if way == direction and name in params
                }
                if rates.get("average") or rates.get("floor"):
                    device_model.set_bandwidth(interface, direction, rates)
                elif "average" in rates or "floor" in rates:
                    device_model.set_bandwidth(interface, direction, {})

    # ---- performance events

    def domain_get_perf_events(self, domain: Any, flags: int = 0) -> TypedParams:
        self.accept(flags, 3 | _STRINGS_OKAY, "testDomainGetPerfEvents")
        with self.domain(domain) as vm:
            enabled = tuning_model.perf_events(vm.one(flags))
            params = TypedParams()
            for name in PERF_EVENTS:
                params.set(name, "boolean", bool(enabled.get(name)))
            return params

    def domain_set_perf_events(self, domain: Any, params: TypedParams, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainSetPerfEvents")
        _params.check(params, dict.fromkeys(PERF_EVENTS, "boolean"))
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            for name, value in params.items():
                tuning_model.set_perf_event(definition, name, bool(value), PERF_EVENTS)

    # ---- description, title and other people's data

    def domain_get_metadata(
        self, domain: Any, kind: int, uri: str | None = None, flags: int = 0
    ) -> str:
        self.accept(flags, 3, "testDomainGetMetadata")
        with self.domain(domain) as vm:
            return _metadata.get(vm.one(flags), kind, uri)

    def domain_set_metadata(
        self,
        domain: Any,
        kind: int,
        metadata: str | None = None,
        key: str | None = None,
        uri: str | None = None,
        flags: int = 0,
    ) -> None:
        self.accept(flags, 3, "testDomainSetMetadata")
        with self.domain(domain) as vm:
            for definition in vm.both(flags):
                if definition is not None:
                    _metadata.put(definition, kind, metadata, key, uri)
            self.emit_domain(vm, events.METADATA_CHANGE, kind, uri)


def _device_pairs(name: str, text: str) -> list[tuple[str, int]]:
    """``path,number,path,number`` taken apart.  Raises InvalidArgument."""
    if not text:
        return []
    words = text.split(",")
    if len(words) % 2:
        raise InvalidArgument(f"unable to parse blkio device '{name}' '{text}'")
    pairs = []
    for path, number in zip(words[::2], words[1::2], strict=True):
        if not number.isdecimal() or int(number) >= BLKIO_DEVICE[name][1]:
            rest = text[text.index(path) + len(path) + 1 :]
            raise InvalidArgument(
                f"invalid value '{rest}' for parameter '{name}' of device '{path}'"
            )
        pairs.append((path, int(number)))
    return pairs


def _check_io_tune(values: dict[str, Any]) -> None:
    for unit in ("bytes_sec", "iops_sec", "bytes_sec_max", "iops_sec_max"):
        if values.get(f"total_{unit}") and (
            values.get(f"read_{unit}") or values.get(f"write_{unit}")
        ):
            raise InvalidArgument(f"total and read/write of {unit} cannot be set at the same time")
    for unit in ("bytes_sec", "iops_sec"):
        for way in ("total", "read", "write"):
            if (values.get(f"{way}_{unit}") or 0) > (values.get(f"{way}_{unit}_max") or 0):
                raise InvalidArgument(f"{way}_{unit} cannot be set higher than {way}_{unit}_max")
