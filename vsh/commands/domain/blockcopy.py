"""blockcopy: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag, Option, uint32, uint64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("dest", "xml"), ("format", "xml"), ("blockdev", "xml"), ("pivot", "finish"),), old={"raw": "format=raw"})
def blockcopy(
    domain: Any = DOMAIN,
    path: str = Argument(""),
    dest: str | None = Option("", by_place=True),
    bandwidth: int | None = Option("", kind=uint32, by_place=True),
    shallow: bool = Flag(""),
    reuse_external: bool = Flag(""),
    blockdev: bool = Flag(""),
    wait: bool = Flag(""),
    verbose: bool = Flag(""),
    timeout: int | None = Option("", kind=uint32, by_place=True),
    pivot: bool = Flag(""),
    finish: bool = Flag(""),
    async_: bool = Flag(""),
    xml: str | None = Option("", by_place=True),
    format: str | None = Option("", by_place=True),
    granularity: int | None = Option("", kind=uint32, by_place=True),
    buf_size: int | None = Option("", kind=uint64, by_place=True),
    bytes: bool = Flag(""),
    transient_job: bool = Flag(""),
    synchronous_writes: bool = Flag(""),
    print_xml: bool = Flag(""),
    dest_is_zero: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
