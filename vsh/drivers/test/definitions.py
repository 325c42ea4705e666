"""What the test driver asks of and does to domain, snapshot and checkpoint models.

vsh.xml is imported when a document is first needed.
"""

from __future__ import annotations

import time

from vsh.errors import ConfigUnsupported, InvalidArgument, OperationInvalid, XmlInvalidSchema

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers._moments import MomentTree
    from vsh.drivers.test.world import Vm
    from vsh.errors import Error


# ---- documents


def parsed(xml: str, *, validate: bool = False, check: bool = True) -> Any:
    """The persistent definition that a document describes.  Raises the first problem.

    validate  refuse what the model does not know, which is dropped otherwise
    """
    from vsh.xml.domain import Domain
    from vsh.xml.flags import INACTIVE, SKIP_VALIDATE
    from vsh.xml.reader import Unknown, read

    flags = INACTIVE | (0 if check else SKIP_VALIDATE)
    unknown: list[Unknown] | None = [] if validate else None
    definition = read(xml, Domain, flags=flags, unknown=unknown)
    if unknown:
        raise _invalid(unknown[0])
    return _completed(definition, flags)


def _invalid(unknown: Any) -> Error:
    """What a schema's checker says of something that a domain's document cannot have."""
    from vsh.redefine.schema import FOLDER

    inside = unknown.path.split("/")[1:]
    if inside:
        words = (
            f"Extra element {inside[0]} in interleave\nElement domain failed to validate content"
        )
    elif unknown.name.startswith("@"):
        words = f"Invalid attribute {unknown.name[1:]} for element domain"
    else:
        words = f"Element domain has extra content: {unknown.name.strip('<>')}"
    return XmlInvalidSchema(f"Unable to validate doc against {FOLDER}/domain.rng\n{words}\n")


def from_element(element: Any) -> Any:
    """The persistent definition in an element of a greater document.  Raises the first problem."""
    from vsh.xml.domain import Domain
    from vsh.xml.flags import INACTIVE
    from vsh.xml.reader import Problem, Reading, read_element

    problems: list[Problem] = []
    definition = read_element(element, Domain, Reading(INACTIVE, problems, None))
    if problems:
        raise problems[0].error
    return _completed(definition, INACTIVE)


def _completed(definition: Any, flags: int) -> Any:
    from vsh.drivers.test.defaults import TestDefaults

    definition.complete(TestDefaults(), flags=flags)
    return definition


def copied(definition: Any) -> Any:
    """A definition of its own for a guest that is off: without id and libvirt's own aliases.

    libvirt copies by writing and reading, which puts disks in the order of their names by bus.
    """
    from vsh.xml.domain.defaults import insert_controller, insert_disk

    twin = definition.copy()
    twin.id = None
    twin.disks, twin.controllers = [], []
    for disk in definition.disks:
        insert_disk(twin, disk.copy())
    for controller in definition.controllers:
        insert_controller(twin, controller.copy())
    for one in twin.devices():
        alias = getattr(one, "alias", None)
        if alias is not None and not alias.startswith("ua-"):
            one.alias = None
    return twin


def text(
    definition: Any,
    number: int = -1,
    *,
    secure: bool = True,
    inactive: bool = False,
    migratable: bool = False,
) -> str:
    """The document of a definition; ``number`` is the id of the guest that runs it, or -1."""
    from vsh.xml.flags import INACTIVE, MIGRATABLE, SECURE

    definition.id = number if number >= 0 else None
    flags = (secure and SECURE) | (inactive and INACTIVE) | (migratable and MIGRATABLE)
    written: str = definition.format(flags)
    return written


# ---- sizes


def sizes(definition: Any) -> tuple[int, int, int]:
    """Maximum memory and current memory in KiB, and vCPUs."""
    return (memory(definition), int(definition.current_memory), vcpus(definition))


def memory(definition: Any) -> int:
    """Memory that the guest may have, in KiB."""
    return int(definition.memory)


def set_memory(definition: Any, kibibytes: int) -> None:
    """Change what the guest may have.  Raises OperationInvalid."""
    cpu = definition.cpu
    if cpu is not None and cpu.numa is not None and cpu.numa.cells:
        raise OperationInvalid(
            "initial memory size of a domain with NUMA nodes cannot be modified with this API"
        )
    highest = definition.max_memory
    if highest and highest < kibibytes:
        raise OperationInvalid(
            "cannot set initial memory size greater than the maximum memory size"
        )
    definition.memory = kibibytes
    definition.current_memory = min(definition.current_memory, kibibytes)


