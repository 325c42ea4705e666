"""iothreaddel: take an I/O thread from a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, int32
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@command(exclusive=IMPACT_EXCLUSIVE)
def iothreaddel(
    domain: Any = DOMAIN,
    id: int = Argument("number of the I/O thread", kind=int32),
    impact: int = impact(),
) -> None:
    """Take an I/O thread from a domain.

    No disk may use it any more.
    """
    if id <= 0:
        raise CommandError(f"Invalid IOThread id value: '{id}'")
    domain.del_iothread(id, impact)
