"""domid: the id of a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import domain_argument
from vsh.commands._states import id_word, shown_id
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="id")
def domid(domain: Domain = domain_argument("domain name or uuid", by="uuid name")) -> Document:
    """Print the id of a domain, from its name or UUID; a hyphen if it does not run.

    Examples:
        domid web1  # its number while it runs
    """
    word = id_word(domain)
    return Text(f"{shown_id(word)}\n", id=word)
