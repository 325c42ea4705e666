"""domcapabilities: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag, Option, anything

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def domcapabilities(
    virttype: str | None = Option("", by_place=True),
    emulatorbin: str | None = Option("", by_place=True),
    arch: str | None = Option("", by_place=True),
    machine: str | None = Option("", by_place=True),
    xpath: str | None = Option("", kind=anything),
    wrap: bool = Flag(""),
    disable_deprecated_features: bool = Flag(""),
    expand_cpu_features: bool = Flag(""),
    supported_cpu_features: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
