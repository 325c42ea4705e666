"""Limits of disks: asked for and changed, in what runs and in the configuration."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.drivers.qemu import changing, telling
from vsh.drivers.qemu.blocks import images, throttle
from vsh.drivers.state import parameters
from vsh.errors import ArgumentUnsupported, ConfigUnsupported, InvalidArgument
from vsh.words.event_id import DomainEventID
from vsh.xml.domain.devices.disk import IOTUNES, Disk, IoTune

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition

HIGHEST = 1000000000000000
_GROUPS = (
    ("total_bytes_sec", "read_bytes_sec", "write_bytes_sec"),
    ("total_iops_sec", "read_iops_sec", "write_iops_sec"),
    ("total_bytes_sec_max", "read_bytes_sec_max", "write_bytes_sec_max"),
    ("total_iops_sec_max", "read_iops_sec_max", "write_iops_sec_max"),
    ("size_iops_sec",),
    ("group_name",),
    ("total_bytes_sec_max_length", "read_bytes_sec_max_length", "write_bytes_sec_max_length"),
    ("total_iops_sec_max_length", "read_iops_sec_max_length", "write_iops_sec_max_length"),
)

Limits = dict[str, int | str]


def check(params: TypedParams) -> None:
    """Refuse parameters that are no limits, and too high ones.  Raises Error."""
    parameters.check(
        params, {name: "string" if name == "group_name" else "ullong" for name in IOTUNES}
    )
    for name, value in params.items():
        if name != "group_name" and value > HIGHEST:
            raise ArgumentUnsupported(
                f"block I/O throttle limit value must be no more than {HIGHEST}"
            )


def limits(guest: Guest, name: str, flags: int) -> TypedParams:
    """The limits of a disk, each of them."""
    definition = guest.one(flags)
    running = guest.active and definition is guest.definition
    disk = images.disk_named(definition, name) if running else _found(definition, name)
    _check_filters(disk)
    found = _of(disk)
    params = TypedParams()
    for limit in IOTUNES:
        kind = "string" if limit == "group_name" else "ullong"
        params.set(limit, kind, found.get(limit) or ("" if kind == "string" else 0))
    if disk.alias and found and not params["group_name"]:
        params["group_name"] = throttle.device_of(disk)  # QEMU's name for it
    return params


def change(
    hypervisor: Hypervisor, guest: Guest, name: str, params: TypedParams, flags: int
) -> None:
    """Change limits of a disk; those of a kind that is not named stay."""
    live, config = guest.both(flags)
    given: Limits = dict(params)
    if live is not None:
        disk = images.disk_named(live, name)
        _check_filters(disk)
        wanted = merged(_of(disk), given)
        check_sums(wanted)
        before = disk.iotune
        changing.begin(hypervisor, guest, "throttle", {"target": disk.target})
        disk.iotune = _tune(wanted)
        try:
            if not disk.empty():
                throttle.apply(guest, disk)
        except BaseException:
            disk.iotune = before
            changing.over(hypervisor, guest)
            raise
        if not any(wanted.get(limit) for limit in IOTUNES if limit != "group_name"):
            disk.iotune = None
        _tell(hypervisor, guest, disk, params)
    if config is not None:
        disk = _found(config, name)
        _check_filters(disk)
        wanted = merged(_of(disk), given)
        check_sums(wanted)
        disk.iotune = _tune(wanted)
    if live is not None:
        changing.over(hypervisor, guest)


def _check_filters(disk: Disk) -> None:
    """A disk has limits of its own or those of groups.  Raises ConfigUnsupported."""
    if disk.throttle_filters:
        raise ConfigUnsupported(
            f"block 'iotune' can't be used together with 'throttlefilters' for disk '{disk.target}'"
        )


def _found(definition: Definition, name: str) -> Disk:
    for disk in definition.disks:
        if disk.target == name or (disk.source is not None and disk.source.path == name):
            return disk
    raise InvalidArgument(f"missing persistent configuration for disk '{name}'")


def _of(disk: Disk) -> Limits:
    tune = disk.iotune
    if tune is None:
        return {}
    return {name: value for name in IOTUNES if (value := getattr(tune, name)) is not None}


def merged(old: Limits, given: Limits) -> Limits:
    """New limits, and old ones of the kinds that are not named."""
    wanted = dict(given)
    for group in _GROUPS:
        if not any(name in given for name in group):
            wanted |= {name: old[name] for name in group if name in old}
    return wanted


def check_sums(wanted: Limits, *, whole: bool = True) -> None:
    """Refuse limits that contradict each other.  Raises InvalidArgument, ConfigUnsupported.

    whole  they are all that there will be
    """
    for unit in ("bytes_sec", "iops_sec", "bytes_sec_max", "iops_sec_max"):
        if wanted.get(f"total_{unit}") and (
            wanted.get(f"read_{unit}") or wanted.get(f"write_{unit}")
        ):
            raise InvalidArgument(f"total and read/write of {unit} cannot be set at the same time")
    for unit in ("bytes_sec", "iops_sec"):
        for way in ("total", "read", "write"):
            name = f"{way}_{unit}"
            low, high = int(wanted.get(name) or 0), int(wanted.get(f"{name}_max") or 0)
            if high and not low and whole:
                raise ConfigUnsupported(f"value '{name}_max' cannot be set if '{name}' is not set")
            if high and low and high < low:
                raise ConfigUnsupported(f"value '{name}_max' cannot be smaller than '{name}'")


def _tune(wanted: Limits) -> IoTune | None:
    found = {name: value for name, value in wanted.items() if value}
    return IoTune(**found) if found else None


def _tell(hypervisor: Hypervisor, guest: Guest, disk: Disk, given: TypedParams) -> None:
    params = TypedParams().set("blkdeviotune.disk", "string", disk.target)
    for name, value in given.items():
        params.set(f"blkdeviotune.{name}", given.types[name], value)
    telling.tell(hypervisor, guest, DomainEventID.TUNABLE, params)
