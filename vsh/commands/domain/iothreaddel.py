"""iothreaddel: take an I/O thread from a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument
from vsh.commands._devices import iothread_numbers
from vsh.commands.domain._tuning import io_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command(exclusive=IMPACT_EXCLUSIVE)
def iothreaddel(
    domain: Domain = DOMAIN,
    id: int = Argument("number of the I/O thread", kind=io_thread, complete=iothread_numbers),
    impact: int = impact(),
) -> None:
    """Take an I/O thread from a domain.

    No disk may use it any more.

    Examples:
        iothreaddel web1 2 --config  # one less from the next start on
    """
    domain.del_iothread(id, impact)
