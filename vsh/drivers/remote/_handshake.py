"""The first words to a daemon: who we are, then what we want to manage.  Two round trips, or three
with an authentication.

Neither may be sent before the answer to the one before it has come: a daemon works on a client's
calls side by side.  What libvirt's own client asks besides (features, the close callback) is left
out: every daemon from 9.0 on has those features, and asking for keepalive would make the daemon
ping a client that is not listening between calls.
"""

from __future__ import annotations

from vsh.auth import TYPES
from vsh.errors import AuthFailed, NoSupport
from vsh.lookup import find
from vsh.rpc.programs import AUTH_LIST, CONNECT_GET_URI, CONNECT_OPEN, REMOTE
from vsh.rpc.xdr import Reader, Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.remote._link import Link
    from vsh.transports._address import Address

LIST_MAX = 20
READONLY = 1


def authenticate(link: Link, address: Address) -> None:
    """Do what the daemon asks of a client.  Raises AuthFailed and the like."""
    try:
        offered = _numbers(link.ask(REMOTE, AUTH_LIST))
    except NoSupport:
        return  # a daemon older than authentication
    if not offered:
        return
    number = offered[0]
    wanted = address.option("auth")
    if wanted is not None:
        name = "sasl" if wanted.lower().startswith("sasl.") else wanted.lower()
        if name not in ("sasl", "polkit"):
            raise AuthFailed(f"unknown authentication type {wanted}")
        if not any(TYPES.get(each) == name for each in offered):
            raise AuthFailed(f"requested authentication type {wanted} rejected")
        number = next(each for each in offered if TYPES.get(each) == name)
    way = find("vsh.auth", TYPES.get(number, ""))
    if way is None:
        raise AuthFailed(f"unsupported authentication type {number}")
    way(lambda procedure, payload: link.ask(REMOTE, procedure, payload))


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
