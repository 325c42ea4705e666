"""domifannounce: have a guest's interfaces make themselves known."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Argument, Option, uint32
from vsh.commands._devices import interface_macs
from vsh.errors import NoSupport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@command
def domifannounce(
    domain: Any = ACTIVE_DOMAIN,
    interface: str | None = Argument(
        "its MAC address; without it all of them", required=False, complete=interface_macs
    ),
    initial: int | None = Option("milliseconds before the first time", kind=uint32),
    max: int | None = Option("most milliseconds between two times", kind=uint32),
    rounds: int | None = Option("how many times", kind=uint32),
    step: int | None = Option("milliseconds by which the time between grows", kind=uint32),
) -> None:
    """Have a guest's interfaces make themselves known in their networks.

    Needs a hypervisor of libvirt 12.5.0 or newer.
    """
    raise NoSupport("virDomainAnnounceInterface")
