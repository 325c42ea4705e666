"""What every document of every command is held against: the dictionary and the declared result."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from vsh.cli import parse
from vsh.cli.told import told
from vsh.output.document import Fields, Heading, Line, Lines, Outcome, Table, Text
from vsh.output.keys import FOREIGN, KEYS
from vsh.output.schema import schema_of

if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


@cache
def validator(command: str) -> Draft202012Validator:
    """What checks a value against the schema that a command declares."""
    found = parse.find(command)
    assert found is not None
    schema = schema_of(command, [(form.keys, form.rows) for form in told(found)])
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def faults(command: str, value: object) -> list[str]:
    """What is wrong with a value that a command told."""
    return [
        f"{fault.json_path}: {fault.message[:300]}"
        for fault in validator(command).iter_errors(value)
    ]


def fits(key: str, value: Any) -> bool:
    """Whether a value is what the dictionary says of its key."""
    known = KEYS[key]
    if value is None or known.types == ("any",):
        return True
    if isinstance(value, bool):
        return "boolean" in known.types
    if known.unit == "RFC 3339":
        return isinstance(value, str) and bool(MOMENT.fullmatch(value))
    return any(isinstance(value, TYPES[name]) for name in known.types)


def check(value: Any) -> None:
    """Refuse keys that are not in the dictionary, and values that are not what it says."""
    if isinstance(value, list):
        for each in value:
            check(each)
    elif isinstance(value, dict):
        for key, below in value.items():
            assert key in KEYS, f"{key} is not in the dictionary"
            assert fits(key, below), f"{key}: {below!r} is not {KEYS[key].types}"
            if key not in FOREIGN and KEYS[key].types != ("any",):
                check(below)


def other_keys(session: Session, document: Document) -> list[str]:
    """What is wrong with a document that is shown, by what its command declares.

    In a format for programs the whole value is checked; else the keys that it has anyway, since
    asking for the others would make calls that the command does not make.
    """
    command = parse.find(session.running) if session.running else None
    if command is None or session.columns or session.where or session.template:
        return []
    if session.format in ("json", "yaml", "csv", "ndjson"):
        value = document.data()
        if value is None or isinstance(document, Outcome):
            return []
        return [f"{command.name}: {fault}" for fault in faults(command.name, value)]
    if session.format == "plain":
        declared = {key for form in told(command) for key in form.keys}
        return [f"{command.name}: {key} is not declared" for key in _keys(document) - declared]
    return []


def _keys(document: Document) -> set[str]:
    if isinstance(document, Fields):
        return set(document.values())
    if isinstance(document, Table):
        return {column.key for column in document.columns}
    if isinstance(document, Lines):
        return {document.key}
    if isinstance(document, Line) and not isinstance(document, (Outcome, Heading)):
        data = document.data()
        return set(data) if isinstance(data, dict) else set()
    if isinstance(document, Text):
        return set(document.values)
    return set()
