"""Groups of limits that disks share, and the nodes that put a disk under them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.tune import ThrottleGroup

_LIMITS = {
    "bps-total": "total_bytes_sec", "bps-read": "read_bytes_sec", "bps-write": "write_bytes_sec",
    "iops-total": "total_iops_sec", "iops-read": "read_iops_sec", "iops-write": "write_iops_sec",
    "bps-total-max": "total_bytes_sec_max", "bps-read-max": "read_bytes_sec_max",
    "bps-write-max": "write_bytes_sec_max", "iops-total-max": "total_iops_sec_max",
    "iops-read-max": "read_iops_sec_max", "iops-write-max": "write_iops_sec_max",
    "iops-size": "size_iops_sec",
}  # fmt: skip
_LENGTHS = {
    "bps-total-max-length": "total_bytes_sec_max_length",
    "bps-read-max-length": "read_bytes_sec_max_length",
    "bps-write-max-length": "write_bytes_sec_max_length",
    "iops-total-max-length": "total_iops_sec_max_length",
    "iops-read-max-length": "read_iops_sec_max_length",
    "iops-write-max-length": "write_iops_sec_max_length",
}
"""What QEMU must not be told where it is not set."""


def object_of(group: str) -> str:
    """QEMU's name for a group."""
    return f"throttle-{group}"


def limits_of(group: ThrottleGroup) -> dict[str, int]:
    """A group's limits, by QEMU's names."""
    found = {own: int(getattr(group, name) or 0) for own, name in _LIMITS.items()}
    lengths = {own: int(getattr(group, name) or 0) for own, name in _LENGTHS.items()}
    return found | {own: value for own, value in lengths.items() if value}


def add_groups(line: Line) -> None:
    """All groups of a guest."""
    for group in line.domain.throttle_groups:
        line.add_object("throttle-group", object_of(str(group.group_name)), {
            "limits": limits_of(group),
        })  # fmt: skip


def number_filters(line: Line, disk: Disk) -> None:
    """The nodes of a disk's filters get their numbers after those of its images."""
    for each in disk.throttle_filters:
        each.number = line.node()


def add_filters(line: Line, disk: Disk, node: str) -> str:
    """The filters of a disk, each on top of the one before; gives the last one's node."""
    for each in disk.throttle_filters:
        below, node = node, f"libvirt-{each.number}-filter"
        line.json("-blockdev", {
            "driver": "throttle", "node-name": node, "throttle-group": object_of(each.group),
            "file": below, "discard": "unmap",
        })  # fmt: skip
    return node
