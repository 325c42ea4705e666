"""hypervisor-cpu-baseline: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


# ALTERNATIVE_EXPR ['file', 'from', 'model', 'model']
@command
def hypervisor_cpu_baseline(
    file: str | None = Option("", by_place=True),
    virttype: str | None = Option("", by_place=True),
    emulator: str | None = Option("", by_place=True),
    arch: str | None = Option("", by_place=True),
    machine: str | None = Option("", by_place=True),
    features: bool = Flag(""),
    migratable: bool = Flag(""),
    ignore_host: bool = Flag(""),
    model: str | None = Option("", by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
