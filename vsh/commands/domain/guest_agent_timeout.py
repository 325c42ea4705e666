"""guest-agent-timeout: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Option, int32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def guest_agent_timeout(
    domain: Any = DOMAIN,
    timeout: int | None = Option("", kind=int32),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
