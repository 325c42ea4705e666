"""What all virtio devices have: a name that says which bus they are on, and four options."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu.argv.properties import given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties, Value
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.disk import IoThread

_LOADPARM = ("virtio-blk-ccw", "loadparm")  # the proof that each device has one
_BUSES = {"pci": "pci", "virtio-mmio": "device", "ccw": "ccw"}


def has_loadparm(line: Line) -> bool:
    """Whether each device may say what of it is booted, on a mainframe; else the board does."""
    return line.can.has_property(*_LOADPARM)


def loadparm(line: Line, device: Device) -> str | None:
    """What is booted of a device."""
    given: str | None = device.boot_loadparm
    return given if given and has_loadparm(line) else None


def mapping(threads: list[IoThread]) -> Value:
    """Which I/O threads serve a device, and which of its queues; None where none is named."""
    found: list[Properties] = [
        {"iothread": f"iothread{thread.id}", "vqs": [queue.id for queue in thread.queues] or None}
        for thread in threads
    ]
    return [given(each) for each in found] or None


def virtio(line: Line, device: Device, name: str, *, bus: bool = True) -> Properties:
    """The first properties of a virtio device; ``bus``: its name ends with the bus it is on."""
    kind = None if device.address is None else device.address.type
    if kind not in _BUSES:
        raise InternalError(f"Unexpected address type for '{name}'")
    driver = f"{name}-{_BUSES[kind]}" if bus else name
    model = getattr(device, "model", None)
    if model in ("virtio-transitional", "virtio-non-transitional"):
        if kind != "pci":
            raise ConfigUnsupported(
                f"virtio (non-)transitional models are not supported for address type={kind}"
            )
        known = line.can.has("virtio-blk-pci-non-transitional")
        if known:
            driver += model.removeprefix("virtio")
        elif model == "virtio-non-transitional":
            raise ConfigUnsupported("virtio non-transitional model not supported for this qemu")
    return {
        "driver": driver,
        "iommu_platform": getattr(device, "iommu", None),
        "ats": getattr(device, "ats", None),
        "packed": getattr(device, "packed", None),
        "page-per-vq": getattr(device, "page_per_vq", None),
    }
