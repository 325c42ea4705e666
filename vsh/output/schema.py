"""JSON Schema 2020-12 of what a command tells, from its declared result and the dictionary."""

from __future__ import annotations

from vsh.output.keys import FOREIGN, KEYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    Schema: TypeAlias = dict[str, object]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(name: str, forms: Iterable[tuple[Mapping[str, bool], bool]]) -> Schema:
    """The schema of a command's result.

    forms  of each form of it: the keys of an object, of the dictionary, each with whether it is
           always there; and whether it is a list of such objects
    """
    bodies: list[Schema] = []
    used: dict[str, None] = {}
    for keys, rows in forms:
        one = _object(keys, [key for key, always in keys.items() if always])
        rows_of_it: Schema = {"type": "array", "items": one}
        bodies.append(rows_of_it if rows else one)
        used.update(dict.fromkeys(keys))
    body: Schema = {"anyOf": bodies} if bodies else {"type": "null"}
    if len(bodies) == 1:
        body = bodies[0]
    return {"$schema": DIALECT, "title": name, **body, "$defs": _definitions(used)}


def _object(keys: Iterable[str], required: list[str]) -> Schema:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": {key: {"$ref": f"#/$defs/{key}"} for key in keys},
        "required": required,
        "additionalProperties": False,
    }


def _definitions(used: Iterable[str]) -> Schema:
    """The schemas of keys, and of all keys that stand inside."""
    found: Schema = {}
    waiting = list(used)
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = _key(name)
            waiting += [key for key in KEYS[name].of if key in KEYS]
    return dict(sorted(found.items()))


def _key(name: str) -> Schema:
    """The schema of what stands under a key; null is what is absent."""
    key = KEYS[name]
    unit = f" ({key.unit})" if key.unit and key.unit != "RFC 3339" else ""
    found: Schema = {"description": key.meaning + unit}
    if key.types == ("any",):
        return found
    found["type"] = [*key.types, "null"]
    if key.unit == "RFC 3339":
        found["format"] = "date-time"
        found["pattern"] = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"
    if name == "uuid":
        found["pattern"] = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
    if name == "content":
        found["items"] = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/document"}]}
    elif "array" in key.types:
        found["items"] = _item(key.of)
    elif "object" in key.types and name not in FOREIGN:
        found.update(_object(key.of, []), type=["object", "null"])
    return found


def _item(of: tuple[str, ...]) -> Schema:
    """The schema of each of a list."""
    if of == ("any",):
        return {}
    if len(of) == 1 and of[0] in ("integer", "string"):
        return {"type": of[0]}
    return _object(of, [])
