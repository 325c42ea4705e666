"""What the README shows first: a snapshot tree is made, dumped, lost and put back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("kind", ["qemu", "test"])
def test_the_demo(kind: str, tmp_path: Path) -> None:
    """On a real guest, and on a hypervisor in memory where there is no QEMU."""
    path = os.environ["PATH"]
    if kind == "test":
        programs = ("bash", "env", "dirname", "mktemp", "cat", "rm", "sed", "sh", "grep", "python3")
        for name in programs:
            (tmp_path / name).symlink_to(str(shutil.which(name)))
        path = str(tmp_path)
    done = subprocess.run(
        [ROOT / "scripts/demo"], capture_output=True, text=True, env={**os.environ, "PATH": path}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    trees = re.findall(
        r"(?s)^\$ vsh snapshot-list web1 --tree\n(.*?)\n\n[$#]", done.stdout, re.MULTILINE
    )
    assert len(trees) == 2
    assert trees[0] == trees[1]
    assert trees[0].split() == "installed | +- configured | | | +- upgraded | +- experiment".split()
    assert "running (from snapshot)" in done.stdout
    assert ("no QEMU is installed here" in done.stdout) == (kind == "test")
