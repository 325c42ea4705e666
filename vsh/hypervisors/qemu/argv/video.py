"""Graphics cards."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.properties import nonzero
from vsh.hypervisors.qemu.argv.virtio import virtio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties
    from vsh.xml.domain.devices.video import Video

_FIRST = {
    "vga": "VGA", "cirrus": "cirrus-vga", "vmvga": "vmware-svga", "qxl": "qxl-vga",
    "bochs": "bochs-display", "ramfb": "ramfb",
}  # fmt: skip


def add_videos(line: Line) -> None:
    """All cards."""
    for video in line.domain.videos:
        if video.type == "none":
            continue
        if video.backend == "vhostuser":
            name = f"chr-vu-{line.alias(video)}"
            line.add("-chardev", f"socket,id={name},fd={line.host.vhost_gpu(video)}")
        line.zpci(video)
        line.device(_card(line, video))


def _card(line: Line, video: Video) -> Properties:
    found = _driver(line, video)
    kind, vhost = video.type, video.backend == "vhostuser"
    virgl = None
    if kind == "virtio" and not vhost and video.acceleration and _draws(line):
        virgl = video.accel3d
    found |= {
        "id": line.alias(video),
        "virgl": virgl,
        "max_outputs": nonzero(video.heads) if kind in ("qxl", "virtio") else None,
    }
    if kind == "qxl":
        found |= {
            "ram_size": nonzero((video.ram or 0) * 1024),
            "vram_size": nonzero((video.vram or 0) * 1024),
        }
        if line.can.has_property("qxl", "vram64_size_mb"):
            found["vram64_size_mb"] = (video.vram64 or 0) // 1024
        if line.can.has_property("qxl", "vgamem_mb"):
            found["vgamem_mb"] = (video.vgamem or 0) // 1024
    elif vhost:
        found["chardev"] = f"chr-vu-{line.alias(video)}"
    elif kind in ("vga", "vmvga"):
        if line.can.has_property("VGA" if kind == "vga" else "vmware-svga", "vgamem_mb"):
            found["vgamem_mb"] = nonzero((video.vram or 0) // 1024)
    elif kind == "bochs":
        found["vgamem"] = nonzero((video.vram or 0) * 1024)
    elif kind == "virtio":
        found["blob"] = video.blob
    return {
        **found, "edid": video.edid, "xres": video.x, "yres": video.y, **address_of(line, video),
    }  # fmt: skip


def _draws(line: Line) -> bool:
    """Whether a virtio card can be told to draw in three dimensions."""
    return any(
        line.can.has_property(name, "virgl") for name in ("virtio-gpu-device", "virtio-gpu-pci")
    )


def _driver(line: Line, video: Video) -> Properties:
    kind = str(video.type)
    if video.device == "vhost-user-vga":
        return {"driver": video.device}
    if video.device:
        return virtio(line, video, video.device, bus="gpu" in video.device)
    first = bool(video.primary)
    if video.backend == "vhostuser":
        if kind == "virtio":
            first = first and line.can.has("vhost-user-vga")
        if first:
            return {"driver": "vhost-user-vga"}
        return virtio(line, video, "vhost-user-gpu")
    if kind == "virtio":
        first = first and line.can.has("virtio-vga")
        name = "virtio-vga" if first else "virtio-gpu"
        proof = "virtio-vga-gl" if first else "virtio-gpu-gl-pci"
        if video.acceleration and video.accel3d and line.can.has(proof):
            name += "-gl"
        return virtio(line, video, name, bus=not first)
    driver = _FIRST.get(kind) if first else {"qxl": "qxl"}.get(kind)
    if driver is None:
        raise InternalError(f"invalid model for video type '{kind}'")
    return {"driver": driver}
