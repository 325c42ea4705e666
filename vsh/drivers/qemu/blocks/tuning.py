"""Limits of disks: asked for and changed, in what runs and in the configuration."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.drivers.qemu import changing, telling
from vsh.drivers.qemu.blocks import images, throttle
from vsh.drivers.state import parameters
from vsh.errors import ArgumentUnsupported, ConfigUnsupported, InternalError, InvalidArgument
from vsh.qmp.value import integer, struct, structs, text
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
_LENGTHS = (*_GROUPS[-2], *_GROUPS[-1])

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
    """The limits of a disk, each of them; of a guest that runs, what its QEMU says."""
    definition = guest.one(flags)
    if guest.active and definition is guest.definition:
        disk = images.disk_named(definition, name)
        _check_supported(disk)
        found = _asked(guest, disk)
    else:
        disk = _configured(definition, name, "disk '{}' was not found in the domain config")
        _check_supported(disk)
        found = _of(disk)
    return shown(found)


def shown(found: Limits) -> TypedParams:
    """All limits there are, those that are not found without a value."""
    params = TypedParams()
    for limit in IOTUNES:
        kind = "string" if limit == "group_name" else "ullong"
        params.set(limit, kind, found.get(limit) or ("" if kind == "string" else 0))
    return params


def _asked(guest: Guest, disk: Disk) -> Limits:
    """The limits that QEMU has for a disk.  Raises InternalError."""
    device = throttle.device_of(disk)
    for each in structs(guest.ask("query-block")):
        if text(each.get("qdev"), "") == device:
            if "inserted" not in each:
                raise InternalError("block_io_throttle inserted entry was not in expected format")
            told = struct(each["inserted"])
            found: Limits = {"group_name": text(told.get("group"), "")}
            for limit, own in throttle.NAMES.items():
                found[limit] = integer(told.get(own), 0)
            return found
    raise InternalError(f"cannot find throttling info for device '{device}'")


def change(
    hypervisor: Hypervisor, guest: Guest, name: str, params: TypedParams, flags: int
) -> None:
    """Change limits of a disk, and of all disks of its group; those of a kind that is not named
    stay."""
    live, config = guest.both(flags)
    given: Limits = dict(params)
    check_sums(given)
    group = given.get("group_name")
    if live is not None:
        disk = images.disk_named(live, name)
        _check_supported(disk)
        wanted = _completed(live, disk, given, group)
        check_maxima(wanted)
        group = wanted.get("group_name")
        before = [(each, each.iotune) for each in live.disks]
        changing.begin(hypervisor, guest, "throttle", {"target": disk.target})
        _assign(live, disk, wanted)
        try:
            if not disk.empty():
                throttle.apply(guest, disk)
        except BaseException:
            for each, tune in before:
                each.iotune = tune
            changing.over(hypervisor, guest)
            raise
        tell(hypervisor, guest, ("disk", str(disk.target)), params)
    if config is not None:
        disk = _configured(config, name, "missing persistent configuration for disk '{}'")
        _check_supported(disk)
        _assign(config, disk, _completed(config, disk, given, group))
    if live is not None:
        changing.over(hypervisor, guest)


def _completed(
    definition: Definition, disk: Disk, given: Limits, group: int | str | None
) -> Limits:
    """All limits that a disk is to have.  Raises ConfigUnsupported.

    group  whose limits count where those of a kind are not named, if a disk is in it
    """
    own = _of(disk)
    old = own
    if group is not None and group != own.get("group_name"):
        others = (_of(each) for each in definition.disks)
        old = next((each for each in others if each.get("group_name") == group), own)
    wanted = merged(old, given)
    if any(wanted.get(limit) for limit in IOTUNES if limit != "group_name"):
        return wanted
    new_group = wanted.get("group_name")
    if new_group is not None and new_group != own.get("group_name"):
        raise ConfigUnsupported(
            "creating a new group/updating existing with all tune parameters zero is not supported"
        )
    return {}


def _of_kind(given: Limits, names: tuple[str, ...]) -> frozenset[str]:
    """All names of a kind where one of them is given."""
    return frozenset(
        name
        for group in _GROUPS
        if any(each in given for each in group)
        for name in group
        if name in names
    )


def _assign(definition: Definition, disk: Disk, wanted: Limits) -> None:
    """A disk has limits from now on, and all others of its group have the same."""
    disk.iotune = _tune(wanted)
    group = wanted.get("group_name")
    if group is None:
        return
    for other in definition.disks:
        if other is not disk and _of(other).get("group_name") == group:
            other.iotune = _tune(wanted)


def _check_supported(disk: Disk) -> None:
    """A disk has limits of its own or those of groups.  Raises ConfigUnsupported."""
    if disk.type == "vhostuser":
        raise ConfigUnsupported("a block I/O throttling is not supported for vhostuser disk")
    if disk.throttle_filters:
        raise ConfigUnsupported(
            f"block 'iotune' can't be used together with 'throttlefilters' for disk '{disk.target}'"
        )


def _configured(definition: Definition, name: str, missing: str) -> Disk:
    """The disk of a configuration with that target or source.  Raises InvalidArgument."""
    for disk in definition.disks:
        if disk.target == name or (
            name.startswith("/") and disk.source is not None and disk.source.path == name
        ):
            return disk
    raise InvalidArgument(missing.format(name))


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
    for name in _LENGTHS:
        limit = name.removesuffix("_max_length")
        if name in _of_kind(given, _LENGTHS) and old.get(name) and not wanted.get(name):
            # QEMU takes no 0 beside the limit that it is for
            wanted[name] = int(bool(wanted.get(limit) or wanted.get(f"{limit}_max")))
    return wanted


def check_sums(given: Limits) -> None:
    """Refuse limits of which one is the sum of others.  Raises InvalidArgument."""
    for unit in ("bytes_sec", "iops_sec", "bytes_sec_max", "iops_sec_max"):
        if given.get(f"total_{unit}") and (given.get(f"read_{unit}") or given.get(f"write_{unit}")):
            raise InvalidArgument(f"total and read/write of {unit} cannot be set at the same time")


def check_maxima(wanted: Limits) -> None:
    """Refuse bursts without a limit, or below it.  Raises ConfigUnsupported."""
    for unit in ("bytes_sec", "iops_sec"):
        for way in ("total", "read", "write"):
            name = f"{way}_{unit}"
            low, high = int(wanted.get(name) or 0), int(wanted.get(f"{name}_max") or 0)
            if high and not low:
                raise ConfigUnsupported(f"cannot reset '{name}' when '{name}_max' is set")
            if high and low and high < low:
                raise ConfigUnsupported(f"value '{name}_max' cannot be smaller than '{name}'")


def _tune(wanted: Limits) -> IoTune | None:
    found = {name: value for name, value in wanted.items() if value or value == ""}
    return IoTune(**found) if found else None


def tell(hypervisor: Hypervisor, guest: Guest, whose: tuple[str, str], given: TypedParams) -> None:
    """Tell of new limits: of a disk, or of a group of limits."""
    params = TypedParams().set(f"blkdeviotune.{whose[0]}", "string", whose[1])
    for name, value in given.items():
        params.set(f"blkdeviotune.{name}", given.types[name], value)
    telling.tell(hypervisor, guest, DomainEventID.TUNABLE, params)
