"""iface-edit: change an interface of the host in an editor."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import INTERFACE
from vsh.cli.objects import SESSION
from vsh.commands._definitions import edit
from vsh.words.interface import InterfaceXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.interface import Interface
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command
def iface_edit(interface: Interface = INTERFACE, session: Session = SESSION) -> Document:
    """Edit the definition of an interface of the host.

    The change takes effect when the interface is started next.

    Examples:
        iface-edit eth1  # in your editor
    """
    return edit(
        session,
        "interface",
        interface,
        lambda: interface.get_xml_desc(InterfaceXML.INACTIVE),
        interface.connection.interface_define_xml,
    )
