"""Leases where libvirt's name service looks for them: links, made for the host's own daemon.

libnss-libvirt reads one folder of the host, whoever gives the leases.  What is there already and is
no link of ours is left alone, and other roots than the host's own have nothing to do with it.
"""

from __future__ import annotations

import contextlib
import os

FOLDER = "/var/lib/libvirt/dnsmasq"
SYSTEM_ROOT = "/var/lib/vsh/qemu"
"""The root of qemu:///system."""
_KINDS = ("status", "macs")


def publish(root: str, bridge: str) -> None:
    """Let the files of a bridge be found, those that there are.

    A host where that cannot be written goes without.
    """
    if root != SYSTEM_ROOT or not bridge:
        return
    own = f"{root}/dnsmasq/{bridge}"
    with contextlib.suppress(OSError):
        os.close(os.open(f"{own}.status", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644))
        os.makedirs(FOLDER, mode=0o755, exist_ok=True)
        for kind in _KINDS:
            if os.path.exists(f"{own}.{kind}") and not os.path.lexists(_place(bridge, kind)):
                os.symlink(f"{own}.{kind}", _place(bridge, kind))


def withdraw(root: str, bridge: str) -> None:
    """Take the links away again."""
    if root != SYSTEM_ROOT or not bridge:
        return
    for kind in _KINDS:
        with contextlib.suppress(OSError):
            if os.readlink(_place(bridge, kind)) == f"{root}/dnsmasq/{bridge}.{kind}":
                os.unlink(_place(bridge, kind))


def _place(bridge: str, kind: str) -> str:
    return f"{FOLDER}/{bridge}.{kind}"
