"""hypervisor-cpu-models: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def hypervisor_cpu_models(
    virttype: str | None = Option(""),
    emulator: str | None = Option(""),
    arch: str | None = Option(""),
    machine: str | None = Option(""),
    all: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
