"""nodedev-detach: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Option, anything

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def nodedev_detach(
    device: str = Argument(""),
    driver: str | None = Option("", kind=anything, by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
