"""JSON Schema 2020-12 of what a command tells, from its declared result and the dictionary."""

from __future__ import annotations

from vsh.output.keys import FOREIGN, KEYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DONE = ("command", "domain", "done", "message")
"""What a result of any command may have: what was done, and to what."""


def schema_of(name: str, shape: str, keys: Iterable[str]) -> dict[str, Any]:
    """The schema of a command's result.

    shape  "one" object, or "rows"; "either" where an option decides
    keys   its keys, of the dictionary;  none for a command that tells only what it has done
    """
    wanted = list(dict.fromkeys((*keys, *DONE))) if keys else list(KEYS)
    one = {
        "type": "object",
        "properties": {key: {"$ref": f"#/$defs/{key}"} for key in wanted},
        "additionalProperties": False,
    }
    rows = {"type": "array", "items": {"$ref": "#/$defs/_one"}}
    done: dict[str, Any] = {"$ref": "#/$defs/_one"}
    body = done if shape == "one" else {"anyOf": [rows, done]}
    return {
        "$schema": DIALECT,
        "title": name,
        **body,
        "$defs": {"_one": one, "_any": _anything(), **{key: _key(key) for key in KEYS}},
    }


def _key(name: str) -> dict[str, Any]:
    """The schema of what stands under a key; null is what is absent."""
    key = KEYS[name]
    found: dict[str, Any] = {"description": key.meaning}
    if key.unit and key.unit != "RFC 3339":
        found["description"] += f" ({key.unit})"
    if key.types == ("any",):
        return found
    found["type"] = [*key.types, "null"]
    if key.unit == "RFC 3339":
        found["format"] = "date-time"
        found["pattern"] = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"
    if name == "uuid":
        found["pattern"] = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
    if "object" in key.types and name not in FOREIGN:
        found["$ref"] = "#/$defs/_any"
    if "array" in key.types:
        found["items"] = {"$ref": "#/$defs/_any"}
    return found


def _anything() -> dict[str, Any]:
    """What stands inside: words and numbers, or objects with keys of the dictionary."""
    return {
        "properties": {key: {"$ref": f"#/$defs/{key}"} for key in KEYS},
        "additionalProperties": False,
    }
