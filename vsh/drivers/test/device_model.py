"""Devices in a domain model: disks, interfaces, host devices, the balloon; single devices."""

from __future__ import annotations

from vsh.domains import boot_order
from vsh.errors import ConfigUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.interface import Interface
    from vsh.xml.engine.element import Element


def disk(definition: Definition, name: str, *, ambiguous: bool = False) -> Disk | None:
    """The disk with that target or, where the name is a path, that source.

    ambiguous  the first of several with the same source will do
    """
    if not name.startswith("/"):
        return next((one for one in definition.disks if one.target == name), None)
    found = [one for one in definition.disks if path(one) == name]
    return found[0] if found and (ambiguous or len(found) == 1) else None


def path(disk: Disk) -> str | None:
    """The path of a disk's source."""
    source = disk.source
    return None if source is None else source.path


def is_empty(disk: Disk) -> bool:
    """Whether it is a drive without a medium."""
    return disk.source is None or disk.source.empty()


def change_media(disk: Disk, new: Disk) -> None:
    """Put the medium of one disk into another."""
    disk.source = new.source
    disk.type = new.type


IO_TUNE_FIELDS = (
    "total_bytes_sec", "read_bytes_sec", "write_bytes_sec", "total_iops_sec", "read_iops_sec",
    "write_iops_sec", "total_bytes_sec_max", "read_bytes_sec_max", "write_bytes_sec_max",
    "total_iops_sec_max", "read_iops_sec_max", "write_iops_sec_max", "size_iops_sec", "group_name",
    "total_bytes_sec_max_length", "read_bytes_sec_max_length", "write_bytes_sec_max_length",
    "total_iops_sec_max_length", "read_iops_sec_max_length", "write_iops_sec_max_length",
)  # fmt: skip


def io_tune(disk: Disk) -> dict[str, int | str]:
    """The limits of a disk that are set."""
    tune = disk.iotune
    return (
        {}
        if tune is None
        else {
            name: getattr(tune, name) for name in IO_TUNE_FIELDS if getattr(tune, name) is not None
        }
    )


def set_io_tune(disk: Disk, values: Mapping[str, int | str]) -> None:
    """Change the limits of a disk."""
    from vsh.xml.domain.devices.disk import IoTune

    disk.iotune = disk.iotune or IoTune()
    for name, value in values.items():
        setattr(disk.iotune, name, value or None)


def has_balloon(definition: Definition) -> bool:
    """Whether there is a memory balloon."""
    return any(balloon.model != "none" for balloon in definition.memballoon)


def network_of(interface: Interface) -> str:
    """The name of the network that an interface is on."""
    return str(interface.source and interface.source.network)


def set_balloon_period(definition: Definition, period: int) -> None:
    """Have the balloon report so often, in seconds."""
    definition.memballoon[0].stats_period = period


_LIBVIRT_NAMES = {"serial": "chr", "parallel": "chr", "channel": "chr", "console": "chr"}


def libvirt_name(kind: str) -> str:
    """What messages call a kind of device."""
    return _LIBVIRT_NAMES.get(kind, kind)


def device(xml: str, definition: Definition, *, inactive: bool = True) -> Device:
    """The model of one device for a guest.  Raises Error."""
    from vsh.domains.check_device import check
    from vsh.hypervisors.test.defaults import TestDefaults
    from vsh.xml.domain import Domain
    from vsh.xml.engine.flags import INACTIVE
    from vsh.xml.engine.problem import Problem
    from vsh.xml.engine.reader import local, parse, read_element
    from vsh.xml.engine.reading import Reading
    from vsh.xml.engine.structure import Structure

    root = parse(xml)
    tag = local(root.tag)
    fields = {field.path: name for name, field in Domain.fields.items() if field.element}
    name = fields.get(f"devices/{tag}")
    if name is None:
        raise ConfigUnsupported(f"unknown device type '{tag}'")
    problems: list[Problem] = []
    field = Domain.fields[name]
    assert isinstance(field, Structure)  # it is an element
    found: Device = read_element(
        root, field.kind, Reading(INACTIVE if inactive else 0, problems, None)
    )
    if problems:
        raise problems[0].error
    TestDefaults().one(name, found, definition)
    for problem in check(name, found, definition):
        raise problem
    return found


def check_fits(definition: Definition, device: Device, old: Device | None = None) -> None:
    """Refuse a device that a guest cannot have.  Raises ConfigUnsupported.

    old  the device whose place it takes
    """
    usb = any(one.type == "usb" and one.model != "none" for one in definition.controllers)
    if not usb and getattr(device, "bus", None) == "usb" and definition.os.type != "exe":
        raise ConfigUnsupported(
            "Device configuration is not compatible: Domain has no USB bus support"
        )
    boot_order.check_one(definition, device, old)


def by_alias(definition: Definition, alias: str) -> Element | None:
    """The device that has an alias, if any has it."""
    return next((one for one in definition.devices() if getattr(one, "alias", None) == alias), None)
