"""polkit: the daemon asks the system's authority about this process; the client only waits.

The authority may want a person's password.  It asks through an agent in the person's session; on a
bare terminal there is none unless one is started beside.
"""

from __future__ import annotations

from vsh.errors import AuthFailed, AuthUnavailable
from vsh.rpc.programs import AUTH_POLKIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.auth import Peer

HINT = (
    "run `pkttyagent --process $$` in this shell first, join the group that may use libvirt, "
    "or connect read-only with -r"
)


def polkit(peer: Peer) -> None:
    """Wait for the authority's word.  Raises AuthFailed or AuthUnavailable."""
    try:
        peer.ask(AUTH_POLKIT, b"")
    except (AuthUnavailable, AuthFailed) as error:
        error.hint = HINT
        raise
