"""qemu-agent-command: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag, Option, int32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def qemu_agent_command(
    domain: Any = DOMAIN,
    timeout: int | None = Option("", kind=int32),
    async_: bool = Flag(""),
    block: bool = Flag(""),
    pretty: bool = Flag(""),
    cmd: list[str] = Argument("", repeats=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
