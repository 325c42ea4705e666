"""A guest whose memory is huge pages of the kernel's, in a mount namespace of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tiny_guest import TinyGuest

_PAGES = Path("/proc/sys/vm/nr_hugepages")
_SCRIPT = """
set -e
mount --make-rprivate /
mount -t hugetlbfs -o mode=1777 hugetlbfs "$1"
free() { sed -n 's/HugePages_Free: *//p' /proc/meminfo; }
before=$(free)
"$2" -q -c "$3" create "$4"
echo "taken $((before - $(free)))"
"$2" -q -c "$3" 'qemu-monitor-command tiny --hmp "info memdev"; destroy tiny'
echo "left $((before - $(free)))"
"""


@pytest.fixture
def pages() -> Iterator[int]:
    """Eight pages of two MiB more than there were."""
    if os.geteuid() != 0 or not os.access(_PAGES, os.W_OK):
        pytest.skip("huge pages are root's to set aside")
    before = int(_PAGES.read_text())
    try:
        _PAGES.write_text(f"{before + 8}\n")
        if int(_PAGES.read_text()) < before + 8:
            pytest.skip("the kernel has no memory for eight huge pages")
        yield 8
    finally:
        _PAGES.write_text(f"{before}\n")


def test_memory_of_huge_pages(root: str, tiny: TinyGuest, tmp_path: Path, pages: int) -> None:
    """They are taken at the start, and given back at the end."""
    place = tmp_path / "huge"
    place.mkdir()
    tiny.file.write_text(
        tiny.xml.replace("<devices>", "<memoryBacking><hugepages/></memoryBacking><devices>")
    )
    program = Path(sys.executable).with_name("vsh")
    done = subprocess.run(
        ["unshare", "-m", "bash", "-c", _SCRIPT, "x", place, program, root, tiny.file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"taken {pages}" in done.stdout
    assert "prealloc: true" in done.stdout
    assert "left 0" in done.stdout
