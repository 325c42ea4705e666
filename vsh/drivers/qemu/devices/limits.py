"""The limits of the traffic of a guest's cards, while it runs and as it is planned."""

from __future__ import annotations

import copy

from vsh.drivers.state import card_limits
from vsh.errors import ConfigUnsupported, OperationUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.state.card_limits import Limits
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.interface import Interface

_LIMITED = ("bridge", "network", "direct", "ethernet")


def _in_network(card: Interface) -> bool:
    """Whether a card is in a network, which knows what it can be sure of."""
    return card.type == "network" or (card.source is not None and bool(card.source.portid))


def change(
    hypervisor: Hypervisor,
    live: Definition | None,
    planned: Definition | None,
    device: str,
    wanted: Limits,
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
        if card is not None and wanted.floor and not _in_network(card):
            raise OperationUnsupported(
                f"Invalid use of 'floor' on interface with MAC address {card.mac} - 'floor' is "
                "only supported for interface type 'network' with forward type 'nat', 'route', "
                "'open' or none"
            )
    card, later = cards
    if card is not None:
        from vsh.drivers.qemu.cards import limit_card

        changed = copy.copy(card)
        changed.bandwidth = copy.copy(card.bandwidth)
        wanted.apply(changed)
        limit_card(hypervisor, card, changed.bandwidth)
    if later is not None:
        wanted.apply(later)
