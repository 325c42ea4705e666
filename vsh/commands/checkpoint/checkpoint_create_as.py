"""checkpoint-create-as: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def checkpoint_create_as(
    domain: Any = DOMAIN,
    name: str | None = Option("", by_place=True),
    description: str | None = Option("", by_place=True),
    print_xml: bool = Flag(""),
    quiesce: bool = Flag(""),
    diskspec: list[str] = Option("", by_place=True, repeats=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
