"""PLAIN: name and password as they are, so only where nobody else can read them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

    from vsh.auth import Peer
    from vsh.auth._credentials import Credentials


def obstacle(peer: Peer) -> str | None:
    """Why it cannot be used, or None."""
    return None if peer.secure else "others could read the password: use TLS or ssh"


def talk(peer: Peer, credentials: Credentials) -> Generator[bytes | None, bytes | None, None]:
    """Say it all at once."""
    words = ("", credentials.name, credentials.password)
    yield "\0".join(words).encode("utf-8", "surrogateescape")
