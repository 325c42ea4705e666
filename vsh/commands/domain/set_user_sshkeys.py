"""set-user-sshkeys: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("reset", "remove"),), requires={"remove": "file"})
def set_user_sshkeys(
    domain: Any = DOMAIN,
    user: str = Argument(""),
    file: str | None = Argument("", required=False),
    reset: bool = Flag(""),
    remove: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
