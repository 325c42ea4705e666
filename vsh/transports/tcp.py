"""A plain TCP connection, unencrypted: for a trusted network, or with SASL's own encryption."""

from __future__ import annotations

import os
from _socket import (
    AI_ADDRCONFIG,
    IPPROTO_TCP,
    SOCK_STREAM,
    TCP_NODELAY,
    gaierror,
    getaddrinfo,
    socket,
)
from errno import EIO

from vsh.errors import SystemFailure
from vsh.transports._duplex import Duplex, failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.transports._address import Address

PORT = 16509
PORT_MAX = 65535


def tcp(address: Address) -> Duplex:
    """Connect.  Raises SystemFailure as libvirt words it."""
    return Duplex(connect(address, PORT), secure=False)


def connect(address: Address, default: int) -> socket:
    """A connected socket: the first of the host's addresses that answers."""
    host, port = address.server or "localhost", address.port or default
    if port > PORT_MAX:
        raise SystemFailure(
            f"Unable to resolve address '{host}' service '{port}': "
            "Servname not supported for ai_socktype"
        )
    try:
        # As bytes, so that the name goes to the resolver as it is.
        found = getaddrinfo(os.fsencode(host), str(port), 0, SOCK_STREAM, 0, AI_ADDRCONFIG)
    except gaierror as error:
        raise SystemFailure(
            f"Unable to resolve address '{host}' service '{port}': {error.args[-1]}"
        ) from None
    number = EIO
    for family, kind, protocol, _, place in found:
        link = socket(family, kind, protocol)
        try:
            link.settimeout(address.left())
            link.connect(place)
            link.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        except OSError as error:
            link.close()
            if isinstance(error, TimeoutError) and error.errno is None:
                raise address.late() from None
            number = error.errno or EIO
        except BaseException:
            link.close()
            raise
        else:
            return link
    raise failure(f"unable to connect to server at '{host}:{port}'", number)
