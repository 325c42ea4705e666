"""lxc-enter-namespace: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def lxc_enter_namespace(
    domain: Any = DOMAIN,
    noseclabel: bool = Flag(""),
    cmd: list[str] = Argument("", repeats=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