def set_current_memory(definition: Any, kibibytes: int) -> None:
    """Change what the guest has."""
    definition.current_memory = kibibytes


def vcpus(definition: Any) -> int:
    """vCPUs that are there."""
    return int(definition.vcpu_current)


def max_vcpus(definition: Any) -> int:
    """vCPUs that could be there."""
    return int(definition.vcpus)


def set_vcpus(definition: Any, count: int) -> None:
    """Change how many vCPUs are there.  Raises ConfigUnsupported."""
    if count > definition.vcpus:
        raise ConfigUnsupported("maximum vCPU count must not be less than current vCPU count")
    definition.vcpu_current = count
    for vcpu in definition.vcpu_list:
        vcpu.enabled = vcpu.id < count


def set_max_vcpus(definition: Any, count: int) -> None:
    """Change how many vCPUs could be there."""
    if definition.vcpu_list:
        from vsh.xml.domain import Vcpu

        kept = definition.vcpu_list[:count]
        added = range(len(kept), count)
        definition.vcpu_list = kept + [Vcpu(id=number, enabled=False) for number in added]
    definition.vcpus = count
    definition.vcpu_current = min(definition.vcpu_current, count)


# ---- devices


def disks(definition: Any) -> list[Any]:
    """The disks, in order."""
    found: list[Any] = definition.disks
    return found


def disk(definition: Any, name: str, *, ambiguous: bool = False) -> Any | None:
    """The disk with that target or, where the name is a path, that source.

    ambiguous  the first of several with the same source will do
    """
    if not name.startswith("/"):
        return next((one for one in disks(definition) if one.target == name), None)
    found = [one for one in disks(definition) if path(one) == name]
    return found[0] if found and (ambiguous or len(found) == 1) else None


def path(disk: Any) -> str | None:
    """The path of a disk's source."""
    source = disk.source
    return None if source is None else source.path


def is_empty(disk: Any) -> bool:
    """Whether it is a drive without a medium."""
    return disk.source is None or bool(disk.source.empty())


def change_media(disk: Any, new: Any) -> None:
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


def io_tune(disk: Any) -> dict[str, Any]:
    """The limits of a disk that are set."""
    tune = disk.iotune
    return (
        {}
        if tune is None
        else {
            name: getattr(tune, name) for name in IO_TUNE_FIELDS if getattr(tune, name) is not None
        }
    )


def set_io_tune(disk: Any, values: dict[str, Any]) -> None:
    """Change the limits of a disk."""
    from vsh.xml.domain.devices.disk import IoTune

    disk.iotune = disk.iotune or IoTune()
    for name, value in values.items():
        setattr(disk.iotune, name, value or None)


def interfaces(definition: Any) -> list[Any]:
    """The network interfaces, in order."""
    found: list[Any] = definition.interfaces
    return found


def interface(definition: Any, device: str) -> Any:
    """The interface with that MAC address or that device on the host.  Raises InvalidArgument."""
    from vsh.xml.values import parse_mac

    try:
        address = parse_mac(device)
    except ValueError:
        address = ""
    for one in interfaces(definition):
        if one.mac == address if address else one.target == device:
            return one
    raise InvalidArgument(f"'{device}' is not a known interface")


def name_interfaces(definition: Any) -> None:
    """Give interfaces without a device on the host the next free ``testnetN``."""
    from vsh.drivers.test import defaults

    defaults.name_interfaces(definition)


def hostdevs(definition: Any) -> list[Any]:
    """The host's devices that the guest has, in order."""
    found: list[Any] = definition.hostdevs
    return found


def has_balloon(definition: Any) -> bool:
    """Whether there is a memory balloon."""
    return any(balloon.model != "none" for balloon in definition.memballoon)


# ---- snapshots and checkpoints


def snapshot(xml: str, *, redefine: bool, validate: bool) -> Any:
    """The snapshot that a document describes.  Raises the first problem."""
    from vsh.xml.flags import REDEFINE
    from vsh.xml.reader import read
    from vsh.xml.snapshot import DomainSnapshot

    if validate:
        _validate(xml, "snapshot")
    document = read(xml, DomainSnapshot, flags=REDEFINE if redefine else 0)
    _nested(document)
    if not redefine:
        _stamp(document)
    return document


