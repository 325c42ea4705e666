"""What only a daemon of libvirt 12.8.0 answers, asked of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newest_libvirtd import NewestLibvirtd

pytestmark = pytest.mark.libvirtd

GUEST = """\
<domain type='qemu'><name>web</name><memory unit='MiB'>32</memory>
<os><type arch='x86_64'>hvm</type></os>
<devices><interface type='user'><mac address='52:54:00:00:00:01'/></interface></devices></domain>
"""


def test_interfaces_announce_themselves(
    newest: NewestLibvirtd, run: Callable[..., Any], tmp_path: Path
) -> None:
    document = tmp_path / "web.xml"
    document.write_text(GUEST)
    assert run("-c", newest.uri, "create", str(document), "--paused").status == 0
    said = "Interface announcement sent for domain 'web'\n"
    options = ("--initial", "60", "--max", "500", "--rounds", "3", "--step", "70")
    for words in ((), ("52:54:00:00:00:01",), options):
        answer = run("-c", newest.uri, "domifannounce", "web", *words)
        assert (answer.status, answer.out) == (0, said)
    answer = run("-c", newest.uri, "domifannounce", "web", "52:54:00:00:00:02")
    assert answer.status == 1
    assert "error: invalid argument: '52:54:00:00:00:02' is not a known interface" in answer.err
