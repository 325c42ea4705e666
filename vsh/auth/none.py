"""No authentication: the daemon trusts the transport."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.auth import Peer


def none(peer: Peer) -> None:
    """Nothing to do."""
