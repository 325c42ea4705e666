"""domif-setlink: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(old={"persistent": "config"})
def domif_setlink(
    domain: Any = DOMAIN,
    interface: str = Argument(""),
    state: str = Argument(""),
    config: bool = Flag("affect next boot"),
    print_xml: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
