"""The daemon and the guest that the integration tests stand on do what they are said to."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tiny_guest import BUTTON, READY, boot_sector

if TYPE_CHECKING:
    from collections.abc import Callable

    from private_libvirtd import PrivateLibvirtd
    from tiny_guest import TinyGuest

pytestmark = pytest.mark.libvirtd


def soon(met: Callable[[], bool], seconds: float = 5) -> bool:
    limit = time.monotonic() + seconds
    while not met():
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True


def test_boot_sector_fits() -> None:
    assert len(boot_sector()) == 512


def test_guest_boots_and_heeds_the_power_button(
    libvirtd: PrivateLibvirtd, tiny_guest: Callable[..., TinyGuest]
) -> None:
    guest = tiny_guest(start=True)
    guest.wait_for(READY)
    libvirtd.virsh("shutdown", guest.name)
    guest.wait_for(BUTTON)
    assert soon(lambda: libvirtd.virsh("domstate", guest.name).strip() == "shut off")


def test_guest_echoes_and_powers_off_on_its_console(
    libvirtd: PrivateLibvirtd, tiny_guest: Callable[..., TinyGuest]
) -> None:
    guest = tiny_guest(serial="pty", start=True)
    terminal = os.open(libvirtd.virsh("ttyconsole", guest.name).strip(), os.O_RDWR | os.O_NOCTTY)
    try:
        os.set_blocking(terminal, False)
        received = b""

        def echoed() -> bool:
            nonlocal received
            os.write(terminal, b"x")
            try:
                received += os.read(terminal, 100)
            except BlockingIOError:
                return False
            return b"xx" in received

        assert soon(echoed), received
        os.write(terminal, b"q")
        assert soon(lambda: libvirtd.virsh("domstate", guest.name).strip() == "shut off")
    finally:
        os.close(terminal)


def test_guests_outlive_their_daemon(
    libvirtd: PrivateLibvirtd, tiny_guest: Callable[..., TinyGuest]
) -> None:
    guest = tiny_guest(start=True)
    libvirtd.kill()
    assert not libvirtd.alive()
    libvirtd.start()
    assert libvirtd.virsh("domstate", guest.name).strip() == "running"


def test_nothing_was_left_by_the_tests_before(libvirtd: PrivateLibvirtd) -> None:
    assert libvirtd.virsh("list", "--all", "--name").strip() == ""
    assert Path(libvirtd.socket).is_socket()
