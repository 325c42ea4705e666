"""What the QEMU driver refuses in controllers."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu.machine import (
    has_builtin_esp,
    has_builtin_ide,
    is_i440fx,
    is_pseries,
    is_q35,
)
from vsh.hypervisors.qemu.newer import without_pci

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.errors import Error
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.disk import IoThread

USB = {
    "piix3-uhci": "piix3-usb-uhci", "piix4-uhci": "piix4-usb-uhci", "ehci": "usb-ehci",
    "ich9-ehci1": "ich9-usb-ehci1", "ich9-uhci1": "ich9-usb-uhci1", "ich9-uhci2": "ich9-usb-uhci2",
    "ich9-uhci3": "ich9-usb-uhci3", "vt82c686b-uhci": "vt82c686b-usb-uhci", "pci-ohci": "pci-ohci",
    "nec-xhci": "nec-usb-xhci", "qemu-xhci": "qemu-xhci",
}  # fmt: skip
"""QEMU's devices of the models of USB controllers."""
_VIRTIO = ("virtio-scsi", "virtio-transitional", "virtio-non-transitional")
_HOST_BRIDGE = "spapr-pci-host-bridge"
_NAMES = {
    "pci-root": (_HOST_BRIDGE,),
    "pcie-root": (),
    "pci-bridge": ("pci-bridge",),
    "dmi-to-pci-bridge": ("i82801b11-bridge",),
    "pcie-to-pci-bridge": ("pcie-pci-bridge",),
    "pcie-root-port": ("ioh3420", "pcie-root-port"),
    "pcie-switch-upstream-port": ("x3130-upstream",),
    "pcie-switch-downstream-port": ("xio3130-downstream",),
    "pci-expander-bus": ("pxb",),
    "pcie-expander-bus": ("pxb-pcie",),
}
_ROOTS = ("pci-root", "pcie-root")
_EXPANDERS = ("pci-expander-bus", "pcie-expander-bus")
_PORTS = ("pcie-root-port", "pcie-switch-downstream-port")
NO_IDE = "IDE controllers are unsupported for this QEMU binary or machine type"


