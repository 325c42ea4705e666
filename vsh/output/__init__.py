"""How documents are shown: one file per format, each with ``render``, ``render_all`` and
``report``."""

from __future__ import annotations

from vsh import lookup
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

NO_FORMATS = (
    "bar", "document", "keys", "pager", "paint", "place", "screen",
    "units", "where", "schema", "xml-colours", "xml-data",
)  # fmt: skip
"""What stands in ``vsh/output`` beside the formats."""


def renderer_of(format: str) -> ModuleType:
    """The module of ``vsh/output`` for a format.  Raises CommandError."""
    found = lookup.module("vsh.output", format)
    if found is None or not hasattr(found, "render"):
        raise CommandError(
            f"unknown output format '{format}'", hint="one of " + ", ".join(formats())
        )
    return found


def formats() -> list[str]:
    """The names of the output formats: the files of ``vsh/output`` that render."""
    return [name for name in lookup.names("vsh.output") if name not in NO_FORMATS]
