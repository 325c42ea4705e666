"""passt beside a QEMU: how it is called.  It is not installed here: a script stands for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vsh.drivers.host.network import passt
from vsh.errors import InternalError, OperationUnsupported
from vsh.xml.domain.devices.interface import Interface
from vsh.xml.engine.reader import read

if TYPE_CHECKING:
    from pathlib import Path

CARD = """<interface type='user'>
  <mac address='52:54:00:00:00:01'/>
  <source dev='eth0'/>
  <backend type='passt' logFile='/log'/>
  <ip address='10.0.0.5' family='ipv4' prefix='24'/>
  <ip address='fd00::5' family='ipv6'/>
  <portForward proto='tcp' address='127.0.0.1' dev='lo'>
    <range start='2022' to='22'/>
    <range start='3000' end='3010' to='4000'/>
    <range start='3005' exclude='yes'/>
  </portForward>
  <portForward proto='udp'/>
  <mtu size='1400'/>
</interface>"""


@pytest.fixture
def card() -> Interface:
    return read(CARD, Interface)


def program(folder: Path, text: str) -> None:
    path = folder / "passt"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_its_words_are_those_that_libvirt_gives_it(card: Interface) -> None:
    assert passt.command(card, "/run/net0") == [
        "--one-off", "--socket", "/run/net0-passt.socket", "--mac-addr", "52:54:00:00:00:01",
        "--mtu", "1400", "--interface", "eth0", "--log-file", "/log",
        "--address", "10.0.0.5", "--netmask", "24", "--address", "fd00::5",
        "--tcp-ports", "127.0.0.1%lo/2022:22,3000-3010:4000-4010,~3005", "--udp-ports", "all",
    ]  # fmt: skip


def test_it_is_run_or_said_to_be_missing(
    card: Interface, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vsh.drivers.host.programs._FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OperationUnsupported, match="needs the program 'passt', which is not"):
        passt.start(card, f"{tmp_path}/net0")
    program(tmp_path, 'echo "$@" > "${3%/*}/words"')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert passt.start(card, f"{tmp_path}/net0") == f"{tmp_path}/net0-passt.socket"
    assert "--one-off" in (tmp_path / "words").read_text()
    program(tmp_path, "echo no way >&2; exit 1")
    with pytest.raises(InternalError, match=r"Could not start 'passt'.*no way"):
        passt.start(card, f"{tmp_path}/net0")
