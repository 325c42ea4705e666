"""By what networks are picked from all, in any driver (virConnectListAllNetworksFlags)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.drivers.state.store import Kept

FILTERS: tuple[tuple[tuple[int, Callable[[Kept], bool]], ...], ...] = (
    ((1, lambda network: not network.active), (2, lambda network: network.active)),
    ((4, lambda network: network.persistent), (8, lambda network: not network.persistent)),
    ((16, lambda network: network.autostart), (32, lambda network: not network.autostart)),
)
ALL_FILTERS = 0x3F