def _nested(document: Any) -> None:
    """Complete the domains inside a document; they are not validated."""
    from vsh.xml.flags import INACTIVE, SKIP_VALIDATE

    for definition in (document.domain, getattr(document, "inactive_domain", None)):
        if definition is not None:
            _completed(definition, INACTIVE | SKIP_VALIDATE)


def _validate(xml: str, kind: str) -> None:
    """Check a snapshot's or checkpoint's document against its schema.  Raises XmlInvalidSchema."""
    from vsh.redefine.schema import schema_errors

    for error, _ in schema_errors(xml, kind, deep=True):
        raise error


def _stamp(document: Any) -> None:
    document.created = int(time.time())
    if document.name is None:
        document.name = str(document.created)


def stored_snapshot(element: Any) -> Any:
    """The snapshot in an element of a world's file.  Raises the first problem."""
    from vsh.xml.flags import INTERNAL, REDEFINE
    from vsh.xml.reader import Problem, Reading, read_element
    from vsh.xml.snapshot import DomainSnapshot

    problems: list[Problem] = []
    document = read_element(element, DomainSnapshot, Reading(REDEFINE | INTERNAL, problems, None))
    if problems:
        raise problems[0].error
    _nested(document)
    return document


def snapshot_text(document: Any, uuid: str, *, secure: bool) -> str:
    """A snapshot's document."""
    from vsh.xml.flags import SECURE

    written: str = document.format(SECURE if secure else 0, uuid)
    return written


def prepare_snapshot(vm: Vm, tree: MomentTree, document: Any, *, disk_only: bool) -> None:
    """Check a redefined snapshot against what there is, and complete its disks.  Raises Error."""
    from vsh.redefine.plan import Target
    from vsh.redefine.rules import snapshot_problems

    target = Target.of_tree(vm.uuid, vm.name, tree.by_name)
    for problem in snapshot_problems(document, target, disk_only=disk_only):
        raise problem.error


def align_snapshot(document: Any, default: str) -> None:
    """Complete the disks of a new snapshot from its domain's.  Raises Error."""
    from vsh.redefine.align import align_snapshot as align

    for error in align(document, document.domain, default):
        raise error


def checkpoint(xml: str, *, redefine: bool) -> Any:
    """The checkpoint that a document describes.  Raises the first problem."""
    from vsh.xml.checkpoint import DomainCheckpoint
    from vsh.xml.flags import REDEFINE
    from vsh.xml.reader import read

    _validate(xml, "checkpoint")
    document = read(xml, DomainCheckpoint, flags=REDEFINE if redefine else 0)
    _nested(document)
    if not redefine:
        _stamp(document)
    return document


def checkpoint_text(document: Any, *, secure: bool, without_domain: bool, size: bool) -> str:
    """A checkpoint's document."""
    from vsh.xml.flags import NO_DOMAIN, SECURE, SIZE

    flags = (SECURE if secure else 0) | (NO_DOMAIN if without_domain else 0) | (SIZE if size else 0)
    written: str = document.format(flags)
    return written


def prepare_checkpoint(vm: Vm, document: Any) -> None:
    """Check a redefined checkpoint against what there is, and complete its disks.  Raises Error."""
    from vsh.redefine.plan import Target
    from vsh.redefine.rules import checkpoint_problems

    target = Target.of_tree(vm.uuid, vm.name, vm.checkpoints.by_name)
    for problem in checkpoint_problems(document, target):
        raise problem.error


def align_checkpoint(document: Any) -> None:
    """Complete the disks of a new checkpoint from its domain's.  Raises Error."""
    from vsh.redefine.align import align_checkpoint as align

    for error in align(document, document.domain):
        raise error


# ---- parts that come as documents of their own


def bandwidth(interface: Any, direction: str) -> dict[str, int]:
    """Rates of an interface in one direction, those that are set."""
    rates = interface.bandwidth
    prefix = "in" if direction == "inbound" else "out"
    names = (
        ("average", "peak", "burst", "floor") if prefix == "in" else ("average", "peak", "burst")
    )
    found = {name: None if rates is None else getattr(rates, f"{prefix}_{name}") for name in names}
    return {name: value for name, value in found.items() if value}


