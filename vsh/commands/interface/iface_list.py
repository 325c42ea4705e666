"""iface-list: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("all", "inactive"),))
def iface_list(inactive: bool = Flag(""), all: bool = Flag("")) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
