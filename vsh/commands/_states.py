"""The word that virsh has for a domain's id."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


def id_word(domain: Domain) -> str | None:
    """The id of a running domain, as a word: it names, it does not count.  None if it is not
    running."""
    return None if domain.id == -1 else str(domain.id)


def shown_id(word: str | None) -> str:
    """How an id is shown: a hyphen stands for none."""
    return "-" if word is None else word
