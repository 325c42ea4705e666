"""Where an error is: the word of the command line, or the line of the document, that it is about.

Nothing is noted while commands run well.  Once one has failed, for people, what was typed is read
again, and so are the files that the command took; what cannot be found is not shown.
"""

from __future__ import annotations

import os

from vsh.cli import parse, words
from vsh.cli.objects import file_names
from vsh.errors import CommandError, Error
from vsh.output.place import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vsh.cli.parse import Invocation
    from vsh.cli.session import Session

    Failure = CommandError | Error

LARGEST = 1 << 20
"""Bytes of a document that are searched."""
QUOTED = r"(?<!\w)'([^'\n]+)'|\"([^\"\n]+)\""
LINE = r"(?:\(\w+\):|\bline )(\d+)"
MODELS = {
    "domain": "vsh.xml.domain Domain",
    "network": "vsh.xml.network Network",
    "pool": "vsh.xml.storage.pool StoragePool",
    "volume": "vsh.xml.storage.volume StorageVolume",
}
"""The documents whose form is looked at, by their roots."""
PATH = r"'(\./[^'\n]+)'"


def point(session: Session, errors: Sequence[Failure]) -> None:
    """Tell the screen the place that errors are about, and the lines of a document's problems."""
    screen, invocation = session.screen, session.invocation
    screen.place, screen.rows = None, {}
    files = {} if invocation is None else dict(_documents(invocation))
    if session.document is not None:
        files = {"": session.document}
    problems = [each for error in errors if isinstance(error, Error) for each in error.problems]
    for problem in problems:
        name, _, number = problem.place.rpartition(":")
        row = _row(files[name], int(number)) if name in files and number.isdecimal() else None
        if row is not None:
            screen.rows[problem.place] = row
    if problems:
        return
    messages = [error.message for error in errors]
    if session.refused is None:
        places = (_in_document(text, messages, name) for name, text in files.items())
        screen.place = next(filter(None, places), None)
    _mean(session, errors, messages)
    if screen.place is None and not any("\n" in message for message in messages):
        screen.place = _in_line(session, session.refused, messages)


def _mean(session: Session, errors: Sequence[Failure], messages: list[str]) -> None:
    """Where an error names a value that is not there, say which one there is that is spelled like
    it."""
    import re

    from vsh.cli.nearest import nearest

    invocation = session.invocation
    if invocation is None or any(error.hint for error in errors):
        return
    named = {each for message in messages for pair in re.findall(QUOTED, message) for each in pair}
    for param in invocation.command.options:
        value = invocation.given.get(param.name)
        complete = param.complete
        if not isinstance(value, str) or value not in named or not callable(complete):
            continue
        if complete is file_names:
            continue
        try:
            close = nearest(value, [str(word) for word in complete(session, "", invocation.given)])
        except (CommandError, Error):
            continue
        if close is not None and close != value:
            errors[-1].hint = f"did you mean '{close}'?"
            return


# -- the command line ------------------------------------------------------------------------------


def _in_line(session: Session, option: str | None, messages: list[str]) -> Place | None:
    import re

    line = session.line
    if not line.strip():
        return None
    extras = session.program != "virsh"
    if session.invocation is None:
        return _unparsed(line, session.line_label, extras=extras)
    found = list(_words_of(line, session.ordinal))
    if option is not None:
        for start, word, end, parameter in _assigned(found, extras=extras):
            if parameter == option:
                skip = word.find("=") + 1 if word.startswith("--") else 0
                return _place(line, start + skip, end, session.line_label)
    named = [text for message in messages for text in re.findall(r"--[a-z][\w-]*", message)]
    for start, word, end in found:
        if word.partition("=")[0] in named:
            return _place(line, start, end, session.line_label)
    quoted = [each for message in messages for pair in re.findall(QUOTED, message) for each in pair]
    same = [(start, end) for start, word, end in found[1:] if word in quoted]
    return _place(line, *same[0], session.line_label) if len(same) == 1 else None


def _place(line: str, start: int, end: int, label: str) -> Place:
    """A part of a line that may be several rows: the row that it begins in."""
    first = line.rfind("\n", 0, start) + 1
    last = line.find("\n", start)
    row = line[first : len(line) if last < 0 else last]
    return Place(row, start - first, min(end - first, len(row)), label)


def _unparsed(line: str, label: str, *, extras: bool) -> Place | None:
    """The word at which a line stopped to make sense; its end where something is missing."""
    state: parse.Parser | None = None
    last = 0
    try:
        for start, word, end in words.places(line):
            if word is not None:
                state = state or parse.Parser(extras=extras)
                try:
                    state.take(word)
                except CommandError:
                    return _place(line, start, end, label)
                last = end
            elif state is not None:
                state.finish([])
                state = None
        if state is not None:
            state.finish([])
    except CommandError:
        return _place(line[:last] + " " + line[last:], last + 1, last + 2, label)
    return None


