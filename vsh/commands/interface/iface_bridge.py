"""iface-bridge: put a bridge on top of an interface of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import interface_argument
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Argument, Flag, Kind, Option, uint32
from vsh.commands.interface._shared import check_name, interface_tree, move, text_of
from vsh.errors import CommandError, Error, failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.connection import Connection
    from vsh.api.interface import Interface
    from vsh.output.document import Document


late_delay = Kind("number", lambda text, name: text)
"""A number that is read once the name of the bridge is known to be free."""


@command(tells="done bridge")
def iface_bridge(
    interface: Interface = interface_argument("name of the interface", by="name"),
    bridge: str = Argument("name of the new bridge", complete=()),
    no_stp: bool = Flag("without the spanning tree protocol"),
    delay: str | None = Option(
        "seconds until packets are forwarded over a new port", kind=late_delay, by_place=True
    ),
    no_start: bool = Flag("do not start the bridge"),
    connection: Connection = CONNECTION,
) -> Iterator[Document]:
    """Create a bridge, attach an interface of the host to it, and start it.

    The definition of the interface becomes a part of that of the bridge.

    Examples:
        iface-bridge eth1 br1  # a bridge that guests can be on, over eth1
    """
    name = interface.called
    try:
        connection.interface_lookup_by_name(bridge)
    except Error as free:
        seconds = _delay(delay, free)
    else:
        raise CommandError(f"Network device {bridge} already exists")
    root = interface_tree(interface, name)
    kind = root.get("type")
    if kind == "bridge":
        raise CommandError(f"Existing device {name} is already a bridge")
    check_name(root, name)
    from lxml import etree

    part = etree.SubElement(root, "bridge", stp="off" if no_stp else "on")
    if not no_stp:
        part.set("delay", str(seconds))
    root.set("type", "bridge")
    root.set("name", bridge)
    move(root, etree.SubElement(part, "interface", type=kind or "", name=name))
    with failing(f"Failed to define new bridge interface {bridge}"):
        made = connection.interface_define_xml(text_of(root))
    yield Done(
        "Created bridge {bridge} with attached device {interface}", bridge=bridge, interface=name
    )
    if not no_start:
        with failing(f"Failed to start bridge interface {bridge}"):
            made.create()
        yield Done("Bridge interface {bridge} started", bridge=bridge)


def _delay(text: str | None, free: Error) -> int:
    """The number of a text.  Raises CommandError, with what said that the name is free."""
    try:
        return 0 if text is None else int(uint32.convert(text, "delay"))
    except CommandError as error:
        raise error from free
