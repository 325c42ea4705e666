"""All that is wrong with one document that is to be redefined, found before anything is sent.

``check`` asks the hypervisor only for what it has; it changes nothing.
"""

from __future__ import annotations

from vsh.errors import (
    ConfigUnsupported,
    Error,
    InternalError,
    OperationUnsupported,
    XmlDetail,
    XmlError,
)
from vsh.redefine import profiles
from vsh.redefine.align import invented, may_be_regular, naming_error
from vsh.redefine.circumstances import profile_of
from vsh.redefine.name import FOR_LOOKING
from vsh.redefine.problem import Problem
from vsh.redefine.profiles import CURRENT, DISK_ONLY, VALIDATE
from vsh.redefine.reading import Read
from vsh.redefine.rules import (
    checkpoint_problems,
    doubts,
    name_refusals,
    place_problems,
    refusals,
    snapshot_problems,
    uuid_problems,
)
from vsh.redefine.size import too_large

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.redefine.kinds import Kind
    from vsh.redefine.plan import Target
    from vsh.redefine.profiles import Profile
    from vsh.xml.engine.reader import Unknown


class Checked:
    """What a check found.

    document   the model, or None where the document could not be read at all
    problems   in libvirt's order, this program's own at the end, what libvirt drops without a word
               last
    active     what <active> says, None where there is none
    lines      where the elements below the root begin, by tag
    """

    __slots__ = ("active", "document", "lines", "problems", "xml")

    def __init__(self, xml: str) -> None:
        self.xml = xml
        self.active: bool | None = None
        self.document: Any = None
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}

    def wrong(self, *rules: str) -> bool:
        """Whether one of the rules is broken."""
        return any(problem.rule in rules for problem in self.problems)


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
        checked = Checked(xml)  # all else would have to be asked for in vain
    else:
        checked = check_document(domain, kind, target, xml, flags, file=file, lenient=lenient)
    late = [problem for problem in found if problem.rule == "E10"]
    checked.problems[:0] = _filed([each for each in found if each not in late], file)
    checked.problems += _filed(late, file)
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
    """Check what is in a document: rules 9 to 37 or 47 to 51, E6 and E7."""
    checked = Checked(xml)
    large = too_large(xml, domain.connection.driver.text_max)
    if large is not None:
        checked.problems.append(Problem("E13", ConfigUnsupported(large)))
        return _placed(checked, file)
    if kind.schema_always or flags & VALIDATE:
        checked.problems += _schema(xml, kind)
    _read(checked, kind)
    if checked.document is not None:
        if checked.document.name is not None:
            _look_up(target, checked.document)
        checked.problems += kind.check(domain, target, checked, flags, lenient=lenient)
    return _placed(checked, file)


def snapshot_problems_of(
    domain: Domain, target: Target, checked: Checked, flags: int, *, lenient: bool
) -> Iterator[Problem]:
    """Rules 27 to 37, E6 and E7 of a snapshot's document that has been read."""
    document = checked.document
    profile = profile_of(domain.connection)
    yield from profiles.name_problems(profile, document)
    yield from profiles.state_problems(profile, document)
    if checked.wrong("12", "13", "15", "16", "23"):
        yield from _independent(checked, target)
        if not profile.file_names:
            yield from _as_warnings(name_refusals(document.name or "", document), lenient)
        return
    if document.domain is None and FOR_LOOKING in checked.xml:
        checked.problems.append(_lost(checked, "snapshot", lenient, dumped=True))
    found = list(
        snapshot_problems(
            document, target, disk_only=bool(flags & DISK_ONLY), regular=None, completed=False
        )
    )
    found += _deadly(domain, document, target)
    checked.problems += found  # what follows asks which rules are broken
    if document.domain is None:
        yield from _kept(checked)
    yield from _refusals(domain, checked, target, profile, flags, lenient)


def checkpoint_problems_of(target: Target, checked: Checked, *, lenient: bool) -> Iterator[Problem]:
    """Rules 49 to 51 and E6 of a checkpoint's document that has been read."""
    document = checked.document
    if checked.wrong("47", "48"):
        yield from _independent(checked, target, "49", "50")
        return
    yield from checkpoint_problems(document, target)
    if document.domain is None:
        yield _lost(checked, "checkpoint", lenient, dumped=_looks_dumped(checked.xml))
    yield from doubts(document, target)


def _kept(checked: Checked) -> Iterator[Problem]:
    """Rule 38, of a snapshot's document that has no <domain>."""
    if not checked.wrong("37", "E6-domain"):
        name = checked.document.name
        text = f"the stored definition of snapshot {name} is kept: there is no <domain>"
        yield Problem("38", ConfigUnsupported.whole(text), line=checked.document.line, warning=True)


def _lost(checked: Checked, kind: str, lenient: bool, *, dumped: bool) -> Problem:
    """E6-domain: the domain of that moment is not in the document."""
    document = checked.document
    why = " (it is what --no-domain dumps, for looking only)" if dumped else ""
    text = f"{kind} {document.name} has no <domain>{why}: what the domain was then would be lost"
    hint = f"use the whole document that {kind}-dumpxml --security-info gives"
    error = ConfigUnsupported(text)
    return Problem("E6-domain", error, line=document.line, warning=lenient, hint=hint)


def _looks_dumped(xml: str) -> bool:
    """Whether a document has the form in which libvirt writes it."""
    return xml.startswith("<domaincheckpoint>\n  <name>") and xml.endswith(
        "\n</domaincheckpoint>\n"
    )


