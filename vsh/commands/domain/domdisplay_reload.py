"""domdisplay-reload: have a guest's display read its certificates again."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command
def domdisplay_reload(
    domain: Domain = ACTIVE_DOMAIN,
    type: int | None = Option("kind of display: 0 is any, 1 is VNC", kind=uint32),
) -> None:
    """Have a guest's display read its TLS certificates again.

    Clients that are connected stay so.

    Examples:
        domdisplay-reload web1 --type 0  # VNC reads its TLS certificates again
    """
    domain.graphics_reload(type or 0, 0)
