"""The first words to a daemon: who we are, then what we want to manage.  Two round trips, or three
with an authentication.

Neither may be sent before the answer to the one before it has come: a daemon works on a client's
calls side by side.  What libvirt's own client asks besides (features, the close callback) is left
out: every daemon from 9.0 on has those features, and asking for keepalive would make the daemon
ping a client that is not listening between calls.
"""

from __future__ import annotations

from vsh.auth import TYPES, Peer
from vsh.errors import AuthFailed, NoSupport
from vsh.lookup import find
from vsh.rpc.programs import AUTH_LIST, CONNECT_GET_URI, CONNECT_OPEN, REMOTE
from vsh.rpc.xdr import Reader, Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.drivers.remote._link import Link
    from vsh.transports._address import Address

LIST_MAX = 20
READONLY = 1


def authenticate(link: Link, address: Address, prompt: Callable[..., str] | None = None) -> None:
    """Do what the daemon asks of a client; ``prompt`` asks the user.  Raises AuthFailed and the
    like."""
    try:
        offered = _numbers(link.ask(REMOTE, AUTH_LIST))
    except NoSupport:
        return  # a daemon older than authentication
    if not offered:
        return
    number, mechanism = _chosen(offered, address.option("auth"))
    way = find("vsh.auth", TYPES.get(number, ""))
    if way is None:
        raise AuthFailed(f"unsupported authentication type {number}")
    layer = way(
        Peer(
            lambda procedure, payload: link.ask(REMOTE, procedure, payload),
            host=address.server,
            secure=link.duplex.secure,
            mechanism=mechanism,
            authfile=address.option("authfile"),
            prompt=prompt,
        )
    )
    if layer is not None:
        link.seal(layer)


def _chosen(offered: list[int], wanted: str | None) -> tuple[int, str | None]:
    """The way to take, and the mechanism if the URI names one."""
    if wanted is None:
        return offered[0], None
    name, _, mechanism = wanted.partition(".")
    name = name.lower() if name.lower() == "sasl" else wanted.lower()
    if name not in ("sasl", "polkit"):
        raise AuthFailed(f"unknown authentication type {wanted}")
    number = next((each for each in offered if TYPES.get(each) == name), None)
    if number is None:
        raise AuthFailed(f"requested authentication type {wanted} rejected")
    return number, mechanism or None


def open_connection(link: Link, address: Address) -> str:
    """Open what the URI names on the far side; answers the connection's URI."""
    writer = Writer()
    writer.flag(True)  # noqa: FBT003
    writer.text(address.name)
    writer.u32(READONLY if address.readonly else 0)
    link.ask(REMOTE, CONNECT_OPEN, bytes(writer.data))
    return address.text or Reader(link.ask(REMOTE, CONNECT_GET_URI)).text()


def _numbers(payload: bytes) -> list[int]:
    reader = Reader(payload)
    found = [reader.i32() for _ in range(reader.count(LIST_MAX, 4))]
    reader.finish()
    return found
