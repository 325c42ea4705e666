"""nodedev-list: the devices of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import split_commas
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Flag, Flags, Option, anything
from vsh.commands._listing import activity, listed, name_order
from vsh.errors import CommandError, Error
from vsh.output.document import Lines, Tree
from vsh.words.connection import ListAllNodeDevice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.node_device import NodeDevice
    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document, Row


CAPABILITIES = {
    "system": ListAllNodeDevice.CAP_SYSTEM,
    "pci": ListAllNodeDevice.CAP_PCI_DEV,
    "usb_device": ListAllNodeDevice.CAP_USB_DEV,
    "usb": ListAllNodeDevice.CAP_USB_INTERFACE,
    "net": ListAllNodeDevice.CAP_NET,
    "scsi_host": ListAllNodeDevice.CAP_SCSI_HOST,
    "scsi_target": ListAllNodeDevice.CAP_SCSI_TARGET,
    "scsi": ListAllNodeDevice.CAP_SCSI,
    "storage": ListAllNodeDevice.CAP_STORAGE,
    "fc_host": ListAllNodeDevice.CAP_FC_HOST,
    "vports": ListAllNodeDevice.CAP_VPORTS,
    "scsi_generic": ListAllNodeDevice.CAP_SCSI_GENERIC,
    "drm": ListAllNodeDevice.CAP_DRM,
    "mdev_types": ListAllNodeDevice.CAP_MDEV_TYPES,
    "mdev": ListAllNodeDevice.CAP_MDEV,
    "ccw": ListAllNodeDevice.CAP_CCW_DEV,
    "css": ListAllNodeDevice.CAP_CSS_DEV,
    "vdpa": ListAllNodeDevice.CAP_VDPA,
    "ap_card": ListAllNodeDevice.CAP_AP_CARD,
    "ap_queue": ListAllNodeDevice.CAP_AP_QUEUE,
    "ap_matrix": ListAllNodeDevice.CAP_AP_MATRIX,
    "vpd": ListAllNodeDevice.CAP_VPD,
    "ccwgroup": ListAllNodeDevice.CAP_CCWGROUP_DEV,
    "ccwgroup_member": ListAllNodeDevice.CAP_CCWGROUP_MEMBER,
}

ROOT = "computer"


def _capabilities(session: Session, text: str, given: Given) -> list[str]:
    start, comma, _ = text.rpartition(",")
    return [start + comma + name for name in CAPABILITIES]


@command(tells="[name parent]")
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
    filters: int = Flags(
        ListAllNodeDevice, persistent="list persistent devices", transient="list transient devices"
    ),
    connection: Connection = CONNECTION,
) -> Document:
    """List the devices of the host: active ones only, unless --all or --inactive says otherwise.

    Examples:
        nodedev-list --tree  # what sits on what
        nodedev-list --cap pci  # one kind only
    """
    if all and inactive:
        raise CommandError("Option --all is incompatible with --inactive")
    transient = filters & ListAllNodeDevice.TRANSIENT
    if transient and (filters != transient or inactive):
        raise CommandError("Option --transient is incompatible with --persistent and --inactive")
    if tree and (cap or inactive or filters):
        raise CommandError(
            "Option --tree is incompatible with --cap, --inactive, --persistent and --transient"
        )
    flags = filters | activity(ListAllNodeDevice, inactive=inactive, all=all)
    for name in split_commas(cap) if cap else ():
        if name not in CAPABILITIES:
            raise CommandError("Invalid capability type", hint="one of " + ", ".join(CAPABILITIES))
        flags |= CAPABILITIES[name]
    devices = listed(
        lambda: connection.list_all_node_devices(flags),
        "Failed to list node devices",
        count=connection.node_num_of_devices,
        counting="Failed to count node devices",
    )
    devices.sort(key=lambda device: name_order(device.name))
    if tree:
        return _tree(connection, devices)
    return Lines([device.name for device in devices], rows=lambda: _rows(connection, devices))


def _rows(connection: Connection, devices: list[NodeDevice]) -> list[Row]:
    """Each device with its parent."""
    parents = connection.many([device.get_parent.request() for device in devices])
    return [
        {"name": device.name, "parent": None if isinstance(parent, Error) else parent}
        for device, parent in zip(devices, parents, strict=True)
    ]


def _tree(connection: Connection, devices: list[NodeDevice]) -> Document:
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
    named = {device.name: device for device in devices}
    return Tree(
        roots,
        lambda name: children.get(name, []),
        lambda names: _rows(connection, [named[name] for name in names]),
    )
