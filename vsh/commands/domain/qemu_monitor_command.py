"""qemu-monitor-command: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("hmp", "pretty"), ("hmp", "return-value"),))
def qemu_monitor_command(
    domain: Any = DOMAIN,
    hmp: bool = Flag(""),
    pretty: bool = Flag(""),
    return_value: bool = Flag(""),
    pass_fds: str | None = Option(""),
    cmd: list[str] = Argument("", repeats=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
