"""The programs and the jq lines of the docs, run as they stand there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
URI = "test:///default"
GUIDE = (DOCS / "guides" / "data.md").read_text()
LINES = [line for line in GUIDE.splitlines() if line.startswith("vsh -o")]
ANSWERS = ["test", "2", "test", "vda /guest/diskimage1", "aa:bb:cc:dd:ee:ff", "192.168.122.3/24"]
ANSWERS += ["default-pool 0", "hvm", None, 'domid: {"id":"1"}']


def program(name: str, *arguments: str) -> str:
    path = str(DOCS / "programs" / name)
    done = subprocess.run(
        [sys.executable, path, URI, *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout


def test_inventory() -> None:
    assert json.loads(program("inventory.py")) == [
        {"name": "test", "state": "running", "memory_bytes": 2 << 30, "disks": ["vda"]}
    ]


def test_rotation() -> None:
    assert program("rotate_snapshots.py", "test", "2", "n1", "n2", "n3") == "n2 n3\n"


def test_watching() -> None:
    [line] = program("watch_events.py", "0.5", "test").splitlines()
    assert line.split()[1:] == ["test", "Suspended"]


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
@pytest.mark.parametrize(
    ("line", "answer"), list(zip(LINES, ANSWERS, strict=True)), ids=lambda text: str(text)[:40]
)
def test_a_line_of_jq(line: str, answer: str | None) -> None:
    folder = Path(sys.executable).parent
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    env = os.environ | {"PATH": path, "VSH_DEFAULT_CONNECT_URI": URI}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        capture_output=True,
        text=True,
        timeout=30,
        env=env,
        check=True,
    )
    first = done.stdout.splitlines()[0]
    assert first == answer if answer is not None else first.startswith("snapshot-")


@pytest.mark.parametrize(
    "path", sorted((DOCS / "programs").glob("*.py")), ids=lambda path: path.stem
)
def test_the_guide_shows_the_program_as_it_is(path: Path) -> None:
    assert f"```python\n{path.read_text()}```\n" in GUIDE
