"""Redefining at the command layer: every rule is checked, then the document is sent just as it is.

Under the name virsh the driver's own checks are the only ones (nothing is refused that virsh
accepts, in the words of the daemon that is asked), but for the document that would end an old
daemon.
"""

from __future__ import annotations

from vsh.cli.params import Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.cli.session import Session
    from vsh.redefine.check import Checked
    from vsh.redefine.plan import Target
    from vsh.redefine.problem import Problem

EXPLAIN = Flag("say which rules a refused document breaks, and why they are rules", extra=True)
LENIENT = Flag("only warn of what libvirt would take although it cannot be right", extra=True)


def redefine(
    session: Session,
    domain: Any,
    xml: str,
    flags: int,
    *,
    file: str,
    explain: bool = False,
    lenient: bool = False,
    kind: str = "snapshot",
    own: str | None = None,
) -> Any:
    """Check a document and send it.  Returns the snapshot or checkpoint.

    file    what messages say where the document is from
    kind    "snapshot" or "checkpoint"
    own     as ``check`` has it

    Raises the first problem's Error, with all of them as its ``problems``.
    """
    from vsh.redefine.apply import send

    check(
        session, domain, xml, flags, file=file, explain=explain, lenient=lenient, kind=kind, own=own
    )
    return send(domain, xml, flags, kind=kind)


def check(
    session: Session,
    domain: Any,
    xml: str,
    flags: int,
    *,
    file: str,
    explain: bool = False,
    lenient: bool = False,
    kind: str = "snapshot",
    target: Target | None = None,
    own: str | None = None,
) -> Checked | None:
    """Check a document; warn of what does not stop it.  Raises Error as ``redefine`` does.

    own  the hypervisor's own document that this one was made of: what can be said against that one
         beyond libvirt's rules is not said again
    """
    from vsh.redefine.check import check_checkpoint, check_snapshot
    from vsh.redefine.live import LiveTarget
    from vsh.redefine.problem import first_of

    if session.lenient and not _deadly(domain, xml, kind):
        return None
    look = check_snapshot if kind == "snapshot" else check_checkpoint
    checked = look(
        domain,
        target or LiveTarget(domain, kind),
        xml,
        flags,
        file=file,
        lenient=lenient or session.lenient,
    )
    if session.lenient:
        checked.problems = [problem for problem in checked.problems if problem.rule == "E7"]
    elif own is not None:
        before = look(domain, LiveTarget(domain, kind), own, flags, lenient=True)
        known = {problem.error.message for problem in before.problems if problem.warning}
        checked.problems = [
            problem for problem in checked.problems if problem.error.message not in known
        ]
    error = first_of(checked.problems)
    if error is not None:
        error.explain = explain
        raise error
    if not session.lenient:
        warn_of(session, checked.problems, explain=explain)
    return checked


def _deadly(domain: Any, xml: str, kind: str) -> bool:
    """Whether it could be the document that an old daemon does not survive."""
    from vsh.redefine.name import has_domain
    from vsh.redefine.profiles import FIXED_ALIGNMENT

    return (
        kind == "snapshot"
        and not has_domain(xml)
        and bool(domain.connection.get_lib_version() < FIXED_ALIGNMENT)
    )


def warn_of(session: Session, problems: list[Problem], *, explain: bool = False) -> None:
    """Say what does not stop a document."""
    explained: set[str] = set()
    for problem in problems:
        session.warn(_line(problem), problem.data())
        if (
            (explain or session.explain)
            and session.format in ("plain", "table")
            and problem.rule not in explained
        ):
            explained.add(problem.rule)
            session.err.write(problem.explanation() + "\n")


def _line(problem: Problem) -> str:
    place = f"{problem.place}: " if problem.place else ""
    more = "; ".join(text for text in (problem.hint, problem.also) if text)
    return f"{place}{problem.error.message}" + (f" ({more})" if more else "")
