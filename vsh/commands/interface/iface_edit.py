"""iface-edit: change an interface of the host in an editor."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.edit import edit_document
from vsh.cli.networks import INTERFACE
from vsh.cli.objects import SESSION
from vsh.commands.interface._shared import INACTIVE
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def iface_edit(interface: Any = INTERFACE, session: Any = SESSION) -> Document:
    """Edit the definition of an interface of the host.

    The change takes effect when the interface is started next.
    """
    edited = edit_document(
        session, lambda: interface.get_xml_desc(INACTIVE), interface.connection.interface_define_xml
    )
    if edited is None:
        return Done(
            "Interface {interface} XML configuration not changed.", interface=interface.name
        )
    return Done("Interface {interface} XML configuration edited.", interface=edited.name)
