"""attach-interface: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(*IMPACT_EXCLUSIVE, ("persistent", "current")))
def attach_interface(
    domain: Any = DOMAIN,
    type: str = Argument(""),
    source: str = Argument(""),
    target: str | None = Option("", by_place=True),
    mac: str | None = Option("", by_place=True),
    script: str | None = Option("", by_place=True),
    model: str | None = Option("", by_place=True),
    alias: str | None = Option("", by_place=True),
    inbound: str | None = Option("", by_place=True),
    outbound: str | None = Option("", by_place=True),
    persistent: bool = Flag(""),
    impact: int = impact(),
    print_xml: bool = Flag(""),
    managed: bool = Flag(""),
    source_mode: str | None = Option("", by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
