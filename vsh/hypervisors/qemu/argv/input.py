"""Keyboards, mice, tablets, and input devices of the host."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.virtio import virtio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line

_USB = {"mouse": "usb-mouse", "tablet": "usb-tablet", "keyboard": "usb-kbd"}
_VIRTIO = {
    "mouse": "virtio-mouse", "tablet": "virtio-tablet", "keyboard": "virtio-keyboard",
    "passthrough": "virtio-input-host",
}  # fmt: skip


def add_inputs(line: Line) -> None:
    """All input devices; those of the board need nothing."""
    for device in line.domain.inputs:
        line.zpci(device)
        alias = line.alias(device)
        if device.type == "evdev":
            path = device.dev or device.evdev
            if path is None:
                raise InternalError("argument key 'evdev' must not have null value")
            line.add_object("input-linux", alias, {
                "evdev": path, "repeat": device.repeat,
                "grab_all": True if device.grab == "all" else None,
                "grab-toggle": device.grab_toggle,
            })  # fmt: skip
        elif device.bus == "usb":
            driver = _USB.get(str(device.type))
            line.device({"driver": driver, "id": alias, **address_of(line, device)})
        elif device.bus == "virtio":
            evdev = device.evdev if device.type == "passthrough" else None
            line.device({
                **virtio(line, device, _VIRTIO[str(device.type)]), "id": alias, "evdev": evdev,
                **address_of(line, device),
            })  # fmt: skip
