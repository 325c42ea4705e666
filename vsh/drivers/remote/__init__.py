"""A libvirt daemon, on this machine or another, spoken to in libvirt's own protocol.

Every call is forwarded as it is declared; the methods here are those few where the wire, or the way to
fewer round trips, differs from the API.
"""

from __future__ import annotations

from vsh.drivers.remote._driver import Remote
from vsh.drivers.remote._handshake import authenticate, open_connection
from vsh.drivers.remote._link import Link
from vsh.errors import InvalidArgument
from vsh.lookup import find
from vsh.transports._address import Address

READONLY = 1

KEEPALIVE_INTERVAL = 5
KEEPALIVE_COUNT = 6
"""virsh's own: a daemon that says nothing for half a minute, though asked, is given up."""


def remote(uri: str, flags: int = 0, *, timeout: float | None = None) -> Remote:
    """Connect to the daemon that a URI names.

    flags     libvirt's ``VIR_CONNECT_*``: 1 is read-only
    timeout   seconds that one call may take; None: as long as the daemon shows that it lives

    Raises what libvirt reports: SystemFailure for the way there, AuthFailed and AuthUnavailable,
    and what the daemon says to the URI.
    """
    readonly = bool(flags & READONLY)
    address = Address(uri, readonly=readonly)
    transport = find("vsh.transports", address.transport)
    if transport is None:
        raise InvalidArgument(f"transport '{address.transport}' is not supported")
    link = Link(transport(address), timeout=timeout)
    try:
        link.keepalive(KEEPALIVE_INTERVAL, KEEPALIVE_COUNT)
        authenticate(link, address)
        uri = open_connection(link, address, flags)
    except BaseException:
        link.close()
        raise
    return Remote(link, uri, readonly=readonly)
