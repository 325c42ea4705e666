"""What the formats for programs share: errors as data, and the documents of one command as one
value."""

from __future__ import annotations

from vsh.errors import NUMBERS, CommandError, Domains, Error
from vsh.output.document import Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from vsh.output.document import Document


def values_of(
    documents: Iterable[Document], ended: Callable[[object], None] | None = None
) -> Iterator[Any]:
    """The value of each document that has one, as they come.

    ended  gets how a stream ended, which is no part of what it gave
    """
    for document in documents:
        value = document.data()
        if ended is not None and isinstance(document, Outcome):
            ended(value)
        elif value is not None:
            yield value


def together(documents: Iterable[Document]) -> Any:
    """The documents that one command returned as a list: one value.

    Several objects are one with the keys of all; of what was done the messages are lines of one,
    and lists of the same key follow each other.  Of several listings the rows follow each other.
    """
    values = list(values_of(documents))
    if any(isinstance(value, list) for value in values):
        return [row for value in values for row in (value if isinstance(value, list) else [value])]
    merged: dict[str, object] = {}
    for value in values:
        for key, part in value.items():
            before = merged.get(key)
            if before is not None and key == "message":
                merged[key] = f"{before}\n{part}" if part else before
            elif isinstance(before, list) and isinstance(part, list):
                merged[key] = before + part
            elif before is None:
                merged[key] = part
    return merged or None


def error_data(errors: list[CommandError | Error]) -> dict[str, object]:
    """An error and its causes: the outermost message, and the number of the first that has one.

    Keys: code, name (virErrorNumber and its name), origin (what of libvirt it comes from; null for
    an error of the command line's own), message, hint, causes (the messages below), and
    problems where a document was refused: each with rule, file, line, message, hint.
    """
    told = next((error for error in errors if isinstance(error, Error)), None)
    kind = next((error.kind for error in errors if isinstance(error, CommandError)), None)
    code = told.code if told is not None else None if kind is None else kind.code
    value: dict[str, object] = {
        "code": code,
        "name": NUMBERS[code][0] if code in NUMBERS else None,
        "origin": _origin(told.domain) if told is not None else None,
        "message": errors[0].message,
        "hint": next((error.hint for error in errors if error.hint), None),
        "causes": [error.message for error in errors[1:]],
    }
    for error in errors:
        if isinstance(error, Error) and error.problems:
            value["problems"] = [problem.data() for problem in error.problems]
    return value


def _origin(number: int) -> str | None:
    """What of libvirt an error comes from, as a word: "qemu", "storage"."""
    for name, value in vars(Domains).items():
        if value == number and name.isupper():
            return name.lower()
    return None
