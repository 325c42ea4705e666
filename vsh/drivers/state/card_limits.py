"""The limits of a card's traffic, as parameters and in its definition."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.drivers.state import parameters
from vsh.errors import InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.interface import Interface
    from vsh.xml.shared.link import Rate

_RATES = {
    "inbound": ("average", "peak", "burst", "floor"),
    "outbound": ("average", "peak", "burst"),
}


def find(definition: Definition, device: str) -> Interface:
    """The card with that MAC address or that device on the host.  Raises InvalidArgument."""
    from vsh.xml.engine.values import parse_mac

    try:
        address = parse_mac(device)
    except ValueError:
        address = ""
    for one in definition.interfaces:
        if (one.mac if address else one.target) == (address or device):
            return one
    raise InvalidArgument(f"'{device}' is not a known interface")


def shown(card: Interface) -> TypedParams:
    """The limits of a card, in KiB/s and KiB; 0 for none."""
    params = TypedParams()
    for direction, names in _RATES.items():
        rates = [] if card.bandwidth is None else getattr(card.bandwidth, direction)
        for name in names:
            value = getattr(rates[0], name) if rates else None
            params.set(f"{direction}.{name}", "uint", value or 0)
    return params


class Limits:
    """Limits that were asked for.  Raises InvalidArgument, ArgumentUnsupported."""

    def __init__(self, params: TypedParams) -> None:
        known = [f"{way}.{name}" for way, names in _RATES.items() for name in names]
        parameters.check(params, dict.fromkeys(known, "uint"))
        self.given: dict[str, dict[str, int]] = {
            way: {name: params[f"{way}.{name}"] for name in names if f"{way}.{name}" in params}
            for way, names in _RATES.items()
        }

    @property
    def floor(self) -> bool:
        """Whether something is guaranteed to the card, not only denied."""
        return bool(self.given["inbound"].get("floor"))

    def apply(self, card: Interface) -> None:
        """Change a card's definition: what has neither average nor floor stays as it is."""
        from vsh.xml.domain.devices.interface import CardBandwidth

        limits = card.bandwidth = card.bandwidth or CardBandwidth()
        for way, rates in self.given.items():
            if rates.get("average") or rates.get("floor"):
                setattr(limits, way, [_rate(way, rates)])
            elif "average" in rates or "floor" in rates:
                setattr(limits, way, [])
        if not limits.inbound and not limits.outbound:
            card.bandwidth = None


def _rate(way: str, rates: dict[str, int]) -> Rate:
    from vsh.xml.shared.link import FloorRate, Rate

    values = {name: rates.get(name) or None for name in _RATES[way]}
    return FloorRate(**values) if way == "inbound" else Rate(**values)
