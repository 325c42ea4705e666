"""The next command's domain is asked for together with what this one asks: on a real daemon."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cutting_relay import CuttingRelay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from private_libvirtd import PrivateLibvirtd

LOOKUP, STATE, UNDEFINE = 23, 212, 231
DOMAIN = """\
<domain type='qemu'><name>{}</name><memory>16384</memory>
<os><type arch='x86_64'>hvm</type></os></domain>
"""


@pytest.fixture
def relay(libvirtd: PrivateLibvirtd, tmp_path: Path) -> Iterator[CuttingRelay]:
    """What notes the calls to a daemon that has the domains one and two."""
    for name in ("one", "two"):
        file = tmp_path / f"{name}.xml"
        file.write_text(DOMAIN.format(name))
        libvirtd.virsh("define", str(file))
    with CuttingRelay(tmp_path / "relay", str(libvirtd.socket)) as relay:
        yield relay
    for name in ("one", "two"):
        libvirtd.virsh("undefine", name, check=False)


def _run(relay: CuttingRelay, folder: Path, script: str) -> tuple[str, str, list[int]]:
    """What a script prints, what it complains of, and what it asks for of domains."""
    file = folder / "script"
    file.write_text(script)
    relay.calls.clear()
    uri = f"qemu+unix:///system?socket={relay.listen}"
    with file.open() as source:
        done = subprocess.run(
            [sys.executable, "-m", "vsh", "-q", "-c", uri],
            stdin=source, capture_output=True, text=True,
        )  # fmt: skip
    words = " ".join(done.stdout.split("\n"))
    return words, done.stderr, [call for call in relay.calls if call in (LOOKUP, STATE, UNDEFINE)]


def test_domains_of_commands_that_look(relay: CuttingRelay, tmp_path: Path) -> None:
    said, complained, calls = _run(
        relay, tmp_path, "domstate one\ndomstate two\n\ndomstate none\ndomstate one --reason\n"
    )
    assert said.split() == ["shut", "off", "shut", "off", "shut", "off", "(unknown)"]
    assert "failed to get domain 'none'" in complained
    assert calls == [LOOKUP, LOOKUP, STATE, LOOKUP, STATE, LOOKUP, STATE]


def test_nothing_is_asked_before_what_changes_something(
    relay: CuttingRelay, tmp_path: Path
) -> None:
    said, complained, calls = _run(
        relay, tmp_path, "undefine one\nundefine one\ndomstate two\nundefine two\ndomstate two\n"
    )
    assert complained.count("failed to get domain") == 2
    assert calls.count(LOOKUP) == 5
    first, second = (at for at, call in enumerate(calls) if call == UNDEFINE)
    assert calls[:first] == [LOOKUP]
    assert calls[second - 1 :] == [LOOKUP, UNDEFINE, LOOKUP]
    assert said.split() == ["shut", "off"]
