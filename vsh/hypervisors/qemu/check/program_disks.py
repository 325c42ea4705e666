"""What a QEMU program cannot do for the disks of a guest."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu.machine import is_pseries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.errors import Error
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.disk import Disk


def check_disks(domain: Domain, can: Capabilities) -> Iterator[Error]:
    """The problems of all disks."""
    for disk in domain.disks:
        yield from _disk(disk, can)
        if disk.device == "floppy" and is_pseries(domain):
            yield ConfigUnsupported(
                "this machine type do not support floppy devices"
                if domain.newest
                else "PowerPC pseries machines do not support floppy device"
            )


def _unless(good: bool, text: str) -> Iterator[Error]:
    if not good:
        yield ConfigUnsupported(text)


def _disk(disk: Disk, can: Capabilities) -> Iterator[Error]:
    if disk.wwn and disk.bus == "ide" and not can.has_property("ide-hd", "wwn"):
        yield ConfigUnsupported("Setting wwn for ide disk is not supported by this QEMU")
    if disk.device == "lun" and disk.bus == "scsi" and not can.has("scsi-block"):
        yield ConfigUnsupported("This QEMU doesn't support scsi-block for lun passthrough")
    if disk.rotation_rate and not can.has_property("scsi-hd", "rotation_rate"):
        yield InternalError("rotation rate is not supported with this QEMU")
    if disk.queue_size and not any(
        can.has_property(name, "queue-size") for name in ("virtio-blk-pci", "virtio-blk-ccw")
    ):
        yield ConfigUnsupported("queue-size property isn't supported by this QEMU binary")
    if disk.bus == "usb":
        if not can.has("usb-storage"):
            yield ConfigUnsupported("This QEMU doesn't support '-device usb-storage'")
        elif disk.removable is not None and not can.has_property("usb-storage", "removable"):
            yield ConfigUnsupported(
                "This QEMU doesn't support setting the removable flag of USB storage devices"
            )
    if disk.io == "io_uring" and not can.command("blockdev-add/arg-type/+file/aio/^io_uring"):
        yield ConfigUnsupported("io uring is not supported by this QEMU binary")
    virtual = {
        "vhostuser": can.has("vhost-user-blk"),
        "vhostvdpa": can.command("blockdev-add/arg-type/+virtio-blk-vhost-vdpa/$fdset"),
    }
    if not virtual.get(str(disk.type), True):
        yield ConfigUnsupported(f"{disk.type} disk is not supported with this QEMU binary")
    yield from _newer(disk, can)


def _newer(disk: Disk, can: Capabilities) -> Iterator[Error]:
    """What only the newest programs have for disks."""
    blocks = ("virtio-blk-pci", "virtio-blk-ccw", "virtio-blk-device")
    if disk.device == "lun" and disk.bus == "virtio":
        yield from _unless(
            can.has_property("virtio-blk-pci", "scsi"),
            "This QEMU doesn't support SCSI emulation with 'virtio-blk' device",
        )
    mapped = any(can.has_property(name, "iothread-vq-mapping") for name in blocks)
    yield from _unless(
        not disk.iothreads or mapped,
        f"IOThread mapping for disk '{disk.target}' is not available with this QEMU binary",
    )
    yield from _unless(
        disk.discard_no_unref is None
        or can.command("blockdev-add/arg-type/+qcow2/discard-no-unref"),
        "'discard_no_unref' is not supported by this QEMU binary",
    )
    yield from _unless(
        not disk.statistics or can.has_property("scsi-hd", "stats-intervals"),
        "statistics collection is not supported by this QEMU binary",
    )
    yield from _unless(
        disk.model != "usb-bot" or can.has("usb-bot"), "This QEMU doesn't support '-device usb-bot'"
    )
    source = disk.source
    if source is None:
        return
    shared = source.reservations
    yield from _unless(
        shared is None or shared.migration is None or can.has_property("scsi-block", "migrate-pr"),
        "persistent reservation migration not supported by this qemu",
    )
    yield from _unless(
        not source.reconnect_delay or can.command("blockdev-add/arg-type/+nbd/reconnect-delay"),
        "reconnect delay is not supported by this QEMU binary",
    )
