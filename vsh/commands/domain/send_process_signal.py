"""send-process-signal: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, int64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def send_process_signal(
    domain: Any = DOMAIN,
    pid: int = Argument("", kind=int64),
    signame: str = Argument(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
