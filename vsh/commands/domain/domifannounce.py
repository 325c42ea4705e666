"""domifannounce: have a guest's interfaces make themselves known."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Argument, Option, uint32
from vsh.commands._devices import interface_macs
from vsh.output.document import Said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command
def domifannounce(
    domain: Domain = ACTIVE_DOMAIN,
    interface: str | None = Argument(
        "its MAC address; without it all of them", required=False, complete=interface_macs
    ),
    initial: int | None = Option("milliseconds before the first time", kind=uint32),
    max: int | None = Option("most milliseconds between two times", kind=uint32),
    rounds: int | None = Option("how many times", kind=uint32),
    step: int | None = Option("milliseconds by which the time between grows", kind=uint32),
) -> Document:
    """Have a guest's interfaces make themselves known in their networks.

    Needs a hypervisor of libvirt 12.5.0 or newer.

    Examples:
        domifannounce web1  # tell switches where its addresses are now
    """
    params = TypedParams()
    given = {"initial": initial, "max": max, "rounds": rounds, "step": step}
    for name, value in given.items():
        if value is not None:
            params.set(name, "uint", value)
    domain.announce_interface(interface, params)
    return Said("Interface announcement sent for domain '{domain}'", domain=domain.name)
