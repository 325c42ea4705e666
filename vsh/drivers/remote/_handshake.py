"""The first words to a daemon: who we are, and what we want to manage.  One round trip, or more
with an authentication.

The question for the ways to authenticate and the wish to open the connection go out together.  A
daemon that wants to be told first who we are refuses the second, and gets it again.  Nothing else
may be sent before the answer to it has come: a daemon works on a client's calls side by side.  What
libvirt's own client asks besides (features, the close callback) is left out: every daemon from 9.0
on has those features, and asking for keepalive would make the daemon ping a client that is not
listening between calls.
"""

from __future__ import annotations

from vsh.errors import AuthFailed, Error, NoSupport, RpcError
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
NO_AUTHENTICATION = 0


def shake_hands(link: Link, address: Address, prompt: Callable[..., str] | None = None) -> str:
    """Open what the URI names on the far side; answers the connection's URI.

    ``prompt`` asks the user what the daemon wants to know.  Raises AuthFailed and the like.
    """
    wish = (REMOTE, CONNECT_OPEN, _wish(address))
    asked = [(REMOTE, AUTH_LIST, b"")]
    if address.option("auth") is None:  # else the user's choice may end it
        asked.append(wish)
    ways, *opened = link.ask_many(asked, len(asked))
    if isinstance(ways, Error):
        if not isinstance(ways, NoSupport):  # a daemon older than authentication
            raise ways
    elif offered := _numbers(ways):
        _authenticate(link, address, offered, prompt)
    answer = opened[0] if opened else None
    if answer is None or (isinstance(answer, RpcError) and link.close_reason is None):
        link.ask(*wish)  # it came too early, before the daemon knew us
    elif isinstance(answer, Error):
        raise answer
    return address.text or Reader(link.ask(REMOTE, CONNECT_GET_URI)).text()


def _wish(address: Address) -> bytes:
    writer = Writer()
    writer.flag(True)  # noqa: FBT003
    writer.text(address.name)
    writer.u32(READONLY if address.readonly else 0)
    return bytes(writer.data)


def _authenticate(
    link: Link, address: Address, offered: list[int], prompt: Callable[..., str] | None
) -> None:
    number, mechanism = _chosen(offered, address.option("auth"))
    if number == NO_AUTHENTICATION:
        return  # the daemon trusts the transport
    from vsh.auth import TYPES, Peer

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
    from vsh.auth import TYPES

    name, _, mechanism = wanted.partition(".")
    name = name.lower() if name.lower() == "sasl" else wanted.lower()
    if name not in ("sasl", "polkit"):
        raise AuthFailed(f"unknown authentication type {wanted}")
    number = next((each for each in offered if TYPES.get(each) == name), None)
    if number is None:
        raise AuthFailed(f"requested authentication type {wanted} rejected")
    return number, mechanism or None


def _numbers(payload: bytes) -> list[int]:
    reader = Reader(payload)
    found = [reader.i32() for _ in range(reader.count(LIST_MAX, 4))]
    reader.finish()
    return found
