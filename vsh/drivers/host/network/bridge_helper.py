"""QEMU's own program that plugs a tap into a bridge for who may not: it has root's rights.

It is asked as libvirt asks it (``qemu_interface.c``); which bridges it may is in its own file,
/etc/qemu/bridge.conf.
"""

from __future__ import annotations

import os
import socket
import stat

from vsh.drivers.host.network.tap import Tap, name_of
from vsh.errors import InternalError, SystemFailure

_NAME = "qemu-bridge-helper"
_FOLDERS = ("/usr/libexec", "/usr/lib/qemu", "/usr/lib")
"""Where packages of QEMU have it: libvirt is built with the first that is there."""


def usual() -> str:
    """Where the program is, or would be."""
    paths = [f"{folder}/{_NAME}" for folder in _FOLDERS]
    return next((path for path in paths if os.path.exists(path)), paths[0])


def make(program: str, bridge: str, *, header: bool) -> Tap:
    """A tap that the program has made and plugged into a bridge; it has one queue and a free name.

    program  the path of it
    header   as in ``tap.make``

    Raises SystemFailure, with what the program said where it refuses, and InternalError where it
    has failed after all.
    """
    import subprocess

    _check(program)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        command = [program, *(["--use-vnet"] if header else []), f"--br={bridge}"]
        command.append(f"--fd={theirs.fileno()}")
        try:
            running = subprocess.Popen(
                command, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
            )  # fmt: skip
        except OSError as error:
            raise SystemFailure(f"cannot execute binary {program}: {error.strerror}") from None
        theirs.close()
        with running:
            _, descriptors, _, _ = socket.recv_fds(ours, 1, 1, socket.MSG_CMSG_CLOEXEC)
            said = running.communicate()[1]
    shown = _shown(command)
    if not descriptors:
        told = f"stderr={said}" if said else ""
        raise SystemFailure(
            f"{shown}: failed to communicate with bridge helper: {told}: "
            "Transport endpoint is not connected"
        )
    made = Tap("", descriptors)
    if running.returncode:
        made.close()
        told = f": {said}" if said else ""
        raise InternalError(
            f"Child process ({shown}) unexpected exit status {running.returncode}{told}"
        )
    try:
        made.name = name_of(descriptors[0])
    except OSError as error:
        made.close()
        raise SystemFailure(f"Unable to query tap interface name: {error.strerror}") from None
    return made


def _check(program: str) -> None:
    """Refuse what is no program."""
    try:
        mode = os.stat(program).st_mode
    except OSError as error:
        why = str(error.strerror)
    else:
        if stat.S_ISREG(mode) and mode & 0o111:
            return
        import errno

        why = os.strerror(errno.EISDIR if stat.S_ISDIR(mode) else errno.EACCES)
    raise SystemFailure(f"'{program}' is not a suitable bridge helper: {why}")


def _shown(command: list[str]) -> str:
    import shlex

    return shlex.join(command)
