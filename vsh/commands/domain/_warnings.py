"""Telling the user which parts of a domain's document libvirt does not know and drops silently."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.xml.reader import Unknown


def warn_of_dropped(session: Session, xml: str, file: str) -> None:
    """One warning for each part that is dropped; none under the name virsh."""
    if session.lenient:
        return
    for part in _dropped(xml):
        what = "attribute" if part.name.startswith("@") else "element"
        meant = f", perhaps {part.nearest} was meant" if part.nearest else ""
        name = part.name.removeprefix("@")
        session.warn(f"{file}:{part.line}: unknown {what} {name} was dropped{meant}")


def _dropped(xml: str) -> list[Unknown]:
    from vsh.errors import CommandError, Error
    from vsh.xml.domain import Domain
    from vsh.xml.flags import INACTIVE
    from vsh.xml.reader import read

    unknown: list[Unknown] = []
    try:
        read(xml, Domain, flags=INACTIVE, unknown=unknown)
    except (CommandError, Error):  # the driver has accepted it: nothing to tell
        return []
    return unknown
