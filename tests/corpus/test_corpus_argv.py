"""Recorded command lines of QEMU: how many vsh builds equal, by the recordings' own comparer.

What differs is the recordings' own: settings of a driver that no document has (TLS and SASL of
displays, sound for guests without them, a host in FIPS mode).  With them those are equal, too, but
for the sound, which goes where libvirtd's own environment says.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vsh.drivers.qemu.devices import displays

if TYPE_CHECKING:
    from conftest import Counts

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import qemu_argv  # noqa: E402 - a program that lies elsewhere

SASL = {"vnc_sasl": True, "vnc_sasl_folder": "/root/.sasl2"}
TLS = {"vnc_certificates": "/etc/pki/libvirt-vnc", **SASL}
CONFIGURED: dict[str, dict[str, object]] = {
    "fips-enabled.x86_64-5.1.0": {"fips": True},
    "graphics-spice-sasl.x86_64-8.0.0": {"spice_sasl": True, "spice_sasl_folder": "/root/.sasl2"},
    "graphics-vnc-auto-socket-cfg.x86_64-8.0.0": {"by_socket": frozenset({"vnc"})},
    "graphics-vnc-tls.x86_64-8.0.0": TLS,
    "graphics-vnc-tls-secret.x86_64-5.2.0": {**TLS, "vnc_secret": "any"},
    "graphics-vnc-tls-secret.x86_64-8.0.0": {**TLS, "vnc_secret": "any"},
}
"""What libvirt's own test says of the driver before it makes a command line."""
EQUAL, ARGUMENTS = 362, 99.8


def test_command_lines(corpus: Path, counts: Counts) -> None:
    adapter = f"{sys.executable} {ROOT / 'scripts/qemu_argv.py'} --replies {corpus}/qemu/replies"
    comparer = [sys.executable, str(corpus / "tools/compare_argv.py"), "--list-failures"]
    recorded = str(corpus / "qemu/xml2argv.jsonl")
    done = subprocess.run(
        [*comparer, "--adapter", adapter, recorded], capture_output=True, text=True
    )
    line = r"^TOTAL (\d+) of (\d+) equal .*arguments ([\d.]+) %$"
    found = re.search(line, done.stdout, re.MULTILINE)
    assert found is not None, done.stdout + done.stderr
    equal, total, share = int(found[1]), int(found[2]), float(found[3])
    counts.note("qemu command lines", equal, total, EQUAL)
    assert equal >= EQUAL, done.stdout
    assert share >= ARGUMENTS, done.stdout


def _parts(word: str) -> object:
    """A word of a command line, without the order of what is in it."""
    return json.loads(word) if word.startswith("{") else sorted(word.split(","))


@pytest.mark.parametrize("name", CONFIGURED)
def test_command_lines_with_settings(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for word, value in CONFIGURED[name].items():
        monkeypatch.setattr(qemu_argv.Recorded, word, value)
    build = qemu_argv.command_line

    def settled(domain, can, host):
        displays.settle(domain, host, None)
        return build(domain, can, host)

    monkeypatch.setattr(qemu_argv, "command_line", settled)
    lines = (corpus / "qemu/xml2argv.jsonl").read_text(encoding="utf-8").splitlines()
    [case] = [found for found in map(json.loads, lines) if found["name"] == name]
    found = qemu_argv.answer(case, corpus / "qemu/replies")["argv"]
    assert [_parts(word) for word in found] == [_parts(word) for word in case["argv"]]
