"""desc: the description or the title of a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.edit import edit_text
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, SESSION, impact
from vsh.cli.params import Argument, Flag, anything
from vsh.errors import InvalidArgument, NoDomainMetadata, failing
from vsh.output.document import Done, Said, Text, Unset
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.document import DomainMetadataType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE, tells="description? title? | done")
def desc(
    domain: Domain = DOMAIN,
    impact: int = impact("live", "config", "current"),
    title: bool = Flag("the title instead of the description"),
    edit: bool = Flag("change it in an editor"),
    new_desc: list[str] = Argument(
        "the new text; an empty one removes it", kind=anything, required=False, repeats=True
    ),
    session: Session = SESSION,
) -> Document:
    """Print or set the description or the title of a domain.

    A title is one line; list --title shows it.

    Examples:
        desc web1  # its description
        desc web1 --title "Web server" --config  # a title for list --title
    """
    what = "title" if title else "description"
    kind = DomainMetadataType.TITLE if title else DomainMetadataType.DESCRIPTION
    domain.get_state()
    now = _present(domain, kind, impact & DomainModificationImpact.CONFIG)
    if not edit and not new_desc:
        if not now:
            nothing = f"No {what} for domain: {domain.name}"
            return Unset(nothing, **{what: None})
        return Text(now, **{what: now})
    text = " ".join(new_desc) if new_desc else now
    if edit:
        text = edit_text(session, text)
        if text == now:
            return Done(f"Domain {what} not changed")
    with failing(f"Failed to set new domain {what}"):
        if title and "\n" in text:
            raise InvalidArgument.whole("metadata title can't contain newlines")
        domain.set_metadata(kind, text, None, None, impact)
    return Said(f"Domain {what} updated successfully")


def _present(domain: Domain, kind: int, impact: int) -> str:
    try:
        text: str = domain.get_metadata(kind, None, impact)
    except NoDomainMetadata:
        return ""
    return text