def check_controller(device: Controller, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of one controller."""
    model = str(device.model)
    if device.type == "scsi" and model in ("auto", "buslogic"):
        yield ConfigUnsupported(f"Unsupported controller model: {model}")
    yield from _driver(device, newest=domain.newest)
    if without_pci(domain):
        if device.type == "pci":
            yield ConfigUnsupported(f"Machine type '{domain.os.machine}' does not support PCI")
        elif device.type == "usb" and model != "none":
            yield ConfigUnsupported(
                f"USB controller model '{model}' requires PCI but machine type "
                f"'{domain.os.machine}' does not support PCI"
            )
    if device.type == "ide" and (device.index or not has_builtin_ide(domain)):
        yield ConfigUnsupported(
            "Only a single IDE controller is supported for this machine type"
            if has_builtin_ide(domain)
            else NO_IDE
        )
    elif device.type == "scsi":
        yield from _scsi(device, domain)
    elif device.type == "pci" and model in _NAMES:
        yield from _pci(device, domain)
        yield from _pci_target(device)
    word = "piix4.acpi-root-pci-hotplug"
    if model == "pci-root" and device.hotplug is not None and word not in emulator.can:
        yield ConfigUnsupported(
            "setting the 'hotplug' property on a 'pci-root' device is not supported by this QEMU "
            "binary"
        )


def _driver(device: Controller, *, newest: bool) -> Iterator[Error]:
    """What <driver> says of a controller: only some can be told."""
    if device.type == "scsi" and device.model in _VIRTIO:
        return
    for name in ("queues", "cmd_per_lun", "max_sectors", "ioeventfd"):
        value = getattr(device, name)
        shared = newest and name in ("queues", "ioeventfd")
        given = value is not None if name == "ioeventfd" else bool(value)
        if given and not (shared and device.type == "nvme"):
            owner = "and nvme controllers" if shared else "controller"
            yield ConfigUnsupported(f"'{name}' is only supported by virtio-scsi {owner}")


def check_usb(device: Controller, can: Capabilities) -> Iterator[Error]:
    """Whether a QEMU has a USB controller, and whether its ports can be counted.

    Newer libvirt asks when a guest is defined, older when it starts.
    """
    model = str(device.model)
    proof = "ich9-usb-ehci1" if model.startswith("ich9-") else USB.get(model)
    if model not in USB or not can.has(str(proof)):
        yield ConfigUnsupported(f"USB controller model '{model}' not supported in this QEMU binary")
    if device.ports is not None and model not in ("nec-xhci", "qemu-xhci"):
        yield ConfigUnsupported(
            f"usb controller type '{model}' doesn't support 'ports' with this QEMU binary"
        )


def _scsi(device: Controller, domain: Domain) -> Iterator[Error]:
    if device.model == "ncr53c90":
        if device.index:
            yield ConfigUnsupported("ncr53c90 can only be used as first SCSI controller")
        elif not has_builtin_esp(domain):
            yield ConfigUnsupported("ncr53c90 SCSI controller is not a built-in for this machine")
    if device.model not in _VIRTIO or not (device.iothread or device.iothreads):
        return
    if device.address is not None and device.address.type not in ("pci", "ccw"):
        yield ConfigUnsupported(
            "virtio-scsi IOThreads only available for virtio pci and virtio ccw controllers"
        )
    elif device.iothreads:
        yield from check_mapping(device.iothreads, device.queues or 0, domain)
    elif not has_iothread(domain, device.iothread or 0):
        yield ConfigUnsupported(
            f"controller iothread '{device.iothread}' not defined in iothreadid"
        )


def has_iothread(domain: Domain, number: int) -> bool:
    """Whether a domain has an I/O thread of a number; those without one count from 1 on."""
    listed = {thread.id for thread in domain.iothreads}
    return number in listed or 0 < number <= (domain.iothread_count or 0)


def check_mapping(threads: list[IoThread], queues: int, domain: Domain) -> Iterator[Error]:
    """Which I/O threads serve the queues of a device: all of its queues, or none by name."""
    taken: set[int] = set()
    explicit = bool(threads and threads[0].queues)
    if explicit and not queues:
        yield ConfigUnsupported(
            "'queue' count must be configured for explicit iothread to queue mapping"
        )
        return
    for place, thread in enumerate(threads):
        if any(thread.id == before.id for before in threads[:place]):
            yield ConfigUnsupported(f"duplicate mapping for iothread '{thread.id}'")
        if not has_iothread(domain, thread.id):
            yield ConfigUnsupported(f"iothread '{thread.id}' not defined in iothreadid")
        if bool(thread.queues) != explicit:
            yield ConfigUnsupported(
                "iothread to queue mapping must be provided for all iothreads or for none"
            )
            return
        for queue in thread.queues:
            if queue.id >= queues:
                yield ConfigUnsupported(f"iothread queue '{queue.id}' mapping out of range")
            elif queue.id in taken:
                yield ConfigUnsupported(f"iothread queue '{queue.id}' is already assigned")
            taken.add(queue.id)
    missing = [queue for queue in range(queues) if queue not in taken]
    if explicit and missing:
        yield ConfigUnsupported(f"missing iothread mapping for queue '{missing[0]}'")


def _about(device: Controller) -> str:
    index = -1 if device.index is None else device.index
    return (
        f"for PCI controller with index '{index}', model '{device.model}' and modelName "
        f"'{device.model_name or 'none'}'"
    )


def _missing(device: Controller, option: str) -> Error:
    return InternalError(f"Required option '{option}' is not set {_about(device)}")


def _invalid(device: Controller, option: str) -> Error:
    return ConfigUnsupported(f"Option '{option}' is not valid {_about(device)}")


def _pci(device: Controller, domain: Domain) -> Iterator[Error]:
    """Its name, its number and its hole."""
    model, name = str(device.model), device.model_name
    if model == "pcie-root" or (model == "pci-root" and not is_pseries(domain)):
        if name is not None:
            yield _invalid(device, "modelName")
    elif name is None:
        yield _missing(device, "modelName")
    elif name not in _NAMES[model]:
        yield ConfigUnsupported(f"Option 'modelName' has invalid value {_about(device)}")
    if model not in _ROOTS and not device.index:
        yield ConfigUnsupported(f"Index for '{model}' controllers must be > 0")
    elif model in _ROOTS and device.index and name != _HOST_BRIDGE:
        yield ConfigUnsupported(f"Index for '{model}' controllers must be 0")
    if name == _HOST_BRIDGE:
        if device.target_index is None:
            yield _missing(device, "targetIndex")
    elif device.target_index is not None:
        yield _invalid(device, "targetIndex")
    if device.pcihole64 is None:
        return
    if model not in _ROOTS:
        yield _invalid(device, "pcihole64")
    elif not (is_i440fx(domain) if model == "pci-root" else is_q35(domain)):
        yield ConfigUnsupported(
            f"Setting the 64-bit PCI hole size is not supported for machine '{domain.os.machine}'"
        )


def _pci_target(device: Controller) -> Iterator[Error]:
    """What <target> says."""
    model = str(device.model)
    needs = (
        ("busNr", device.bus_number, model in _EXPANDERS),
        ("chassisNr", device.chassis_number, model == "pci-bridge"),
        ("chassis", device.chassis, model in _PORTS),
        ("port", device.port, model in _PORTS),
    )
    for word, value, needed in needs:
        if needed and value is None:
            yield _missing(device, word)
        elif not needed and value is not None:
            yield _invalid(device, word)
    far = device.model_name == _HOST_BRIDGE and device.target_index != 0
    if device.numa_node is not None and model not in _EXPANDERS and not far:
        yield _invalid(device, "numaNode")
    if device.hotplug is not None and model not in (*_PORTS, "pci-root"):
        yield _invalid(device, "hotplug")
    if device.mem_reserve and model not in ("pcie-root-port", "pci-bridge"):
        yield _invalid(device, "memReserve")
