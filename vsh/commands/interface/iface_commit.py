"""iface-commit: TODO."""

from __future__ import annotations

from vsh.cli.command import command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def iface_commit() -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
