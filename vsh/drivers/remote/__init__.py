"""A libvirt daemon, on this machine or another, spoken to in libvirt's own protocol.

Every call is forwarded as it is declared; the methods of ``Remote`` are those few where the wire,
or the way to fewer round trips, differs from the API.
"""

from __future__ import annotations

from time import monotonic

from vsh.api.configuration import settings
from vsh.drivers.remote._driver import Remote
from vsh.drivers.remote._handshake import shake_hands
from vsh.drivers.remote._link import Link
from vsh.lookup import find
from vsh.transports._address import Address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

KEEPALIVE_INTERVAL = 5
KEEPALIVE_COUNT = 6
"""virsh's own: a daemon that says nothing for half a minute, though asked, is given up."""

FAR = 0.02
"""Seconds that hello takes where the answer to good-bye is worth a process that waits for it."""


def remote(
    uri: str = "",
    *,
    readonly: bool = False,
    timeout: float | None = None,
    keepalive: tuple[int | None, int | None] = (None, None),
    ask: Callable[..., str] | None = None,
) -> Remote:
    """Connect to the daemon that a URI names; without one, to this machine's.

    timeout    seconds that the way to the daemon, and then each call, may take; None: as long as
               the daemon shows that it lives
    keepalive  silent seconds before it is asked for a sign of life (0: never), and how often it is
               asked; None is virsh's default
    ask        ``ask(question, secret=...)`` gets a name or a password from the user

    Raises what libvirt reports: SystemFailure for the way there, AuthFailed and AuthUnavailable,
    and what the daemon says to the URI.
    """
    address = Address(uri, readonly=readonly, settings=settings(), timeout=timeout)
    transport = find("vsh.transports", address.transport)
    assert transport is not None  # an address has no other
    link = Link(transport(address), timeout=timeout)
    interval, count = keepalive
    try:
        link.keepalive(
            KEEPALIVE_INTERVAL if interval is None else interval,
            KEEPALIVE_COUNT if count is None else count,
        )
        begun = monotonic()
        uri = shake_hands(link, address, ask)
        far = monotonic() - begun > FAR
    except BaseException:
        link.close()
        raise
    near = address.transport == "unix"
    remote = Remote(link, uri, readonly=readonly, on_this_host=near)
    remote.far = far
    return remote
