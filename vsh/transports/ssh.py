"""The user's own ``ssh``, which logs in and runs what reaches the daemon there.

On the far side that is virt-ssh-helper, which finds the socket by itself, or netcat with a socket's
path.  ``proxy=`` chooses (native, netcat, auto); ``socket=`` and ``netcat=`` mean netcat.
"""

from __future__ import annotations

import os

from vsh.errors import InvalidArgument, OperationUnsupported
from vsh.transports._command import run
from vsh.transports.unix import SYSTEM, is_session, runtime_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.transports._address import Address
    from vsh.transports._duplex import Duplex

TERMINAL = ("GPG_TTY", "TERM")

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


def ssh(address: Address) -> Duplex:
    """Start ssh.  That it cannot log in shows when the daemon is spoken to."""
    return run(arguments(address), secure=True, leave=TERMINAL if address.switch("no_tty") else ())


def arguments(address: Address) -> list[str]:
    """The command line of ssh."""
    words = [address.option("command") or "ssh"]
    if address.port:
        words += ["-p", str(address.port)]
    if address.user is not None:
        words += ["-l", address.user]
    keyfile = address.option("keyfile")
    if keyfile is not None:
        words += ["-i", keyfile]
    words += ["-T", "-e", "none"]
    if address.switch("no_tty"):
        words += ["-o", "BatchMode=yes"]
    if address.switch("no_verify"):
        words += ["-o", "StrictHostKeyChecking=no"]
    words += _verification(address.option("known_hosts_verify"))  # the first word counts for ssh
    known_hosts = address.option("known_hosts")
    if known_hosts is not None:
        words += ["-o", f"UserKnownHostsFile={known_hosts}"]
    words += _methods(address.option("sshauth"))
    return [*words, "--", address.server or "localhost", far_command(address)]


def _verification(way: str | None) -> list[str]:
    """What ``known_hosts_verify=`` means for ssh."""
    if way is None:
        return []
    found = VERIFICATION.get(way.lower())
    if found is None:
        raise InvalidArgument(f"Invalid host key verification method: '{way}'")
    return [word for option in found for word in ("-o", option)]


def _methods(given: str | None) -> list[str]:
    """What ``sshauth=`` means for ssh: the ways to log in, in this order and no other."""
    if given is None:
        return []
    methods = [method.lower() for method in given.split(",")]
    for method in methods:
        if method not in METHODS:
            raise InvalidArgument(f"Invalid authentication method: '{method}'")
    names = dict.fromkeys(METHODS[method] for method in methods)
    words = ["-o", f"PreferredAuthentications={','.join(names)}"]
    if "agent" not in methods:
        words += ["-o", "IdentityAgent=none"]
    elif "privkey" not in methods:
        words += ["-o", "IdentityFile=/dev/null"]
    return words


def far_command(address: Address) -> str:
    """What the far side's shell is to run."""
    from shlex import quote

    netcat = address.option("netcat")
    proxy = address.option("proxy") or _proxy(address)
    if proxy == "auto" and netcat is not None:
        proxy = "netcat"
    if proxy == "native" and netcat is not None:
        raise InvalidArgument("netcat path not valid with native proxy mode")
    helper = f"virt-ssh-helper{' -r' if address.readonly else ''} {quote(address.name)}"
    program = quote(netcat or "nc")
    # Some netcats stay after the end of their input unless told to leave with -q.
    plain = (
        f"if {program} -q 2>&1 | grep 'requires an argument' >/dev/null 2>&1; then q=-q0; "
        f"else q=; fi; exec {program} $q -U {quote(_socket(address))}"
    )
    if proxy == "native":
        script = f"exec {helper}"
    elif proxy == "netcat":
        script = plain
    else:
        script = (
            f"if command -v virt-ssh-helper >/dev/null 2>&1; then exec {helper}; else {plain}; fi"
        )
    return f"sh -c {quote(script)}"


def _proxy(address: Address) -> str:
    """Without ``proxy=``: only netcat takes a path, only the helper finds a user's own socket."""
    if address.option("socket") is not None:
        return "netcat"
    return "native" if is_session(address) else "auto"


def _socket(address: Address) -> str:
    """The socket that netcat is to use: the old daemon's, as nobody can look what is there."""
    given = address.option("socket")
    if given is not None:
        return given
    if address.option("mode") == "direct":
        raise OperationUnsupported("Cannot use direct socket mode for ssh transport")
    if is_session(address):
        return f"{runtime_directory()}/libvirt-sock"
    return os.path.join(SYSTEM, "libvirt-sock-ro" if address.readonly else "libvirt-sock")
