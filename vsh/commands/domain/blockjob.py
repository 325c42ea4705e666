"""blockjob: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag, Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("raw", "abort"), ("raw", "pivot"), ("raw", "async"), ("raw", "bandwidth"), ("info", "abort"), ("info", "pivot"), ("info", "async"), ("info", "bandwidth"), ("bytes", "abort"), ("bytes", "pivot"), ("bytes", "async"),))
def blockjob(
    domain: Any = DOMAIN,
    path: str = Argument(""),
    abort: bool = Flag(""),
    async_: bool = Flag(""),
    pivot: bool = Flag(""),
    info: bool = Flag(""),
    bytes: bool = Flag(""),
    raw: bool = Flag(""),
    bandwidth: int | None = Option("", kind=uint32, by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
