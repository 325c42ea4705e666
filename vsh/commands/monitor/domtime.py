"""domtime: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag, Option, int64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("time", "now"), ("time", "sync"), ("now", "sync"),))
def domtime(
    domain: Any = DOMAIN,
    now: bool = Flag(""),
    pretty: bool = Flag(""),
    sync: bool = Flag(""),
    time: int | None = Option("", kind=int64, by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
