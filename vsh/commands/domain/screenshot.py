"""screenshot: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def screenshot(
    domain: Any = DOMAIN,
    file: str | None = Option("", by_place=True),
    screen: int | None = Option("", kind=uint32, by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
