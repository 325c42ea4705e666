"""change-media: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(*IMPACT_EXCLUSIVE, ("eject", "insert"), ("eject", "update"), ("insert", "update"), ("eject", "block")))
def change_media(
    domain: Any = DOMAIN,
    path: str = Argument(""),
    source: str | None = Argument("", required=False),
    eject: bool = Flag(""),
    insert: bool = Flag(""),
    update: bool = Flag(""),
    impact: int = impact("current", "live", "config"),
    force: bool = Flag(""),
    print_xml: bool = Flag(""),
    block: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
