"""blockpull: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag, Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(requires={"verbose": "wait", "async": "wait"})
def blockpull(
    domain: Any = DOMAIN,
    path: str = Argument(""),
    bandwidth: int | None = Option("", kind=uint32, by_place=True),
    base: str | None = Option("", by_place=True),
    wait: bool = Flag(""),
    verbose: bool = Flag(""),
    timeout: int | None = Option("", kind=uint32, by_place=True),
    async_: bool = Flag(""),
    keep_relative: bool = Flag(""),
    bytes: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
