"""send-key: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Option, anything, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def send_key(
    domain: Any = DOMAIN,
    codeset: str | None = Option("", kind=anything),
    holdtime: int | None = Option("", kind=uint32),
    keycode: list[str] = Argument("", repeats=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
