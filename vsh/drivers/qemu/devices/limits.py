"""The limits of the traffic of a guest's cards, while it runs and as it is planned."""

from __future__ import annotations

from vsh.drivers.state import card_limits
from vsh.errors import ConfigUnsupported, OperationUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.state.card_limits import Limits
    from vsh.xml.domain import Domain as Definition

_LIMITED = ("bridge", "network", "direct", "ethernet")


def change(
    live: Definition | None, planned: Definition | None, device: str, wanted: Limits
) -> None:
    """Change the limits of a card, by its MAC address or its device on the host.

    Raises InvalidArgument, ConfigUnsupported, OperationUnsupported, InternalError.
    """
    cards = [
        None if definition is None else card_limits.find(definition, device)
        for definition in (live, planned)
    ]
    for card in cards:
        if card is not None and card.type not in _LIMITED:
            raise ConfigUnsupported(
                f"setting bandwidth on interfaces of type '{card.type}' is not implemented yet"
            )
        if card is not None and card.type != "network" and wanted.floor:
            raise OperationUnsupported(
                f"Invalid use of 'floor' on interface with MAC address {card.mac} - 'floor' is "
                "only supported for interface type 'network' with forward type 'nat', 'route', "
                "'open' or none"
            )
    card, later = cards
    if card is not None:
        from vsh.drivers.host.network import bandwidth

        before = card.bandwidth
        wanted.apply(card)
        try:
            if card.bandwidth is None:
                bandwidth.clear(str(card.target))
            else:
                own = card.type == "direct"
                bandwidth.limit(str(card.target), card.bandwidth, guests_own=own)
        except BaseException:
            card.bandwidth = before
            raise
    if later is not None:
        wanted.apply(later)
