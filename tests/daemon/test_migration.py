"""Guests that move between vshd and a real libvirtd, by libvirt's own virsh, or by themselves."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from private_libvirtd import tool
from tiny_guest import TinyGuest

if TYPE_CHECKING:
    from pathlib import Path

    from private_libvirtd import PrivateLibvirtd
    from private_vshd import PrivateVshd


def virsh(uri: str, *words: str) -> str:
    """What virsh says; it must not fail."""
    command = [tool("virsh") or "virsh", "-q", "-c", uri, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("way", [(), ("--p2p",)], ids=["by the client", "by peers"])
def test_there_and_back(
    vshd: PrivateVshd, libvirtd: PrivateLibvirtd, tmp_path: Path, way: tuple[str, ...]
) -> None:
    guest = TinyGuest(tmp_path, "tiny")
    ours, theirs = vshd.uri(), libvirtd.uri
    virsh(ours, "define", str(guest.file))
    virsh(ours, "start", "tiny")
    guest.wait_for()
    words = ("--live", "--unsafe", "--persistent", "--undefinesource", *way)
    virsh(ours, "migrate", "tiny", theirs, *words)
    assert virsh(ours, "list", "--all", "--name") == ""
    assert virsh(theirs, "domstate", "tiny", "--reason") == "running (migrated)"
    virsh(theirs, "migrate", "tiny", ours, *words)
    assert virsh(theirs, "list", "--all", "--name") == ""
    assert virsh(ours, "domstate", "tiny", "--reason") == "running (migrated)"
    virsh(ours, "destroy", "tiny")
