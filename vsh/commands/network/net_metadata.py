"""net-metadata: custom XML that is kept with a network."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.edit import edit_document
from vsh.cli.networks import NETWORK
from vsh.cli.objects import IMPACT_EXCLUSIVE, SESSION
from vsh.cli.params import Argument, Flag, Option
from vsh.commands.network._shared import namespaces, network_impact
from vsh.errors import CommandError, Error, NoNetworkMetadata
from vsh.output.document import Done, Said, Xml
from vsh.words.network import NetworkMetadataType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(
    exclusive=(*IMPACT_EXCLUSIVE, ("edit", "set"), ("remove", "set"), ("remove", "edit")),
    tells="xml document | done",
)
def net_metadata(
    network: Network = NETWORK,
    uri: str = Argument("the namespace of the element", complete=namespaces),
    impact: int = network_impact("live", "config", "current"),
    edit: bool = Flag("change it in an editor"),
    key: str | None = Option("the prefix that the namespace gets", by_place=True, complete=()),
    set: str | None = Option("the new element", by_place=True, complete=()),
    remove: bool = Flag("remove the element"),
    session: Session = SESSION,
) -> Document:
    """Print or change the custom XML element of a namespace that is kept with a network.

    Without --set, --edit and --remove it is printed.

    Examples:
        net-metadata default http://example.org/o --key o --set "<owner>ops</owner>" --config
            # your own element
    """
    if (set is not None or edit) and key is None:
        raise CommandError(
            "namespace key is required when modifying metadata", hint="add --key PREFIX"
        )

    def change(xml: str | None) -> bool:
        network.set_metadata(NetworkMetadataType.ELEMENT, xml, key, uri, impact)
        return True

    if remove or set is not None:
        change(set)
        return Done("Metadata removed" if remove else "Metadata modified")
    if edit:

        def read() -> str:
            try:
                return str(network.get_metadata(NetworkMetadataType.ELEMENT, uri, impact))
            except Error:
                return "\n"

        if edit_document(session, read, change) is None:
            return Said("Metadata not changed")
        return Done("Metadata modified")
    try:
        return Xml(network.get_metadata(NetworkMetadataType.ELEMENT, uri, impact), newline=True)
    except NoNetworkMetadata:
        return Xml("", newline=True)
