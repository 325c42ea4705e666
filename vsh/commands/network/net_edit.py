"""net-edit: change a network in an editor."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.edit import edit_document
from vsh.cli.networks import NETWORK
from vsh.cli.objects import SESSION
from vsh.commands.network._shared import XML_INACTIVE
from vsh.errors import InvalidArgument
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def net_edit(network: Any = NETWORK, session: Any = SESSION) -> Document:
    """Edit the definition of a network.

    The change takes effect when the network is started next.
    """

    def read() -> str:
        try:
            return str(network.get_xml_desc(XML_INACTIVE))
        except InvalidArgument:  # a driver that has one definition only
            return str(network.get_xml_desc(0))

    edited = edit_document(session, read, network.connection.network_define_xml)
    if edited is None:
        return Done("Network {network} XML configuration not changed.", network=network.name)
    return Done("Network {network} XML configuration edited.", network=edited.name)
