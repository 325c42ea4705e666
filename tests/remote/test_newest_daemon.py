"""What only a daemon of libvirt 12.8.0 answers, asked of one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOOL = Path(__file__).parents[2].parent / "shared" / "tools" / "libvirtd-newest"

pytestmark = [
    pytest.mark.libvirtd,
    pytest.mark.skipif(not TOOL.exists(), reason="no ../shared/tools beside the checkout"),
    pytest.mark.skipif(os.geteuid() != 0, reason="a private libvirtd needs root"),
]

GUEST = """\
<domain type='qemu'><name>web</name><memory unit='MiB'>32</memory>
<os><type arch='x86_64'>hvm</type></os>
<devices><interface type='user'><mac address='52:54:00:00:00:01'/></interface></devices></domain>
"""


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a private libvirtd 12.8.0."""
    folder = tmp_path_factory.mktemp("newest")
    subprocess.run([TOOL, "up", folder], check=True, capture_output=True)
    try:
        yield (folder / "uri").read_text().strip()
    finally:
        subprocess.run([TOOL, "down", folder], check=True, capture_output=True)


def test_interfaces_announce_themselves(
    newest: str, run: Callable[..., Any], tmp_path: Path
) -> None:
    document = tmp_path / "web.xml"
    document.write_text(GUEST)
    assert run("-c", newest, "create", str(document), "--paused").status == 0
    said = "Interface announcement sent for domain 'web'\n"
    options = ("--initial", "60", "--max", "500", "--rounds", "3", "--step", "70")
    for words in ((), ("52:54:00:00:00:01",), options):
        answer = run("-c", newest, "domifannounce", "web", *words)
        assert (answer.status, answer.out) == (0, said)
    answer = run("-c", newest, "domifannounce", "web", "52:54:00:00:00:02")
    assert answer.status == 1
    assert "error: invalid argument: '52:54:00:00:00:02' is not a known interface" in answer.err
