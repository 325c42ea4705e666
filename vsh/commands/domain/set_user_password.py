"""set-user-password: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def set_user_password(
    domain: Any = DOMAIN,
    user: str = Argument(""),
    password: str = Argument(""),
    encrypted: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
