"""One device as a document describes it, complete for the guest that it is for."""

from __future__ import annotations

from vsh.domains import boot_order
from vsh.errors import ConfigUnsupported, OperationDenied, XmlError
from vsh.hypervisors.qemu.defaults import QemuDefaults
from vsh.hypervisors.qemu.machine import is_modern
from vsh.xml.domain import Domain
from vsh.xml.domain.devices.chardev import Console, Serial
from vsh.xml.domain.devices.hostdev import HostDevice
from vsh.xml.domain.devices.hub import Hub
from vsh.xml.domain.devices.interface import Interface
from vsh.xml.domain.devices.memory import MemoryDevice
from vsh.xml.domain.devices.sound import Sound
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.problem import Problem
from vsh.xml.engine.reader import local, parse, read_element
from vsh.xml.engine.reading import Reading
from vsh.xml.engine.structure import Structure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.engine.element import Element

_NAMES = {
    "serials": "chr", "parallels": "chr", "channels": "chr", "consoles": "chr", "disks": "disk",
    "interfaces": "interface", "hostdevs": "hostdev", "controllers": "controller",
    "filesystems": "filesystem", "inputs": "input", "sounds": "sound", "videos": "video",
    "watchdogs": "watchdog", "graphics": "graphics", "hubs": "hub", "redirdevs": "redirdev",
    "smartcards": "smartcard", "memballoon": "memballoon", "nvram": "nvram", "rngs": "rng",
    "shmems": "shmem", "tpms": "tpm", "panics": "panic", "memory_devices": "memory",
    "iommu": "iommu", "vsock": "vsock", "audios": "audio", "cryptos": "crypto", "leases": "lease",
    "pstore": "pstore",
}  # fmt: skip
_NEWER = ("cryptos", "pstore")  # of which libvirt 9.0.0 has not heard


def libvirt_name(field: str) -> str:
    """What messages call a kind of device; ``field`` is its list in a definition."""
    return _NAMES[field]


def read_device(
    xml: str,
    definition: Domain,
    emulator: Emulator | None,
    *,
    inactive: bool,
    new: bool = False,
    validate: bool = True,
    live: bool = False,
) -> tuple[str, Device]:
    """The list of a definition that a device belongs to, and the device.

    inactive  without what only a running guest's document has
    new       it is to be had: a card gets a MAC address
    validate  refuse what QEMU cannot have
    live      the definition is that of a guest which runs

    Raises Error.
    """
    root = parse(xml)
    tag = local(root.tag)
    fields = {found.path: name for name, found in Domain.fields.items() if found.element}
    field = fields.get(f"devices/{tag}")
    if field is None or field not in _NAMES or (field in _NEWER and not is_modern(definition)):
        raise ConfigUnsupported(f"unknown device type '{tag}'")
    problems: list[Problem] = []
    model = Domain.fields[field]
    assert isinstance(model, Structure)  # it is an element
    reading = Reading(INACTIVE if inactive else 0, problems, None)
    device: Device = read_element(root, model.kind, reading)
    if problems:
        from vsh.hypervisors.qemu.older_words import older

        raise problems[0].error if is_modern(definition) else older(problems[0])
    defaults = QemuDefaults(emulator)
    defaults.new = new
    if isinstance(device, Interface) and device.mac is None and new:
        from vsh.xml.engine.values import generate_mac

        device.mac = generate_mac(defaults.mac_prefix)
    if isinstance(device, Console) and device.port is None:
        device.port = _console_port(definition, live=live)
    defaults.one(field, device, definition)
    if validate:
        from vsh.domains.check_device import check

        for problem in (
            *check(field, device, definition),
            *defaults.check_device(field, device, definition),
        ):
            raise problem
    return field, device


def check_program(definition: Domain, field: str, device: Device, can: Capabilities) -> None:
    """Refuse a device that a guest's program cannot give it.  Raises ConfigUnsupported."""
    import copy

    from vsh.hypervisors.qemu.check.program import check_devices
    from vsh.xml.domain.devices import DEVICES

    alone = copy.copy(definition)
    alone.__dict__.update({**{name: [] for name in DEVICES}, field: [device]})
    for error in check_devices(alone, can):
        raise error


def _console_port(definition: Domain, *, live: bool) -> int:
    """The number of a console of which no number is said.

    Of a guest that runs, older libvirt does not count the console that is a serial port.
    """
    left_out = live and not is_modern(definition)
    ports = (
        console.port or 0
        for console in definition.consoles
        if not left_out or console.target_type not in (None, "serial")
    )
    return max(ports, default=-1) + 1


def check_alias(definition: Domain, device: Device) -> None:
    """Refuse an alias that another device has.  Raises XmlError."""
    alias = getattr(device, "alias", None)  # neither leases nor back ends of sound have one
    if alias and any(getattr(other, "alias", None) == alias for other in definition.devices()):
        raise XmlError(f"non unique alias detected: {alias}")


def check_fits(
    definition: Domain,
    field: str,
    device: Device | Graphics,
    old: Device | Graphics | None = None,
    *,
    live: bool = False,
) -> None:
    """Refuse a device that a guest cannot have.

    old   the device whose place it takes
    live  the guest runs

    Raises ConfigUnsupported, OperationDenied.
    """
    if old is not None and live:
        if device.alias and old.alias and device.alias != old.alias:
            raise OperationDenied("changing device alias is not allowed")
        if getattr(device, "acpi_index", None) != getattr(old, "acpi_index", None):
            raise OperationDenied("changing device 'acpi index' is not allowed")
    usb = any(one.type == "usb" and one.model != "none" for one in definition.controllers)
    if not usb and _is_usb(device, modern=is_modern(definition)):
        raise ConfigUnsupported(
            "Device configuration is not compatible: Domain has no USB bus support"
        )
    boot_order.check_one(definition, device, old)
    if isinstance(device, MemoryDevice):
        if live or is_modern(definition):  # older libvirt looks when the guest starts
            _check_node(definition, device)
        if not definition.max_memory:
            raise ConfigUnsupported(
                "cannot use/hotplug a memory device when domain 'maxMemory' is not defined"
            )
        if old is None and int(definition.memory) + device.size > definition.max_memory:
            raise ConfigUnsupported(
                f"Attaching memory device with size '{device.size}' would exceed domain's "
                f"maxMemory config size '{definition.max_memory}'"
            )


def _check_node(definition: Domain, device: MemoryDevice) -> None:
    nodes = definition.cpu is not None and definition.cpu.numa is not None
    needing = ("dimm", "nvdimm", "virtio-mem")
    if nodes and device.numa_node is None and device.model in needing:
        raise ConfigUnsupported("target NUMA node needs to be specified for memory device")


def _is_usb(device: Element, *, modern: bool) -> bool:
    if isinstance(device, HostDevice):
        return device.mode == "subsystem" and device.type == "usb"
    if isinstance(device, Serial):
        return modern and device.target_type == "usb-serial"
    if isinstance(device, Sound):
        return modern and device.model == "usb"
    return getattr(device, "bus", None) == "usb" or (
        isinstance(device, Hub) and device.type == "usb"
    )