def set_bandwidth(interface: Any, direction: str, rates: dict[str, int]) -> None:
    """Give an interface other rates in one direction; none at all lifts the limits."""
    from vsh.xml.domain.devices._network import Bandwidth

    interface.bandwidth = interface.bandwidth or Bandwidth()
    prefix = "in" if direction == "inbound" else "out"
    names = (
        ("average", "peak", "burst", "floor") if prefix == "in" else ("average", "peak", "burst")
    )
    for name in names:
        setattr(interface.bandwidth, f"{prefix}_{name}", rates.get(name) or None)
    if not any(value for _, value in interface.bandwidth.values()):
        interface.bandwidth = None


def network_of(interface: Any) -> str:
    """The name of the network that an interface is on."""
    return str(interface.source.network)


def set_balloon_period(definition: Any, period: int) -> None:
    """Have the balloon report so often, in seconds."""
    definition.memballoon[0].stats_period = period


_LIBVIRT_NAMES = {"serial": "chr", "parallel": "chr", "channel": "chr", "console": "chr"}


def libvirt_name(kind: str) -> str:
    """What messages call a kind of device."""
    return _LIBVIRT_NAMES.get(kind, kind)


def device(xml: str, definition: Any, *, inactive: bool = True) -> tuple[str, Any]:
    """The tag and the model of one device for a guest.  Raises Error."""
    from vsh.drivers.test.defaults import TestDefaults
    from vsh.xml.domain import Domain
    from vsh.xml.flags import INACTIVE
    from vsh.xml.reader import Problem, Reading, local, parse, read_element

    root = parse(xml)
    tag = local(root.tag)
    fields = {field.path: name for name, field in Domain.fields.items() if field.element}
    name = fields.get(f"devices/{tag}")
    if name is None:
        raise ConfigUnsupported(f"unknown device type '{tag}'")
    problems: list[Problem] = []
    kind: Any = Domain.fields[name]
    found = read_element(root, kind.kind, Reading(INACTIVE if inactive else 0, problems, None))
    if problems:
        raise problems[0].error
    TestDefaults().one(name, found, definition)
    return tag, found


def check_fits(definition: Any, device: Any, old: Any = None) -> None:
    """Refuse a device that a guest cannot have.  Raises ConfigUnsupported.

    old  the device whose place it takes
    """
    usb = any(one.type == "usb" and one.model != "none" for one in definition.controllers)
    if not usb and getattr(device, "bus", None) == "usb" and definition.os.type != "exe":
        raise ConfigUnsupported(
            "Device configuration is not compatible: Domain has no USB bus support"
        )
    order = getattr(device, "boot_order", None)
    if not order:
        return
    if definition.os.boot:
        raise ConfigUnsupported(
            "per-device boot elements cannot be used together with os/boot elements"
        )
    for other in definition.devices():
        if other is not old and getattr(other, "boot_order", None) == order:
            raise ConfigUnsupported(f"boot order {order} is already used by another device")


def by_alias(definition: Any, alias: str) -> tuple[str, Any]:
    """The tag of a device and the device; ("", None) if none has the alias."""
    for one in definition.devices():
        if getattr(one, "alias", None) == alias:
            return str(one.tag), one
    return "", None


# virDomainTaintFlags
HIGH_PRIVILEGES, SHELL_SCRIPTS, CDROM_PASSTHROUGH, CUSTOM_DTB, DEPRECATED = 2, 3, 8, 9, 12


def taint(vm: Vm) -> None:
    """Note what in a guest's definition libvirt does not answer for."""
    definition = vm.definition
    for disk in definition.disks:
        if disk.rawio:
            vm.taints.add(HIGH_PRIVILEGES)
        if disk.device == "cdrom" and disk.type == "block" and path(disk):
            vm.taints.add(CDROM_PASSTHROUGH)
    for hostdev in definition.hostdevs:
        if hostdev.type == "scsi" and hostdev.rawio:
            vm.taints.add(HIGH_PRIVILEGES)
    if any(interface.script for interface in definition.interfaces):
        vm.taints.add(SHELL_SCRIPTS)
    cpu = definition.cpu
    if cpu is not None and cpu.mode == "custom" and cpu.model == "Deprecated-Test":
        vm.taints.add(DEPRECATED)
        vm.deprecations.append("CPU model Deprecated-Test")
    if definition.os.dtb:
        vm.taints.add(CUSTOM_DTB)
