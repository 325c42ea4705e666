"""GSSAPI (RFC 4752): Kerberos, by the library ``gssapi`` and the ticket that the user has.

When both sides are sure of each other the daemon says which protections it offers and how long its
packets may be, and we choose: encryption where the transport gives none, else nothing.
"""

from __future__ import annotations

from vsh.auth import Layer
from vsh.errors import AuthFailed, InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Protocol

    from vsh.auth import Peer
    from vsh.auth._credentials import Credentials

    class Wrapped(Protocol):
        """A message of a security context."""

        message: bytes
        encrypted: bool

    class Context(Protocol):
        """What the library, which has no types, has for a security context."""

        def wrap(self, message: bytes, encrypt: bool, /) -> Wrapped: ...
        def unwrap(self, message: bytes, /) -> Wrapped: ...


NOTHING, ENCRYPTION = 1, 4
STRENGTH = 256
BUFFER = 65536
OVERHEAD = 128
"""More than any Kerberos cipher adds to a packet."""


def obstacle(peer: Peer) -> str | None:
    """Why it cannot be used, or None."""
    from importlib.util import find_spec

    if find_spec("gssapi") is None:
        return "it needs the gssapi library: pip install gssapi"
    return None


def talk(
    peer: Peer, credentials: Credentials
) -> Generator[bytes | None, bytes | None, Layer | None]:
    """Show the ticket, see the daemon's, agree on the protection."""
    import gssapi

    service = f"libvirt@{peer.host or 'localhost'}"
    try:
        name = gssapi.Name(service, gssapi.NameType.hostbased_service)
        context = gssapi.SecurityContext(name=name, usage="initiate")
        token: bytes | None = context.step()
        while not context.complete:
            token = context.step((yield token) or b"")
        offer = context.unwrap((yield token or b"") or b"").message
        protection, most = _choice(offer, secure=peer.secure)
        size = BUFFER if protection == ENCRYPTION else 0
        choice = bytes([protection]) + size.to_bytes(3, "big")
        yield context.wrap(choice, False).message  # noqa: FBT003 - signed, not encrypted
    except gssapi.exceptions.GSSError as error:
        raise AuthFailed(
            f"Failed to start SASL negotiation: -1 (SASL(-1): generic failure: GSSAPI Error: "
            f"{_told(error)})",
            hint="`klist` shows whether there is a valid ticket, `kinit` gets one",
        ) from None
    return None if protection == NOTHING else GssapiLayer(context, min(most, BUFFER))


def _choice(offer: bytes, *, secure: bool) -> tuple[int, int]:
    """The protection to ask for, and the longest packet that the daemon takes."""
    wanted = NOTHING if secure else ENCRYPTION
    if len(offer) != 4 or not offer[0] & wanted:
        raise AuthFailed(
            "Failed to step SASL negotiation: -15 (SASL(-15): mechanism too weak for "
            "this user: GSSAPI: the daemon does not offer the protection needed)"
        )
    return wanted, int.from_bytes(offer[1:], "big")


def _told(error: Exception) -> str:
    """The library's error in the words of libvirt's: what failed, and why in brackets."""
    statuses: Callable[[int, bool], list[str]] | None = getattr(error, "get_all_statuses", None)
    codes = getattr(error, "maj_code", None), getattr(error, "min_code", None)
    if statuses is None or codes[0] is None or codes[1] is None:
        return str(error)
    major = " ".join(statuses(codes[0], True))  # noqa: FBT003
    minor = " ".join(statuses(codes[1], False))  # noqa: FBT003
    return f"{major} ({minor})"


class GssapiLayer(Layer):
    """Each packet is a message of the security context."""

    __slots__ = ("most", "strength", "_context")

    def __init__(self, context: Context, most: int) -> None:
        self.most = max(1, most - OVERHEAD)
        self.strength = STRENGTH
        self._context = context

    def seal(self, data: bytes) -> bytes:
        """The packet for so many plain bytes, without its length."""
        return bytes(self._context.wrap(data, True).message)  # noqa: FBT003 - encrypted

    def unseal(self, packet: bytes) -> bytes:
        """The plain bytes of a packet.  Raises InternalError if it is not from our peer."""
        import gssapi

        try:
            answer = self._context.unwrap(packet)
        except gssapi.exceptions.GSSError as error:
            raise InternalError(f"failed to decode SASL data: -1 ({error})") from None
        if not answer.encrypted:
            raise InternalError("failed to decode SASL data: -9 (it is not encrypted)")
        return bytes(answer.message)
