"""The same command lines on a real libvirtd with a running guest: what the test driver cannot tell.

``run`` holds every document against its command's declared result.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from dictionary import check
from information import AFTER, FILES, LINES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Result
    from private_libvirtd import PrivateLibvirtd
    from tiny_guest import TinyGuest

pytestmark = pytest.mark.libvirtd

SLOW = ("nodecpustats --percent", "managedsave test; managedsave-dumpxml test", "self-test", "help")
MORE = """
dominfo test --full
domstats --raw
domstats test --diff 0
domblkinfo test sda
domblkstat test sda
blkdeviotune test sda
domjobinfo test --rawstats
list --all --wide
qemu-monitor-command test --hmp info version
qemu-monitor-command test query-status --pretty
iothreadinfo test
emulatorpin test
guestvcpus test
net-list --all
nodedev-list
nodedev-list --tree
pool-list --all --details
secret-list
nwfilter-list
nwfilter-binding-list
""".strip().splitlines()


def test_every_line(
    run: Callable[..., Result],
    tiny_guest: Callable[..., TinyGuest],
    libvirtd: PrivateLibvirtd,
    tmp_path: Path,
) -> None:
    tiny_guest("test", start=True)
    answered = 0
    for line in [*LINES, *MORE, *AFTER[-4:]]:
        if line in SLOW or line.startswith(("save ", "screenshot", "history", "completion")):
            continue
        for name, text in FILES.items():
            (tmp_path / name).write_text(text)
            line = line.replace(f"{{{name}}}", str(tmp_path / name))
        done = run("-c", libvirtd.uri, "-o", "ndjson", line)
        assert "internal error in vsh" not in done.err, line
        for told in map(json.loads, done.out.splitlines()):
            check(told["result"])
            answered += 1
    assert answered > 110, answered
