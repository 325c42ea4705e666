"""version: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def version(daemon: bool = Flag("")) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
