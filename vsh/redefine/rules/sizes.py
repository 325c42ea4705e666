"""How large a document may be."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.redefine.rule import Rule
from vsh.redefine.size import too_large

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.redefine.rule import Problem

FITS_THE_WIRE = Rule(
    "E13",
    "a document that fits the wire",
    why="libvirt's protocol takes texts of 4 MiB and messages of 32 MiB. A larger "
    "document cannot reach the daemon whole, and is not sent at all.",
    hint="remove what is large and not needed, <metadata> perhaps",
)


def fits_the_wire(xml: str, most: int | None) -> Iterator[Problem]:
    """Whether a text can be handed over; ``most`` is what a driver takes."""
    text = too_large(xml, most)
    if text is not None:
        yield FITS_THE_WIRE.broken(ConfigUnsupported(text))
