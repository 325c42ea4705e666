"""qemu-attach: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def qemu_attach(pid: int = Argument("", kind=uint32)) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
