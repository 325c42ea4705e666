"""ssh with libvirt's own habits, for URIs that say libssh: the program ``ssh`` does it here.

Unlike with ``+ssh``, the far user is root where the URI names none, and the keys of known hosts are
in libvirt's own file.
"""

from __future__ import annotations

import os

from vsh.transports._command import run
from vsh.transports.ssh import arguments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.transports._address import Address
    from vsh.transports._duplex import Duplex


def libssh(address: Address) -> Duplex:
    """Start ssh.  That it cannot log in shows when the daemon is spoken to."""
    return run(arguments(with_habits(address)), secure=True)


def with_habits(address: Address) -> Address:
    """The address, completed as libvirt does for libssh."""
    if address.user is None:
        address.user = "root"
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    address.options.setdefault("known_hosts", f"{base}/libvirt/known_hosts")
    address.options.setdefault("known_hosts_verify", "normal")
    return address
