"""Telling the user which parts of a domain's document libvirt does not know and drops silently."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session


def warn_of_dropped(session: Session, xml: str) -> None:
    """One warning for each part that is dropped; none under the name virsh."""
    if session.lenient:
        return
    for text in _dropped(xml):
        session.warn(text)


def _dropped(xml: str) -> list[str]:
    from vsh.errors import CommandError, Error

    try:
        from vsh.xml.domain import Domain
        from vsh.xml.reader import read
    except ImportError:
        return []
    unknown: list[object] = []
    try:
        read(xml, Domain, unknown=unknown)
    except (CommandError, Error):  # the driver says what is wrong
        return []
    return [str(part) for part in unknown]
