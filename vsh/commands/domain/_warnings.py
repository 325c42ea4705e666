"""Telling the user which parts of a domain's document libvirt does not know and drops silently."""

from __future__ import annotations

from vsh.errors import CommandError, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.xml.engine.problem import Unknown


_MOST = 20  # parts that are named; a document may have any number


def look(session: Session, xml: str) -> None:
    """See already what ``warn_of_dropped`` will have to say."""
    if not session.lenient:
        from vsh.xml.engine.noticed import notice

        notice(xml, _dropped(xml))


def warn_of_dropped(session: Session, xml: str, file: str) -> None:
    """One warning for each part that is dropped; none under the name virsh."""
    if not session.lenient:
        dropped = _dropped(xml)
        for part in dropped[:_MOST]:
            session.warn(f"{_text(part, file)}: it was dropped")
        if len(dropped) > _MOST:
            session.warn(f"{file}: {len(dropped) - _MOST} more unknown parts were dropped")


def refuse_dropped(session: Session, xml: str, file: str) -> None:
    """Where the user wants the document validated, a part that would be dropped is an error.

    Under the name virsh the driver's own validation is all there is.  Raises CommandError.
    """
    if session.lenient:
        return
    refused: CommandError | None = None
    for part in reversed(_dropped(xml)[:_MOST]):
        error = CommandError(_text(part, file))
        error.__cause__ = refused
        refused = error
    if refused is not None:
        raise refused


def _text(part: Unknown, file: str) -> str:
    what = "attribute" if part.name.startswith("@") else "element"
    meant = f", perhaps {part.nearest} was meant" if part.nearest else ""
    return f"{file}:{part.line}: unknown {what} {part.name.removeprefix('@')}{meant}"


def _dropped(xml: str) -> list[Unknown]:
    from vsh.xml.domain import Domain
    from vsh.xml.engine.flags import INACTIVE
    from vsh.xml.engine.noticed import noticed
    from vsh.xml.engine.reader import read

    known = noticed(xml)
    if known is not None:
        return known
    unknown: list[Unknown] = []
    try:
        read(xml, Domain, flags=INACTIVE, unknown=unknown)
    except (CommandError, Error):  # the driver says what is wrong
        return []
    return unknown
