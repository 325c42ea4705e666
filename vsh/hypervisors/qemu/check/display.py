"""What the QEMU driver refuses in what a guest shows and plays."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, Overflow, XmlError
from vsh.hypervisors.qemu.machine import is_modern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.errors import Error
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.audio import Audio
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.devices.sound import Sound
    from vsh.xml.domain.devices.video import Video

_MANY_HEADS = ("qxl", "virtio")  # these may also stand beside the first card
_SIZED = ("vga", "qxl", "virtio", "bochs")
_MOST = 0xFFFFFFFF // 1024
_MEBIBYTE = 1024  # in KiB
_VNC_PASSWORD = 8
MANY_LISTENS = "QEMU does not support multiple listens for one graphics device."


def has_spice(domain: Domain) -> bool:
    """Whether a guest has a SPICE display."""
    return any(graphics.type == "spice" for graphics in domain.graphics)


def check_graphics(device: Graphics, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of one display."""
    if any(other.type == "egl-headless" for other in domain.graphics):
        if device.type not in ("egl-headless", "vnc", "spice"):
            yield ConfigUnsupported(
                "graphics type 'egl-headless' is only supported with one of: 'vnc', 'spice' "
                "graphics types"
            )
        if device.type == "spice" and device.gl:
            yield ConfigUnsupported("multiple OpenGL displays are not supported by QEMU")
    if device.type == "vnc" and len(device.passwd or "") > _VNC_PASSWORD:
        yield ConfigUnsupported(
            f"VNC password is {len(device.passwd or '')} characters long, only {_VNC_PASSWORD} "
            "permitted"
        )
    many = device.type in ("vnc", "spice") and len(device.listens) > 1
    if many and is_modern(domain):  # older libvirt says it at a start
        yield ConfigUnsupported(MANY_LISTENS)
    if device.type == "rdp":
        for name, value in (("replaceUser", device.replace_user), ("multiUser", device.multi_user)):
            if value:
                yield ConfigUnsupported(f"RDP doesn't support '{name}'")
        if device.passwd_valid_to:
            yield ConfigUnsupported("RDP password expiration isn't supported")
    if device.type == "dbus" and device.audio:
        for audio in domain.audios:
            if audio.id == device.audio and audio.type != "dbus":
                yield ConfigUnsupported("The associated audio is not of 'dbus' kind.")


def check_video(device: Video, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of one graphics card."""
    kind = device.type
    if kind == "none":
        return
    if kind not in _MANY_HEADS:
        if not device.primary:
            yield ConfigUnsupported(f"video type '{kind}' is only valid as primary video device")
        if device.heads not in (None, 1):
            yield ConfigUnsupported(f"video type '{kind}' doesn't support multiple 'heads'")
    if device.accel2d:
        yield ConfigUnsupported("qemu does not support the accel2d setting")
    if kind == "qxl":
        yield from _qxl(device)
    if device.resolution and kind not in _SIZED:
        yield XmlError("model resolution is not supported")
    if kind in ("vga", "vmvga") and device.vram and device.vram < _MEBIBYTE:
        yield ConfigUnsupported("value for 'vram' must be at least 1 MiB (1024 KiB)")
    elsewhere = device.accel3d and kind != "virtio" and device.backend != "vhostuser"
    if elsewhere and not is_modern(domain):
        yield ConfigUnsupported("3d acceleration is supported only with 'virtio' video device")


def _qxl(device: Video) -> Iterator[Error]:
    for name in ("vram", "ram"):
        if (getattr(device, name) or 0) > _MOST:
            yield Overflow(f"value for '{name}' must be less than '{_MOST}'")
    if device.vgamem:
        if device.vgamem < _MEBIBYTE:
            yield ConfigUnsupported("value for 'vgamem' must be at least 1 MiB (1024 KiB)")
        elif device.vgamem & (device.vgamem - 1):
            yield ConfigUnsupported("value for 'vgamem' must be power of two")


def check_sound(device: Sound, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of one sound card."""
    if device.model == "ich7":
        yield InternalError("sound card model 'ich7' is not supported by qemu")


def check_audio(device: Audio, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of where sound goes to."""
    if device.type == "spice" and not has_spice(domain):
        yield ConfigUnsupported("Spice audio is not supported without spice graphics")
