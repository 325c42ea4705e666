"""domfsthaw: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def domfsthaw(
    domain: Any = DOMAIN,
    mountpoint: list[str] = Argument("", required=False, repeats=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
