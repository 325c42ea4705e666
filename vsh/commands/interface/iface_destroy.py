"""iface-destroy: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def iface_destroy(interface: str = Argument("")) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
