"""The rules of redefinition, each declared once: its number, what it is about, why it is a rule,
what to do about a document that breaks it, and the check.

A rule's number is its name, with a letter where a rule has parts.  Rules that start with E are this
program's own: libvirt would take the document, and the result would be wrong or surprising.  A rule
is in the file of its family; the order in which rules are asked is a kind's (``redefine.kinds``).
What the reader of a document finds by itself (``rules.reading``) has no check here.
"""

from __future__ import annotations

from vsh.redefine.rule import Rule

COMPLETE = "use the whole document that snapshot-dumpxml --security-info gave"

UNREADABLE = ("12", "13", "15", "16", "23", "47", "48")
"""Rules that are broken where a document could not be read whole."""

_all: dict[str, Rule] = {}


def every() -> dict[str, Rule]:
    """All rules, by name."""
    if not _all:
        from vsh import lookup

        for file in lookup.names(__name__):
            module = lookup.module(__name__, file)
            for value in vars(module).values():
                if isinstance(value, Rule):
                    _all[value.name] = value
    return _all
