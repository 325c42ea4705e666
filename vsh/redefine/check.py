"""All that is wrong with one document that is to be redefined, found before anything is sent.

``check`` asks the hypervisor only for what it has; it changes nothing.
"""

from __future__ import annotations

from vsh.errors import Error, XmlDetail
from vsh.redefine.profiles import VALIDATE, profile_of
from vsh.redefine.reading import Read
from vsh.redefine.rule import Case
from vsh.redefine.rules import every
from vsh.redefine.rules.forms import against_schema, dropped
from vsh.redefine.rules.reading import REVERT_DISKS, ROOT, WELL_FORMED
from vsh.redefine.rules.sizes import fits_the_wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.redefine.kinds import Kind
    from vsh.redefine.moments import Document
    from vsh.redefine.plan import Target
    from vsh.redefine.rule import Problem


class Checked:
    """What a check found.

    document   the model, or None where the document could not be read at all
    problems   in libvirt's order, this program's own at the end, what libvirt drops without a word
               last
    """

    __slots__ = ("document", "problems")

    def __init__(self) -> None:
        self.document: Document | None = None
        self.problems: list[Problem] = []


def check(
    domain: Domain,
    kind: Kind,
    target: Target,
    xml: str,
    flags: int,
    *,
    file: str | None = None,
    lenient: bool = False,
) -> Checked:
    """Check what is asked for, and a document: all rules.

    lenient  what libvirt would take although it cannot be right is a warning
    """
    found = kind.circumstances(domain, flags, lenient=lenient)
    if any(problem.rule == "4" for problem in found):
        checked = Checked()  # all else would have to be asked for in vain
    else:
        checked = check_document(domain, kind, target, xml, flags, file=file, lenient=lenient)
    late = [problem for problem in found if problem.rule == "E10"]
    checked.problems[:0] = [problem for problem in found if problem not in late]
    checked.problems += late
    for problem in found:
        problem.file = file
    return checked


def check_document(
    domain: Domain,
    kind: Kind,
    target: Target,
    xml: str,
    flags: int,
    *,
    file: str | None = None,
    lenient: bool = False,
) -> Checked:
    """Check what is in a document: all rules but those of the circumstances."""
    checked = Checked()
    problems = checked.problems
    problems += fits_the_wire(xml, domain.connection.driver.text_max)
    lines: dict[str, int] = {}
    if not problems:
        if kind.schema_always or flags & VALIDATE:
            problems += against_schema(xml, kind.name, kind.schema_rule)
        read = _read(problems, xml, kind)
        if read is not None:
            checked.document, lines = read.document, read.lines
            _look_up(target, read.document)
            case = Case(
                read.document,
                target,
                xml=xml,
                flags=flags,
                connection=domain.connection,
                profile=profile_of(domain.connection),
                lenient=lenient,
                active=read.active if kind.has_current else None,
                lines=lines,
                problems=problems,
            )
            for _ in case.judge(kind.rules()):
                pass
    for problem in problems:
        problem.file = file
        problem.line = lines.get(problem.where or "", problem.line)
    problems.sort(key=lambda problem: problem.rule == "E2")
    return checked


def _read(problems: list[Problem], xml: str, kind: Kind) -> Read | None:
    """Read the document; rules 10 to 24 and 48.  Returns None where it cannot be read at all."""
    try:
        read = Read(xml, kind.model())
    except XmlDetail as error:
        problems.append(WELL_FORMED.broken(error, line=_line(error)))
        return None
    except Error as error:
        problems.append(ROOT.broken(error, line=1))
        return None
    rules = every() if read.problems else {}
    for found in read.problems:
        rule = rules[str(found.rule)] if found.rule else kind.general_rule
        if found.rule == 23 and _reverts(read.document, found.line):
            rule = REVERT_DISKS
        problems.append(rule.broken(found.error, line=found.line))
    problems += [dropped(part) for part in read.dropped if part.name != "<active>"]
    return read


def _reverts(document: Document, line: int | None) -> bool:
    """Whether a disk is one of <revertDisks>: rule 24 is rule 23 for these."""
    if any(disk.line == line for disk in document.disks):
        return False
    return any(disk.line == line for disk in getattr(document, "revert_disks", ()))


def _line(error: Error) -> int | None:
    """The line that a syntax error names: "at line 3: ..."."""
    number = error.message.removeprefix("at line ").partition(":")[0]
    return int(number) if number.isascii() and number.isdigit() else None


def _look_up(target: Target, document: Document) -> None:
    """Ask for the document's own name and its parent's together."""
    look_up = getattr(target, "look_up", None)
    if look_up is not None and document.name is not None:
        look_up([name for name in (document.name, document.parent) if name is not None])
