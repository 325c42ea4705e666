"""iface-unbridge: take a bridge from an interface of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import interface_argument
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Flag
from vsh.commands.interface._shared import check_name, interface_tree, move, text_of
from vsh.errors import CommandError, failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from vsh.api.connection import Connection
    from vsh.api.interface import Interface
    from vsh.output.document import Document


@command(tells="done interface bridge?")
def iface_unbridge(
    bridge: Interface = interface_argument("name of the bridge", by="name", option="bridge"),
    no_start: bool = Flag("do not start the interface"),
    connection: Connection = CONNECTION,
) -> Iterator[Document]:
    """Remove a bridge and start the interface that was attached to it.

    The bridge must have exactly one.

    Examples:
        iface-unbridge br1  # the interface below it is on its own again
    """
    name = bridge.called
    root = interface_tree(bridge, name)
    if root.get("type") != "bridge":
        raise CommandError(f"Device {name} is not a bridge")
    check_name(root, name)
    attached, interface = _attached(root, name)
    root.set("type", attached.get("type") or "")
    root.set("name", interface)
    move(attached, root)
    # the interface cannot be defined on its own while the bridge has it
    with failing(f"Failed to destroy bridge interface {name}"):
        bridge.destroy()
    with failing(f"Failed to undefine bridge interface {name}"):
        bridge.undefine()
    with failing(f"Failed to define new interface {interface}"):
        made = connection.interface_define_xml(text_of(root))
    yield Done(
        "Device {interface} un-attached from bridge {bridge}", interface=interface, bridge=name
    )
    if not no_start:
        with failing(f"Failed to start interface {interface}"):
            made.create()
        yield Done("Interface {interface} started", interface=interface)


def _attached(root: _Element, bridge: str) -> tuple[_Element, str]:
    """The one interface in a bridge's definition, and its name.  Raises CommandError."""
    if root.find("./bridge") is None:
        raise CommandError("No bridge node in xml document")
    found = root.findall("./bridge/interface")
    if len(found) > 1:
        raise CommandError("Multiple interfaces attached to bridge")
    if not found:
        raise CommandError("No interface attached to bridge")
    name = found[0].get("name")
    if name is None:
        raise CommandError(f"Device attached to bridge {bridge} has no name")
    if found[0].get("type") is None:
        raise CommandError(f"Attached device {name} has no type")
    return found[0], name
