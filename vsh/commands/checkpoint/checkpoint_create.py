"""checkpoint-create: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(requires={"redefine-validate": "redefine"})
def checkpoint_create(
    domain: Any = DOMAIN,
    xmlfile: str | None = Argument("", required=False),
    redefine: bool = Flag(""),
    redefine_validate: bool = Flag(""),
    quiesce: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
