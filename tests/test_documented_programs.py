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


PYTHON = "/usr/bin/python3"
"""The system's own Python, which may have libvirt-python."""


def program(name: str, *arguments: str, python: str = sys.executable) -> str:
    path = str(DOCS / "programs" / name)
    done = subprocess.run(
        [python, path, URI, *arguments], capture_output=True, text=True, timeout=30, check=True
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


def test_many_hosts_in_an_event_loop() -> None:
    [line] = program("inventory_of_many.py", "test+unix:///default?socket=/nowhere").splitlines()
    assert json.loads(line) == {"host": URI, "name": "test", "vcpus": 2}


@pytest.fixture
def libvirt_python() -> str:
    if subprocess.run([PYTHON, "-c", "import libvirt"], capture_output=True).returncode:
        pytest.skip(f"{PYTHON} has no libvirt-python")
    return PYTHON


def test_the_programs_with_libvirt_python_print_the_same(libvirt_python: str) -> None:
    theirs = "with_libvirt_python/"
    for name, arguments in (
        ("inventory.py", ()),
        ("rotate_snapshots.py", ("test", "2", "n1", "n2", "n3")),
    ):
        assert program(theirs + name, *arguments, python=libvirt_python) == program(
            name, *arguments
        )
    said = program(theirs + "watch_events.py", "0.5", "test", python=libvirt_python)
    assert said.split()[1:] == ["test", "Suspended"]


def test_the_counts_in_the_guide_are_those_of_today() -> None:
    sys.path.insert(0, str(DOCS.parent / "scripts"))
    from count_lines import counts, table

    assert table() in GUIDE
    assert all(ours < 0.6 * theirs for _, ours, theirs in counts())


def test_a_document_goes_there_and_back(tmp_path: Path) -> None:
    """The program of the guide that makes XML of what --format json gives."""
    part = GUIDE.partition("```python\nimport json, sys\n")[2].partition("```")[0]
    data = subprocess.run(
        [sys.executable, "-m", "vsh", "-c", URI, "-o", "json", "dumpxml", "test"],
        capture_output=True,
        check=True,
    ).stdout
    back = subprocess.run(
        [sys.executable, "-c", "import json, sys\n" + part],
        input=data,
        capture_output=True,
        check=True,
    )
    assert back.stdout.decode() == json.loads(data)["xml"]


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
    "path", sorted((DOCS / "programs").rglob("*.py")), ids=lambda path: path.stem
)
def test_the_guide_shows_the_program_as_it_is(path: Path) -> None:
    assert f"```python\n{path.read_text()}```\n" in GUIDE
