"""ssh with libvirt's own habits, for URIs that say libssh: the program ``ssh`` does it here.

Unlike with ``+ssh``, the far user is root where the URI names none, and the keys of known hosts are
in libvirt's own file.
"""

from __future__ import annotations

import os

from vsh.errors import InvalidArgument
from vsh.transports._command import run
from vsh.transports.ssh import arguments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.transports._address import Address
    from vsh.transports._duplex import Duplex


VERIFICATION = {
    "normal": ("StrictHostKeyChecking=ask",),
    "auto": ("StrictHostKeyChecking=accept-new",),
    "ignore": (
        "StrictHostKeyChecking=no",
        "UserKnownHostsFile=/dev/null",
        "GlobalKnownHostsFile=/dev/null",
        "LogLevel=ERROR",
    ),
}
"""Values of ``known_hosts_verify=``, and what they are for ssh."""

METHODS = {
    "agent": "publickey",
    "privkey": "publickey",
    "password": "password",
    "keyboard-interactive": "keyboard-interactive",
}
"""Values of ``sshauth=``, and what they are for ssh."""


def libssh(address: Address) -> Duplex:
    """Start ssh.  That it cannot log in shows when the daemon is spoken to."""
    address = with_habits(address)
    return run(arguments(address, options(address)), secure=True)


def options(address: Address) -> list[str]:
    """What libssh's parameters of the URI mean for ssh, for which the first word counts."""
    words = list(_verification(address.option("known_hosts_verify")))
    known_hosts = address.option("known_hosts")
    if known_hosts is not None:
        words.append(f"UserKnownHostsFile={known_hosts}")
    return words + _methods(address.option("sshauth"))


def with_habits(address: Address) -> Address:
    """The address, completed as libvirt does for libssh."""
    if address.user is None:
        address.user = "root"
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    address.options.setdefault("known_hosts", f"{base}/libvirt/known_hosts")
    address.options.setdefault("known_hosts_verify", "normal")
    return address


def _verification(way: str | None) -> tuple[str, ...]:
    """What ``known_hosts_verify=`` means for ssh."""
    if way is None:
        return ()
    found = VERIFICATION.get(way.lower())
    if found is None:
        raise InvalidArgument(f"Invalid host key verification method: '{way}'")
    return found


def _methods(given: str | None) -> list[str]:
    """What ``sshauth=`` means for ssh: the ways to log in, in this order and no other."""
    if given is None:
        return []
    methods = [method.lower() for method in given.split(",")]
    for method in methods:
        if method not in METHODS:
            raise InvalidArgument(f"Invalid authentication method: '{method}'")
    names = dict.fromkeys(METHODS[method] for method in methods)
    words = [f"PreferredAuthentications={','.join(names)}"]
    if "agent" not in methods:
        words += ["IdentityAgent=none"]
    elif "privkey" not in methods:
        words += ["IdentityFile=/dev/null"]
    return words
