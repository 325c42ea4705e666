"""iface-rollback: TODO."""

from __future__ import annotations

from vsh.cli.command import command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def iface_rollback() -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
