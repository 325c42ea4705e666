"""Redefining one snapshot or checkpoint: every rule is checked, then the document is sent just as
it is.
"""

from __future__ import annotations

from vsh.redefine.apply import send
from vsh.redefine.check import check
from vsh.redefine.live import LiveTarget
from vsh.redefine.problem import first_of
from vsh.redefine.reading import hand_over

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.redefine.check import Checked
    from vsh.redefine.kinds import Kind
    from vsh.redefine.problem import Problem


def redefine(domain: Domain, kind: Kind, xml: str, flags: int, **options: Any) -> Any:
    """Check a document and send it.  Returns the snapshot or checkpoint.

    flags    of the redefinition, REDEFINE among them
    options  as ``examine`` has them

    Raises the first problem's Error, with all of them as its ``problems``.
    """
    examine(domain, kind, xml, flags, **options)
    return send(domain, kind, xml, flags)


def examine(
    domain: Domain,
    kind: Kind,
    xml: str,
    flags: int,
    *,
    file: str | None = None,
    lenient: bool = False,
    original: str | None = None,
    own: str | None = None,
) -> Checked:
    """Check a document; its ``problems`` are warnings then.  Raises Error as ``redefine`` does.

    file      what messages say where the document is from
    lenient   what libvirt would take although it cannot be right is a warning
    original  the name of a snapshot whose copy this is: the two may share images
    own       the hypervisor's own document that this one was made of: what can be said against that
              one beyond libvirt's rules is not said again
    """
    target = LiveTarget(domain, kind)
    target.original = original
    checked = check(domain, kind, target, xml, flags, file=file, lenient=lenient)
    if own is not None and checked.problems:
        before = check(domain, kind, LiveTarget(domain, kind), own, flags, lenient=True)
        known = {problem.error.message for problem in before.problems if problem.warning}
        checked.problems = [
            problem for problem in checked.problems if problem.error.message not in known
        ]
    refuse(checked.problems)
    if not domain.connection.driver.keeps_alive:
        hand_over(xml, checked.document)
    return checked


def spare(domain: Domain, kind: Kind, xml: str, flags: int, *, file: str | None = None) -> None:
    """Refuse only the document that an old daemon does not survive (E7), as a drop-in virsh does.

    Raises Error as ``redefine`` does.
    """
    if not kind.may_be_deadly(domain, xml):
        return
    checked = check(domain, kind, LiveTarget(domain, kind), xml, flags, file=file, lenient=True)
    refuse([problem for problem in checked.problems if problem.rule == "E7"])


def refuse(problems: list[Problem]) -> None:
    """Raise the Error of the first problem that is not a warning, if there is one."""
    error = first_of(problems)
    if error is not None:
        raise error
