"""Ports of displays: no two guests that start at once are given the same."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from vsh.drivers.qemu import display_ports, settings
from vsh.errors import InternalError

if TYPE_CHECKING:
    from pathlib import Path


def test_each_is_given_once_until_its_guest_has_started() -> None:
    """Nor where somebody else listens; with none left the error says where it looked."""
    with socket.socket() as other:
        other.bind(("", 0))
        other.listen()
        held = other.getsockname()[1]
        among = range(held, held + 1)
        words = rf"Unable to find an unused port in range 'display' \({held}-{held}\)"
        with pytest.raises(InternalError, match=words):
            display_ports.take(among, "display")
    assert display_ports.take(among, "display") == held
    with pytest.raises(InternalError, match=words):  # QEMU does not listen yet
        display_ports.take(among, "display")
    display_ports.give_back({held})
    assert display_ports.take(among, "display") == held
    display_ports.give_back({held})


def test_which_there_are(tmp_path: Path) -> None:
    """qemu.conf names them; wrong ones are refused in libvirt's words."""
    file = tmp_path / "qemu.conf"
    file.write_text("remote_display_port_min = 6000\nremote_display_port_max = 6001\n")
    assert list(settings.load(str(tmp_path)).display_ports) == [6000, 6001]
    assert settings.load(str(tmp_path)).websocket_ports == range(5700, 65536)
    for text, said in (
        ("remote_display_port_min = 80\n", "must be greater than or equal to 5900"),
        ("remote_display_port_max = 70000\n", "must be between the minimal port and 65535"),
        ("remote_websocket_port_min = 80\n", "must be greater than or equal to 5700"),
        ("remote_websocket_port_min = 6000\nremote_websocket_port_max = 5999\n", "the minimal"),
    ):
        file.write_text(text)
        with pytest.raises(InternalError, match=said):
            settings.load(str(tmp_path))
