"""The user's own ``ssh``, which logs in and runs what reaches the daemon there.

On the far side that is virt-ssh-helper, which finds the socket by itself, or netcat with a socket's
path.  ``proxy=`` chooses (native, netcat, auto); ``netcat=``, and ``socket=`` where nothing else is
said, mean netcat.  How the far host and we are authenticated is for ssh's own configuration:
``sshauth=``, ``known_hosts=`` and ``known_hosts_verify=`` are for libssh.
"""

from __future__ import annotations

import os

from vsh.errors import InvalidArgument, OperationUnsupported
from vsh.transports._command import run
from vsh.transports.unix import SYSTEM, is_session, runtime_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.transports._address import Address
    from vsh.transports._duplex import Duplex

TERMINAL = ("GPG_TTY", "TERM")


def ssh(address: Address) -> Duplex:
    """Start ssh.  That it cannot log in shows when the daemon is spoken to."""
    return run(arguments(address), secure=True, leave=TERMINAL if address.switch("no_tty") else ())


def arguments(address: Address, options: Iterable[str] = ()) -> list[str]:
    """The command line of ssh; ``options`` are more of its own."""
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
    words += [word for option in options for word in ("-o", option)]
    return [*words, "--", address.server or "localhost", far_command(address)]


def far_command(address: Address) -> str:
    """What the far side's shell is to run."""
    from shlex import quote

    netcat = address.option("netcat")
    proxy = address.option("proxy") or _proxy(address)
    if proxy == "auto" and netcat is not None:
        proxy = "netcat"
    if proxy == "native" and netcat is not None:
        raise InvalidArgument("netcat path not valid with native proxy mode")
    helper = f"virt-ssh-helper{' -r' if address.readonly else ''} {quote(address.with_socket())}"
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
