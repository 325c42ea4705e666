"""A bundle: all moments of a domain in one file, each distinct definition of the domain once.

One JSON value a line: what it is, then the definitions and the documents in the order in which they
can be redefined, and at last the manifest, which counts and hashes all before it.  A file that was
cut off or changed has no manifest that fits, and is no bundle.

    {"bundle": "vsh", "version": 1, "kind": "snapshot", "domain": NAME, "uuid": UUID}
    {"definition": 0, "text": "  <domain type='kvm'>..."}
    {"moment": NAME, "parent": NAME or null, "created": SECONDS, "text": ["<domain...", 0, "..."]}
    {"manifest": {"moments": [{"name": NAME, "sha256": HEX}, ...], "definitions": 1,
                  "current": NAME or null, "sha256": HEX}}

A document is the join of its ``text``; a number there stands for the definition of that number.
"""

from __future__ import annotations

from vsh.redefine.facts import split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vsh.redefine.fetch import Fetched
    from vsh.redefine.kinds import Kind

START = '{"bundle": "vsh", '
VERSION = 1


class NotWhole(ValueError):
    """A file is not what it should be, or not all of it, or not as it was written: the text says
    which."""


class Bundle:
    """What is in a bundle.

    documents  (name, text) in the order in which they can be redefined
    current    the name of the current one, or None
    """

    __slots__ = ("current", "documents")

    def __init__(self, documents: list[tuple[str, str]], current: str | None) -> None:
        self.documents = documents
        self.current = current


def digest(text: str) -> str:
    """The SHA-256 of a text, as hexadecimal digits."""
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def pack(found: Fetched, order: Iterable[str]) -> Iterator[str]:
    """The lines of a bundle.

    order  the names, parents first
    """
    import json
    from hashlib import sha256

    whole = sha256()

    def line(value: object) -> str:
        text = json.dumps(value) + "\n"
        whole.update(text.encode())
        return text

    head = {"bundle": "vsh", "version": VERSION, "kind": found.kind.name}
    yield line({**head, "domain": found.name, "uuid": found.uuid})
    numbers: dict[str, int] = {}
    moments = []
    for name in order:
        document = found.texts[name]
        parts: list[str | int] = []
        for part, shared in split(document):
            if shared and part not in numbers:
                yield line({"definition": len(numbers), "text": part})
                numbers[part] = len(numbers)
            parts.append(numbers[part] if shared else part)
        facts = found.facts(name)
        yield line(
            {
                "moment": name,
                "parent": found.parent_of(name),
                "created": None if facts is None else facts.created,
                "text": parts,
            }
        )
        moments.append({"name": name, "sha256": digest(document)})
    manifest = {"moments": moments, "definitions": len(numbers), "current": found.current}
    yield json.dumps({"manifest": {**manifest, "sha256": whole.hexdigest()}}) + "\n"


def unpack(text: str, kind: Kind) -> Bundle:
    """What is in a bundle.  Raises NotWhole, which says why it is none, or not a whole one."""
    lines = text.split("\n")
    if lines.pop() or len(lines) < 2:
        raise NotWhole("the bundle is not whole: it was cut off")
    head = _value(lines[0], 1)
    if head.get("version") != VERSION:
        raise NotWhole(f"the bundle has a form that is not known: {head.get('version')!r:.40}")
    if head.get("kind") != kind.name:
        raise NotWhole(f"the bundle has {head.get('kind')!s:.40}s, not {kind.name}s")
    manifest = _value(lines[-1], len(lines)).get("manifest")
    if not isinstance(manifest, dict):
        raise NotWhole("the bundle is not whole: it has no manifest at its end")
    if manifest.get("sha256") != digest("".join(f"{line}\n" for line in lines[:-1])):
        raise NotWhole("the bundle is not as it was written: its hash is another one")
    definitions: list[str] = []
    documents: list[tuple[str, str]] = []
    for number, line in enumerate(lines[1:-1], 2):
        value = _value(line, number)
        if "definition" in value:
            definitions.append(_text(value.get("text"), number))
        else:
            documents.append(
                (_text(value.get("moment"), number), _joined(value, definitions, number))
            )
    _compare(manifest, documents, definitions)
    current = manifest.get("current")
    return Bundle(documents, current if isinstance(current, str) else None)


def _compare(
    manifest: dict[str, object], documents: list[tuple[str, str]], definitions: list[str]
) -> None:
    """Whether a bundle has what its manifest says.  Raises NotWhole."""
    listed = manifest.get("moments")
    if not isinstance(listed, list) or manifest.get("definitions") != len(definitions):
        raise NotWhole("the bundle is not whole: its manifest counts other parts")
    there = [{"name": name, "sha256": digest(text)} for name, text in documents]
    if len(listed) != len(there):
        raise NotWhole(f"the bundle is not whole: it has {len(there)} of {len(listed)} documents")
    for one, other in zip(listed, there, strict=True):
        if one != other:
            raise NotWhole(f"the bundle is not as it was written: {other['name']} has changed")


def _value(line: str, number: int) -> dict[str, object]:
    import json

    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise NotWhole(f"line {number} of the bundle cannot be read") from None
    if not isinstance(value, dict):
        raise NotWhole(f"line {number} of the bundle cannot be read")
    return value


def _text(value: object, number: int) -> str:
    if not isinstance(value, str):
        raise NotWhole(f"line {number} of the bundle cannot be read")
    return value


def _joined(value: dict[str, object], definitions: list[str], number: int) -> str:
    """A document from its parts."""
    parts = value.get("text")
    if not isinstance(parts, list):
        raise NotWhole(f"line {number} of the bundle cannot be read")
    texts = []
    for part in parts:
        if type(part) is int and 0 <= part < len(definitions):
            texts.append(definitions[part])
        else:
            texts.append(_text(part, number))
    return "".join(texts)
