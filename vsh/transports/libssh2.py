"""As ``libssh``: the two differ in libvirt by the library that they are made with."""

from __future__ import annotations

from vsh.transports.libssh import libssh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.transports._address import Address
    from vsh.transports._duplex import Duplex


def libssh2(address: Address) -> Duplex:
    """Start ssh."""
    return libssh(address)
