"""guestvcpus: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("enable", "disable"),), requires={"enable": "cpulist", "disable": "cpulist"})
def guestvcpus(
    domain: Any = DOMAIN,
    cpulist: str | None = Option("", by_place=True),
    enable: bool = Flag(""),
    disable: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
