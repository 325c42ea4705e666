"""Redefining at the command layer.

Under the name virsh the driver's own checks are the only ones (nothing is refused that virsh
accepts, in the words of the daemon that is asked), but for the document that would end an old
daemon.
"""

from __future__ import annotations

from vsh.cli.params import Flag
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.acts.note import Note
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.redefine.kinds import Kind
    from vsh.redefine.moments import Moment
    from vsh.redefine.rule import Problem

EXPLAIN = Flag("say which rules a refused document breaks, and why they are rules", extra=True)
LENIENT = Flag("only warn of what libvirt would take although it cannot be right", extra=True)


NO_FILE = "no file given"
"""The place of problems in a document that was not given."""

SECONDS = 1.0
"""How long the next redefinition believes that the domain is still called so: it is looked up once
for many in a row."""


def redefine(
    session: Session,
    domain: Domain,
    kind: Kind,
    xml: str,
    flags: int,
    *,
    file: str,
    explain: bool = False,
    lenient: bool = False,
    own: str | None = None,
) -> Moment:
    """Check a document and send it.  Returns the snapshot or checkpoint.

    Raises the first problem's Error, with all of them as its ``problems``.
    """
    if session.people and file == NO_FILE:
        raise CommandError(
            f"--redefine needs FILE: the document that {kind.name}-dumpxml gave",
            hint=f"{kind.name}-dumpxml DOMAIN NAME --security-info > FILE, while it is known",
        )
    from vsh.acts import redefine as act
    from vsh.acts.note import carry_out
    from vsh.redefine.apply import send

    session.explains = explain
    if session.lenient:
        act.spare(domain, kind, xml, flags, file=file)
        moment = send(domain, kind, xml, flags)
    else:
        flags = int(flags)  # from here on many rules look at it
        redefining = act.redefine(
            domain, kind, xml, flags, file=file, lenient=lenient, own=own,
            ahead=None if own is not None else lambda: _ahead(session),
        )  # fmt: skip
        moment = carry_out(redefining, lambda note: tell(session, note))
    _keep(session, domain)
    return moment


def _ahead(session: Session) -> tuple[str, str] | None:
    """The document that the next command redefines in the same way, and its file; None where that
    is not known before its turn.
    """
    from vsh.commands._files import read_text

    this, following = session.invocation, session.following()
    if this is None or following is None or following.command is not this.command:
        return None
    file = following.given.get("xmlfile")
    if following.looks or not isinstance(file, str) or file.startswith("/dev/"):
        return None
    if following.given | {"xmlfile": None} != this.given | {"xmlfile": None}:
        return None
    try:
        return read_text(file), file
    except CommandError:
        return None


def _keep(session: Session, domain: Domain) -> None:
    """The domain was there just now: its next redefinition need not ask."""
    from time import monotonic

    made = domain.connection.driver.calls_made
    session.recent = (session.running, domain, made, monotonic() + SECONDS)


def check(
    session: Session,
    domain: Domain,
    kind: Kind,
    xml: str,
    flags: int,
    *,
    file: str,
    explain: bool = False,
    lenient: bool = False,
    original: str | None = None,
    own: str | None = None,
) -> None:
    """Check a document; warn of what does not stop it.  Raises Error as ``redefine`` does.

    original, own  as ``vsh.acts.redefine.examine`` has them
    """
    from vsh.acts.redefine import examine, spare

    session.explains = explain
    if session.lenient:
        spare(domain, kind, xml, flags, file=file)
        return
    warnings = examine(
        domain, kind, xml, flags, file=file, lenient=lenient, original=original, own=own
    )
    warn_of(session, warnings)


def tell(session: Session, note: Note) -> None:
    """Say what an act has to say."""
    from vsh.acts.note import Warned

    if isinstance(note, Warned):
        warn_of(session, [note.problem])
    else:
        session.warn(note.text, note.facts)


def warn_of(session: Session, problems: list[Problem]) -> None:
    """Say what does not stop a document."""
    explained: set[str] = set()
    for problem in problems:
        session.warn(problem.warned(), problem.data())
        if (
            (session.explain or session.explains)
            and session.format in ("plain", "table")
            and problem.rule not in explained
        ):
            explained.add(problem.rule)
            session.screen.complain(problem.explanation() + "\n")