def _independent(
    checked: Checked, target: Target, place: str = "", uuid: str = "35"
) -> Iterator[Problem]:
    """Of a document that cannot be read whole: what is wrong whatever the rest would say.

    place, uuid  the rules' names where they are others than a snapshot's
    """
    document = checked.document
    name = document.name
    if name is not None:
        yield from place_problems(name, document.parent, target, document.line, place)
    if document.domain is not None:
        yield from uuid_problems(document, target, uuid)
        return
    other = target.document(name) if name is not None else None
    if uuid == "35" and not checked.wrong("16") and (other is None or other.domain is None):
        yield Problem("37", InternalError("missing domain in snapshot"), line=document.line)


def _as_warnings(problems: Iterable[Problem], lenient: bool) -> Iterator[Problem]:
    for problem in problems:
        problem.warning = lenient
        yield problem


def _filed(problems: list[Problem], file: str | None) -> list[Problem]:
    for problem in problems:
        problem.file = file
    return problems


def _schema(xml: str, kind: Kind) -> list[Problem]:
    from vsh.redefine.schema import schema_errors

    return [
        Problem(kind.schema_rule, error, line=line) for error, line in schema_errors(xml, kind.name)
    ]


def _read(checked: Checked, kind: Kind) -> None:
    """Read the document; rules 10 to 26 and 48."""
    try:
        found = Read(checked.xml, kind.model())
    except XmlDetail as error:
        checked.problems.append(Problem("10", error, line=_line(error)))
        return
    except Error as error:
        checked.problems.append(Problem("11", error, line=1))
        return
    checked.document, checked.lines = found.document, found.lines
    if kind.has_current:
        checked.active = found.active
    _tell_apart(found.document, found.problems)
    checked.problems += [
        Problem(each.rule or kind.general_rule, each.error, line=each.line)
        for each in found.problems
    ]
    checked.problems += [_dropped(part) for part in found.dropped if part.name != "<active>"]


def _tell_apart(document: Any, found: list[Any]) -> None:
    """Rule 24 is rule 23 for the disks in <revertDisks>."""
    disks = {disk.line for disk in document.disks}
    reverted = {disk.line for disk in getattr(document, "revert_disks", ())} - disks
    for problem in found:
        if problem.rule == 23 and problem.line in reverted:
            problem.rule = 24


def _dropped(part: Unknown) -> Problem:
    """A part that libvirt would drop without a word, as a warning."""
    close = part.nearest
    return Problem(
        "E2",
        XmlError.whole(f"libvirt does not know {part.name} in {part.path} and drops it"),
        line=part.line,
        warning=True,
        hint=f"did you mean '{close}'?" if close else None,
    )


_PLACES = {
    "12": "name",
    "27": "name",
    "E6-name": "name",
    "13": "creationTime",
    "E6-time": "creationTime",
    "15": "state",
    "29": "state",
    "34": "state",
    "36a": "state",
    "36b": "state",
    "18": "memory",
    "19": "memory",
    "20": "memory",
    "21": "memory",
    "22": "memory",
    "31": "parent",
    "32": "parent",
    "33": "parent",
    "49": "parent",
    "E6-active": "active",
}
# rules that are about one element below the root


def _placed(checked: Checked, file: str | None) -> Checked:
    """Give every problem its file, and its line where the element is known."""
    for problem in checked.problems:
        problem.file = file
        tag = _PLACES.get(problem.rule)
        if tag in checked.lines:
            problem.line = checked.lines[tag]
    checked.problems.sort(key=lambda problem: problem.rule == "E2")
    return checked


def _line(error: Error) -> int | None:
    """The line that a syntax error names: "at line 3: ..."."""
    number = error.message.removeprefix("at line ").partition(":")[0]
    return int(number) if number.isascii() and number.isdigit() else None


def _look_up(target: Target, document: Any) -> None:
    """Ask for the document's own name and its parent's together."""
    look_up = getattr(target, "look_up", None)
    if look_up is not None:
        look_up([name for name in (document.name, document.parent) if name is not None])


def _unnamed(checked: Checked, target: Target) -> list[Problem]:
    """Rule 37f, where the hypervisor sees this host's files."""
    document = checked.document
    domain = document.domain
    if domain is None:
        other = target.document(document.name)
        domain = other.domain if other is not None else None
    found = []
    for disk in invented(document):
        error = naming_error(disk, domain.disk(disk.name), may_be_regular)
        if error is not None:
            found.append(Problem("37f", error, line=disk.line or checked.lines.get("disks")))
    return found


def _refusals(
    domain: Domain, checked: Checked, target: Target, profile: Profile, flags: int, lenient: bool
) -> list[Problem]:
    document = checked.document
    aligned = not checked.wrong("18", "19", "20", "21", "22", "37", "37a", "37b", "37c", "37d")
    found = _unnamed(checked, target) if aligned and domain.connection.driver.on_this_host else []
    found += [
        problem
        for problem in refusals(
            document, target, active=checked.active, current=bool(flags & CURRENT)
        )
        if (aligned or problem.rule not in ("E6-path", "E6-source"))
        and not (profile.file_names and problem.rule == "E6-name")
    ]
    for problem in found:
        problem.warning = lenient and problem.rule != "37f"
    return [*found, *doubts(document, target)]


def _deadly(domain: Domain, document: Any, target: Target) -> list[Problem]:
    """E7: what must never reach a daemon that it would end.  The document has been aligned."""
    if not profiles.dangerous(document, target):
        return []
    version = domain.connection.get_lib_version()
    if version >= profiles.FIXED_ALIGNMENT:
        return []
    text = f"a daemon of version {_version(version)} would crash at this document"
    return [Problem("E7", OperationUnsupported(text), line=document.line)]


def _version(number: int) -> str:
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"
