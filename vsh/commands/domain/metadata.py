"""metadata: a program's own XML in a domain's definition."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.edit import edit_document
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, SESSION, impact
from vsh.cli.params import Argument, Flag, Option
from vsh.errors import CommandError, Error, NoDomainMetadata
from vsh.output.document import Done, Said, Xml
from vsh.words.domain.document import DomainMetadataType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(
    exclusive=(*IMPACT_EXCLUSIVE, ("edit", "set"), ("remove", "set"), ("remove", "edit")),
    tells="xml document | done",
)
def metadata(
    domain: Domain = DOMAIN,
    uri: str = Argument("the namespace that the element belongs to"),
    impact: int = impact("live", "config", "current"),
    edit: bool = Flag("change it in an editor"),
    key: str | None = Option("the prefix for the namespace, where it is set", by_place=True),
    set: str | None = Option("the new element", by_place=True),
    remove: bool = Flag("remove the element"),
    session: Session = SESSION,
) -> Document:
    """Print, set or remove a program's own XML element in a domain's definition.

    Each namespace has one element.

    Examples:
        metadata web1 http://example.org/owner --key owner --set "<owner>ops</owner>" --config
            # your own element
        metadata web1 http://example.org/owner  # and what is in it
    """
    if (set or edit) and not key:
        raise CommandError("namespace key is required when modifying metadata", hint="add --key")
    if set or remove:
        domain.set_metadata(DomainMetadataType.ELEMENT, set, key, uri, impact)
        return Done("Metadata removed" if remove else "Metadata modified")
    if not edit:
        try:
            text = domain.get_metadata(DomainMetadataType.ELEMENT, uri, impact)
        except NoDomainMetadata:
            text = ""
        return Xml(text, newline=True)

    def define(text: str) -> bool:
        domain.set_metadata(DomainMetadataType.ELEMENT, text, key, uri, impact)
        return True

    if edit_document(session, lambda: _editable(domain, uri, impact), define) is None:
        return Said("Metadata not changed")
    return Done("Metadata modified")


def _editable(domain: Domain, uri: str, impact: int) -> str:
    """The element as it is now, or an empty line to begin with."""
    try:
        text: str = domain.get_metadata(DomainMetadataType.ELEMENT, uri, impact)
    except Error:
        return "\n"
    return text
