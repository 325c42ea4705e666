"""domifstat: what a domain's network interface has received and sent."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Argument
from vsh.commands._devices import interface_names
from vsh.errors import failing
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


KEYS = {
    f"{way}_{name}": f"{word}_{key}"
    for way, word in (("rx", "received"), ("tx", "sent"))
    for name, key in (
        ("bytes", "bytes"),
        ("packets", "packets"),
        ("errs", "errors"),
        ("drop", "dropped"),
    )
}
"""libvirt's name of a number, and its key."""


@command(
    tells=(
        "interface received_bytes? received_packets? received_errors? received_dropped? "
        "sent_bytes? sent_packets? sent_errors? sent_dropped?"
    )
)
def domifstat(
    domain: Domain = ACTIVE_DOMAIN,
    interface: str = Argument(
        "device of the interface on the host, or its MAC address", complete=interface_names
    ),
) -> Document:
    """Print the statistics of a running domain's network interface.

    Numbers that the hypervisor does not know are left out.

    Examples:
        domifstat web1 52:54:00:00:00:01  # what went through a card
    """
    with failing(f"Failed to get interface stats {domain.called} {interface}"):
        stats = domain.interface_stats(interface)
    numbers = {name: getattr(stats, name) for name in stats.fields if getattr(stats, name) >= 0}
    text = "".join(f"{interface} {name} {value}\n" for name, value in numbers.items())
    return Text(
        text, interface=interface, **{KEYS[name]: number for name, number in numbers.items()}
    )
