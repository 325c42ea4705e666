"""domxml-to-native: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("domain", "xml"),))
def domxml_to_native(
    format: str = Argument(""),
    domain: str | None = Option(""),
    xml: str | None = Option("", by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
