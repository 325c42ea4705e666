"""iothreadadd: give a domain another I/O thread."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument
from vsh.commands.domain._tuning import io_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command(exclusive=IMPACT_EXCLUSIVE)
def iothreadadd(
    domain: Domain = DOMAIN,
    id: int = Argument("number of the new I/O thread", kind=io_thread),
    impact: int = impact(),
) -> None:
    """Give a domain another I/O thread.

    Its number must not be in use.

    Examples:
        iothreadadd web1 2 --config  # one more from the next start on
    """
    domain.add_iothread(id, impact)
