"""No authentication: the daemon trusts the transport."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def none(ask: Callable[[int, bytes], bytes]) -> None:
    """Nothing to do."""