def _words_of(line: str, ordinal: int) -> Iterator[tuple[int, str, int]]:
    """The words of one command of a chain, by its number, with where they start and end."""
    number, begun = 0, False
    for start, word, end in words.places(line):
        if word is None:
            number += begun
            begun = False
        else:
            begun = True
            if number == ordinal:
                yield start, word, end


def _assigned(
    found: list[tuple[int, str, int]], *, extras: bool
) -> Iterator[tuple[int, str, int, str]]:
    """Each word of a command with the parameter whose value it is or has."""
    state = parse.Parser(lenient=True, extras=extras)
    for start, word, end in found:
        state.take(word)
        invocation = state.invocation
        if invocation is not None and invocation.last is not None and state.option is None:
            yield start, word, end, invocation.last.name


# -- documents -------------------------------------------------------------------------------------


def _documents(invocation: Invocation) -> Iterator[tuple[str, str]]:
    """The XML files that a command was given, by the name that was typed."""
    for param in invocation.command.options:
        name = invocation.given.get(param.name)
        if param.complete is not file_names or not isinstance(name, str):
            continue
        try:
            if os.path.isfile(name) and os.path.getsize(name) <= LARGEST:
                with open(name, encoding="utf-8", errors="surrogateescape") as file:
                    text = file.read()
                if text.lstrip()[:1] == "<":
                    yield name, text
        except (OSError, ValueError):
            continue


def _row(text: str, number: int) -> str | None:
    rows = text.split("\n")
    return rows[number - 1] if 0 < number <= len(rows) else None


def _in_document(text: str, messages: list[str], name: str) -> Place | None:
    """What of a document messages are about: a line that they name, an element or attribute by its
    path, or a value that stands there once."""
    import re

    if any(message.rstrip().endswith("^") for message in messages):
        return None  # libvirt has drawn it already
    for message in messages:
        number = re.search(LINE, message)
        row = None if number is None else _row(text, int(number.group(1)))
        if number is not None and row is not None:
            return _on_row(row, _values(message), _label(name, int(number.group(1))))
    for message in messages:
        for path in re.findall(PATH, message):
            line = _line_of(text, path, _values(message))
            row = None if line is None else _row(text, line)
            if row is not None and line is not None:
                return _on_row(row, _values(message), _label(name, line))
    for message in messages:
        for value in _values(message):
            known = list(re.finditer(rf"(?<=['\">]){re.escape(value)}(?=['\"<])", text))
            if len(known) == 1:
                start = known[0].start()
                first = text.rfind("\n", 0, start) + 1
                row = text[first:].partition("\n")[0]
                label = _label(name, text.count("\n", 0, start) + 1)
                return Place(row, start - first, known[0].end() - first, label)
    return _misshapen(text, name)


def _label(name: str, line: int) -> str:
    return f"{name}:{line}" if name else f"line {line}"


def _misshapen(text: str, name: str) -> Place | None:
    """The first line of a document that has not the form that libvirt knows."""
    from vsh import lookup
    from vsh.xml.engine.reader import parse
    from vsh.xml.schema import structure

    try:
        module, _, kind = MODELS.get(parse(text).tag, "").partition(" ")
        found = structure(text, getattr(lookup.load(module), kind)) if kind else []
    except Error:
        return None
    for told in found:
        number, _, what = told.removeprefix("line ").partition(": ")
        row = _row(text, int(number)) if number.isdecimal() else None
        if row is not None:
            return _on_row(row, _values(what), _label(name, int(number)))
    return None


def _values(message: str) -> list[str]:
    """The quoted words of a message that may stand in a document, the last first."""
    import re

    found = [one or other for one, other in re.findall(QUOTED, message)]
    found += re.findall(r": ([\w.-]+)$", message)
    return [each for each in reversed(found) if not each.startswith("./")]


def _on_row(row: str, values: list[str], label: str) -> Place:
    """The part of a row that a message names, or the row."""
    for value in values:
        start = row.find(value)
        if start >= 0:
            return Place(row, start, start + len(value), label)
    return Place(row, 0, len(row.rstrip()), label)


def _line_of(text: str, path: str, values: list[str]) -> int | None:
    """The line of what a path leads to from some element, with one of the values if it has any."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "surrogateescape"), parser)
        for element in [root, *root.iter("*")]:
            found = element.xpath(path)
            for node in found if isinstance(found, list) else ():
                holder = node if isinstance(node, etree._Element) else node.getparent()
                inside = (node.text or "") if isinstance(node, etree._Element) else str(node)
                if inside.strip() in values:
                    line: int = getattr(holder, "sourceline", 1)
                    return line
    except (etree.LxmlError, ValueError):
        return None
    return None
