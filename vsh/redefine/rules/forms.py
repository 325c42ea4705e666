"""The form of a document: its schema, and what of it libvirt would drop."""

from __future__ import annotations

from vsh.errors import XmlError
from vsh.redefine.rule import Rule
from vsh.redefine.schema import schema_errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.redefine.rule import Problem
    from vsh.xml.engine.problem import Unknown

SNAPSHOT_SCHEMA = Rule(
    "9",
    "--validate checks the document against its schema",
    why="Without --validate elements that libvirt does not know are dropped without a word.",
    hint="correct what the message names, or leave --validate out",
)

CHECKPOINT_SCHEMA = Rule(
    "47",
    "a checkpoint is always checked against its schema",
    why="Names with a / or with a . at the start, and words that are not known, are refused.",
    hint="correct what the message names",
)

NOTHING_DROPPED = Rule(
    "E2",
    "what libvirt drops without a word",
    why="Elements and attributes that libvirt does not know are not kept. Often they are misspelt.",
    hint="correct or remove it; --validate makes libvirt refuse them",
)


def against_schema(xml: str, kind: str, broken: Rule) -> Iterator[Problem]:
    """What of a document does not fit its schema."""
    for error, line in schema_errors(xml, kind):
        yield broken.broken(error, line=line)


def dropped(part: Unknown) -> Problem:
    """A part that libvirt would drop without a word, as a warning."""
    close = part.nearest
    error = XmlError.whole(f"libvirt does not know {part.name} in {part.path} and drops it")
    hint = f"did you mean '{close}'?" if close else None
    return NOTHING_DROPPED.broken(error, line=part.line, hint=hint, warning=True)
