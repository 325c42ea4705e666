"""libvirt's own libvirt-guests: what it does with guests when the host goes down and comes up."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from tiny_guest import TinyGuest

import vsh

if TYPE_CHECKING:
    from pathlib import Path

    from private_vshd import PrivateVshd

SCRIPT = "/usr/lib/libvirt/libvirt-guests.sh"
FOLDERS = {"conf": "/etc/default/libvirt-guests", "lib": "/var/lib/libvirt", "lock": "/run/lock"}


def guests_script(vshd: PrivateVshd, folder: Path, word: str, how: str) -> str:
    """Run it with folders of the test's own in place of the system's; what it says."""
    (folder / "conf").write_text(
        f"URIS={vshd.uri()}\nON_BOOT=start\nON_SHUTDOWN={how}\nSHUTDOWN_TIMEOUT=30\nSTART_DELAY=0\n"
    )
    mounts = " && ".join(f"mount --bind {folder}/{own} {at}" for own, at in FOLDERS.items())
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c",
         f"{mounts} && exec {SCRIPT} {word}"],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_guests_are_saved_or_shut_down_and_come_back(vshd: PrivateVshd, tmp_path: Path) -> None:
    if os.geteuid() != 0 or not os.path.exists(SCRIPT):
        pytest.skip("needs root and libvirt-daemon-system (scripts/test installs it on Debian)")
    for name in ("lib", "lock"):
        (tmp_path / name).mkdir()
    guest = TinyGuest(tmp_path, "tiny")
    with vsh.connect(vshd.uri()) as connection:
        domain = connection.domain_define_xml(guest.xml)
        domain.create()
        guest.wait_for()
        assert "Suspending tiny: done" in guests_script(vshd, tmp_path, "stop", "suspend")
        assert (domain.is_active(), domain.has_managed_save_image()) == (0, 1)
        assert "Resuming guest tiny: done" in guests_script(vshd, tmp_path, "start", "suspend")
        assert (domain.is_active(), domain.has_managed_save_image()) == (1, 0)
        assert "Shutdown of guest tiny complete" in guests_script(
            vshd, tmp_path, "stop", "shutdown"
        )
        assert (domain.is_active(), domain.has_managed_save_image()) == (0, 0)
        assert "Resuming guest tiny: done" in guests_script(vshd, tmp_path, "start", "shutdown")
        assert domain.is_active() == 1
        domain.destroy()
