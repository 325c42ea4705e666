"""hypervisor-cpu-compare: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def hypervisor_cpu_compare(
    file: str = Argument(""),
    virttype: str | None = Option("", by_place=True),
    emulator: str | None = Option("", by_place=True),
    arch: str | None = Option("", by_place=True),
    machine: str | None = Option("", by_place=True),
    error: bool = Flag(""),
    validate: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
