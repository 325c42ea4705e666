"""How a client shows who it is: one file per way, each with a function of the same name.

The function is given a ``Peer`` and returns when the daemon is content: with the ``Layer`` that
everything goes through from then on, or None.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

TYPES = {1: "sasl", 2: "polkit"}
"""The ways by the wire's numbers (``remote_auth_type``)."""


class Peer:
    """The daemon that wants to know who we are, and whom to ask about it.

    ask        ``ask(procedure, payload) -> payload``: makes a call of the remote program
    host       the daemon's machine as the URI names it, None for this one
    secure     nobody else can read or change what goes to it
    mechanism  the SASL mechanism that the URI wants, or None
    authfile   the file of names and passwords that the URI names, or None
    prompt     ``prompt(question, secret=...) -> str`` asks the user; None: there is nobody to ask
    """

    __slots__ = ("ask", "host", "secure", "mechanism", "authfile", "prompt")

    def __init__(
        self,
        ask: Callable[[int, bytes], bytes],
        *,
        host: str | None = None,
        secure: bool = True,
        mechanism: str | None = None,
        authfile: str | None = None,
        prompt: Callable[..., str] | None = None,
    ) -> None:
        self.ask = ask
        self.host = host
        self.secure = secure
        self.mechanism = mechanism
        self.authfile = authfile
        self.prompt = prompt


class Layer:
    """What makes the bytes secret once both sides know each other: packets instead of bytes.

    most      the plain bytes that may go into one packet
    strength  of the key, in bits
    """

    most = 0
    strength = 0

    def seal(self, data: bytes) -> bytes:
        """The packet for so many plain bytes, without its length."""
        raise NotImplementedError

    def unseal(self, packet: bytes) -> bytes:
        """The plain bytes of a packet.  Raises InternalError if it is not from our peer."""
        raise NotImplementedError
