"""dom-fd-associate: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def dom_fd_associate(
    domain: Any = DOMAIN,
    name: str = Argument(""),
    pass_fds: str = Argument(""),
    seclabel_writable: bool = Flag(""),
    seclabel_restore: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
