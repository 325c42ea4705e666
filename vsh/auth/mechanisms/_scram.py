"""SCRAM (RFC 5802), by the library ``scramp``: both sides prove that they know the password."""

from __future__ import annotations

from vsh.errors import AuthFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

    from vsh.auth import Peer
    from vsh.auth._credentials import Credentials

ITERATIONS_MAX = 5_000_000
"""A daemon must not make us compute for minutes."""


def obstacle(peer: Peer) -> str | None:
    """Why it cannot be used, or None."""
    if not peer.secure:
        return "it does not encrypt, and the transport does not either: use TLS or ssh"
    from importlib.util import find_spec

    if find_spec("scramp") is None:
        return "it needs the scramp library: pip install 'virt-vsh[sasl]'"
    return None


def converse(name: str, credentials: Credentials) -> Generator[bytes | None, bytes | None, None]:
    """Prove, and have proved, under one of the hash functions."""
    from scramp import ScramClient, ScramException

    try:
        client = ScramClient([name], credentials.name, credentials.password)
        first = yield client.get_client_first().encode()
        client.set_server_first(_checked(first))
        last = yield client.get_client_final().encode()
        client.set_server_final((last or b"").decode())
    except (ScramException, UnicodeDecodeError, ValueError) as error:
        raise AuthFailed(f"Failed to step SASL negotiation: {name}: {error}") from None


def _checked(first: bytes | None) -> str:
    """The daemon's first words, whose cost has a limit."""
    text = (first or b"").decode()
    for part in text.split(","):
        if part.startswith("i=") and not 0 < int(part[2:12]) <= ITERATIONS_MAX:
            raise AuthFailed(
                f"the daemon wants the password hashed {part[2:12]} times, "
                f"more than {ITERATIONS_MAX}"
            )
    return text
