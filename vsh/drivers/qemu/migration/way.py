"""The connection that a guest goes by: opened here, so that what fails is said in our words.

QEMU opens it where it needs several (``--parallel``); a tunnel has its own.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from vsh.drivers.qemu.migration.tunnel import NAME
from vsh.drivers.state.locks import Aside
from vsh.transports import tcp, unix
from vsh.transports._address import Address
from vsh.words.domain.migration import DomainMigrate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.transports._duplex import Duplex


def of(guest: Guest, uri: str, flags: int) -> str:
    """Where QEMU is to write, in its own words; by whom the connection is opened is seen to.

    uri  the destination, in QEMU's form: ``tcp:HOST:PORT``, ``unix:PATH``

    Raises SystemFailure as libvirt words it, where nobody takes it.
    """
    if flags & DomainMigrate.PARALLEL:
        return uri
    with Aside(guest.lock):
        link = _connected(uri)
    try:
        os.set_blocking(link.fileno(), True)  # as QEMU's own are
        guest.ask("getfd", {"fdname": NAME}, descriptors=[link.fileno()])
    finally:
        link.close()
    return f"fd:{NAME}"


def _connected(uri: str) -> Duplex:
    place = Address("")
    if uri.startswith("unix:"):
        return unix.connect(uri.removeprefix("unix:"), None, place)
    parts = urlsplit(uri.replace("tcp:", "tcp://", 1))
    place.server, place.port = parts.hostname, parts.port or 0
    return tcp.tcp(place)
