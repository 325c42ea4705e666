"""iface-dumpxml: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag, Option, anything

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def iface_dumpxml(
    interface: str = Argument(""),
    inactive: bool = Flag(""),
    xpath: str | None = Option("", kind=anything),
    wrap: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
