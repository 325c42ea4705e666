"""Redefining one snapshot or checkpoint: every rule is checked, then the document is sent just as
it is.
"""

from __future__ import annotations

from vsh.acts.note import Warned
from vsh.errors import Error
from vsh.redefine.apply import send
from vsh.redefine.check import check
from vsh.redefine.lately import lately, remember
from vsh.redefine.live import LiveTarget
from vsh.redefine.reading import hand_over
from vsh.redefine.rule import first_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.acts.note import Act
    from vsh.api.domain import Domain
    from vsh.redefine.check import Checked
    from vsh.redefine.kinds import Kind
    from vsh.redefine.lately import Lately
    from vsh.redefine.moments import Document, Moment
    from vsh.redefine.rule import Problem


def redefine(
    domain: Domain,
    kind: Kind,
    xml: str,
    flags: int,
    *,
    file: str | None = None,
    lenient: bool = False,
    own: str | None = None,
    ahead: Callable[[], tuple[str, str] | None] | None = None,
) -> Act[Moment]:
    """Check a document and send it.  Returns the snapshot or checkpoint; notes are ``Warned``.

    flags    of the redefinition, REDEFINE among them
    file     what messages say where the document is from
    lenient  what libvirt would take although it cannot be right is a warning
    own      as ``examine`` has it
    ahead    the document and file that will be redefined next, in the same way, if that is known:
             it is checked while this one is on its way, and sent as soon as this one is in place

    Raises the first problem's Error, with all of them as its ``problems``.
    """
    # the document that ends old daemons (E7) is never judged by what may be out of date
    known = lately(domain, kind) if "<domain " in xml else None
    checked = None if known is None else known.checked((xml, file, flags, lenient))
    if checked is None:
        if known is not None and known.is_over:
            known = None
        target = LiveTarget(domain, kind, known)
        checked = check(domain, kind, target, xml, flags, file=file, lenient=lenient)
    if known is not None and first_of(checked.problems) is not None:
        known = None
        target = LiveTarget(domain, kind)
        checked = check(domain, kind, target, xml, flags, file=file, lenient=lenient)
    for problem in _settled(domain, kind, checked, flags, own):
        yield Warned(problem)
    document = checked.document
    if document is not None and not domain.connection.driver.keeps_alive:
        hand_over(xml, document)
    if known is None or document is None or document.name is None or ahead is None:
        moment = send(domain, kind, xml, flags)
    else:
        look = _looking(domain, kind, known, document, flags, lenient=lenient, ahead=ahead)
        try:
            moment = send(domain, kind, xml, flags, look, known.answer)
        except BaseException:
            known.over()
            raise
        finally:
            known.answer = None
        known.send_next()
    if document is not None:
        remember(domain, kind, moment, document, known)
    return moment


def _looking(
    domain: Domain,
    kind: Kind,
    known: Lately,
    document: Document,
    flags: int,
    *,
    lenient: bool,
    ahead: Callable[[], tuple[str, str] | None],
) -> Callable[[], None]:
    """What checks the document that comes next, while one is on its way."""

    def look() -> None:
        found = ahead()
        if found is None or "<domain " not in found[0]:
            return
        xml, file = found
        try:
            known.expect(document)
            target = LiveTarget(domain, kind, known)
            checked = check(domain, kind, target, xml, flags, file=file, lenient=lenient)
        except Error:
            return  # whatever it is, it is said when it is that document's turn
        known.next = (xml, file, flags, lenient), checked

    return look


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
) -> list[Problem]:
    """Check a document, and send nothing.  Returns warnings; raises Error as ``redefine`` does.

    original  the name of a snapshot whose copy this is: the two may share images
    own       the hypervisor's own document that this one was made of: what can be said against that
              one beyond libvirt's rules is not said again
    """
    target = LiveTarget(domain, kind)
    target.original = original
    checked = check(domain, kind, target, xml, flags, file=file, lenient=lenient)
    return _settled(domain, kind, checked, flags, own)


def _settled(
    domain: Domain, kind: Kind, checked: Checked, flags: int, own: str | None
) -> list[Problem]:
    """The warnings of a document.  Raises the Error of the first problem that is none."""
    problems = checked.problems
    if own is not None and problems:
        before = check(domain, kind, LiveTarget(domain, kind), own, flags, lenient=True)
        said = {problem.error.message for problem in before.problems if problem.warning}
        problems = [problem for problem in problems if problem.error.message not in said]
    _refuse(problems)
    return problems


def spare(domain: Domain, kind: Kind, xml: str, flags: int, *, file: str | None = None) -> None:
    """Refuse only the document that an old daemon does not survive (E7), as a drop-in virsh does.

    Raises Error as ``redefine`` does.
    """
    if not kind.may_be_deadly(domain, xml):
        return
    checked = check(domain, kind, LiveTarget(domain, kind), xml, flags, file=file, lenient=True)
    _refuse([problem for problem in checked.problems if problem.rule == "E7"])


def _refuse(problems: list[Problem]) -> None:
    error = first_of(problems)
    if error is not None:
        raise error
