"""nodedev-list: the devices of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import split_commas
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Flag, Option, anything
from vsh.commands._listing import listed, name_order
from vsh.errors import CommandError, Error
from vsh.output.document import Lines, Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.cli.session import Session
    from vsh.output.document import Document


CAPABILITIES = {
    "system": 1 << 0,
    "pci": 1 << 1,
    "usb_device": 1 << 2,
    "usb": 1 << 3,
    "net": 1 << 4,
    "scsi_host": 1 << 5,
    "scsi_target": 1 << 6,
    "scsi": 1 << 7,
    "storage": 1 << 8,
    "fc_host": 1 << 9,
    "vports": 1 << 10,
    "scsi_generic": 1 << 11,
    "drm": 1 << 12,
    "mdev_types": 1 << 13,
    "mdev": 1 << 14,
    "ccw": 1 << 15,
    "css": 1 << 16,
    "vdpa": 1 << 17,
    "ap_card": 1 << 18,
    "ap_queue": 1 << 19,
    "ap_matrix": 1 << 20,
    "vpd": 1 << 21,
    "ccwgroup": 1 << 22,
    "ccwgroup_member": 1 << 23,
}
PERSISTENT, TRANSIENT, INACTIVE, ACTIVE = 1 << 28, 1 << 29, 1 << 30, 1 << 31
"""virConnectListAllNodeDeviceFlags."""

ROOT = "computer"


def _capabilities(session: Session, text: str, given: dict[str, Any]) -> list[str]:
    start, comma, _ = text.rpartition(",")
    return [start + comma + name for name in CAPABILITIES]


@command
def nodedev_list(
    tree: bool = Flag("list the devices as a tree"),
    cap: str | None = Option(
        "only devices with one of these capabilities, separated by commas",
        kind=anything,
        by_place=True,
        complete=_capabilities,
    ),
    inactive: bool = Flag("list inactive devices"),
    all: bool = Flag("list inactive and active devices"),
    persistent: bool = Flag("list persistent devices"),
    transient: bool = Flag("list transient devices"),
    connection: Any = CONNECTION,
) -> Document:
    """List the devices of the host: active ones only, unless --all or --inactive says otherwise."""
    if all and inactive:
        raise CommandError("Option --all is incompatible with --inactive")
    if transient and (persistent or inactive):
        raise CommandError("Option --transient is incompatible with --persistent and --inactive")
    if tree and (cap or inactive or persistent or transient):
        raise CommandError(
            "Option --tree is incompatible with --cap, --inactive, --persistent and --transient"
        )
    flags = 0
    for name in split_commas(cap) if cap else ():
        if name not in CAPABILITIES:
            raise CommandError("Invalid capability type", hint="one of " + ", ".join(CAPABILITIES))
        flags |= CAPABILITIES[name]
    flags |= (INACTIVE if inactive or all else 0) | (0 if inactive else ACTIVE)
    flags |= (PERSISTENT if persistent else 0) | (TRANSIENT if transient else 0)
    devices = listed(
        lambda: connection.list_all_node_devices(flags),
        "Failed to list node devices",
        count=connection.node_num_of_devices,
        counting="Failed to count node devices",
    )
    devices.sort(key=lambda device: name_order(device.name))
    return _tree(connection, devices) if tree else Lines([device.name for device in devices])


def _tree(connection: Any, devices: list[Any]) -> Document:
    """The devices below their parents; those whose parents are not among them are left out."""
    below = [device for device in devices if device.name != ROOT]
    parents = connection.many([device.get_parent.request() for device in below])
    children: dict[str, list[str]] = {}
    roots = [device.name for device in devices if device.name == ROOT]
    for device, parent in zip(below, parents, strict=True):
        if isinstance(parent, Error) or parent is None:
            roots.append(device.name)
        else:
            children.setdefault(parent, []).append(device.name)
    roots.sort(key=name_order)
    return Tree(roots, lambda name: children.get(name, []))
