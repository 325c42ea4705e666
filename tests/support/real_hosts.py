"""Hypervisors that make networks and filters on a host, each in a network namespace of its own."""

from __future__ import annotations

import contextlib
import subprocess
from typing import TYPE_CHECKING

import newest_libvirtd
import own_network
import pytest
from newest_libvirtd import NewestLibvirtd
from own_network import OwnNetwork
from private_libvirtd import PrivateLibvirtd, obstacle
from private_vshd import PrivateVshd

import vsh

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vsh.api.connection import Connection

REAL = [
    "embedded", "vshd", *(pytest.param(name, marks=pytest.mark.libvirtd)
                          for name in ("libvirtd", "newest")),
]  # fmt: skip


@contextlib.contextmanager
def opened(name: str, folder: Path) -> Iterator[Connection]:
    """A connection to the driver of that name; the caller's thread is in its network namespace.

    ``test`` is the driver that only says that it makes something.
    """
    if name == "test":
        with vsh.connect("test:///default") as connection:
            yield connection
        return
    needed = {"libvirtd": obstacle, "newest": newest_libvirtd.obstacle}.get(name)
    why = own_network.obstacle() or (needed() if needed is not None else None)
    if why is not None:
        pytest.skip(why)
    with contextlib.ExitStack() as stack:
        if name == "newest":  # it has a network namespace of its own
            newest = stack.enter_context(NewestLibvirtd())
            stack.enter_context(newest.network())
            uri = newest.uri
        else:
            stack.enter_context(OwnNetwork())
            uri = f"qemu:///embed?root={folder / 'root'}"
        if name == "libvirtd":
            daemon = stack.enter_context(PrivateLibvirtd())
            inside = f"--mount=/proc/{daemon.process}/ns/mnt"
            subprocess.run(["nsenter", inside, "mount", "-t", "sysfs", "sys", "/sys"], check=True)
            uri = daemon.uri
        elif name == "vshd":
            (folder / "run").mkdir()
            vshd = PrivateVshd(folder)
            vshd.start()
            stack.callback(vshd.kill)
            uri = vshd.uri()
        connection = stack.enter_context(vsh.connect(uri))
        if name == "newest":
            for network in connection.list_all_networks():  # Debian's default one
                network.undefine()
        yield connection
        for network in connection.list_all_networks(2):
            network.destroy()
