"""Recorded transcripts of virsh, run with vsh under the name virsh: byte for byte, by group.

A floor is what has been reached: it is raised when more cases pass, and never lowered.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.corpus.conftest import Counts

pytestmark = pytest.mark.corpus

FLOORS = {
    "backup": 9,
    "checkpoint": 48,
    "cli": 47,
    "complete": 32,
    "domain": 463,
    "events": 8,
    "filter": 22,
    "grammar": 77,
    "help": 211,
    "host": 80,
    "interface": 38,
    "monitor": 60,
    "network": 83,
    "nodedev": 28,
    "pool": 89,
    "secret": 22,
    "snapshot": 100,
    "stdin": 14,
    "virsh": 13,
    "virshtest": 49,
    "volume": 53,
}


def cases_of(corpus: Path, group: str) -> list[dict[str, object]]:
    lines = (corpus / "cases" / f"{group}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def compare(corpus: Path, cases: list[dict[str, object]], folder: Path) -> tuple[int, str]:
    """How many of the cases pass, and what is said of the others."""
    program = folder / "virsh"
    program.symlink_to(Path(sys.executable).with_name("vsh"))
    given, report = folder / "cases.jsonl", folder / "report.json"
    given.write_text("".join(json.dumps(case) + "\n" for case in cases), "utf-8")
    command = [sys.executable, str(corpus / "tools/compare.py"), "--program", str(program)]
    options = ["-j", str(os.cpu_count() or 1), "--timeout", "10", "--retries", "1"]
    options += ["--list-failures", "--json", str(report), str(given)]
    done = subprocess.run([*command, *options], capture_output=True, text=True)
    assert report.exists(), done.stderr
    return json.loads(report.read_text())["passed"], done.stdout


@pytest.mark.parametrize("group", sorted(FLOORS))
def test_group(group: str, corpus: Path, tmp_path: Path, counts: Counts) -> None:
    cases = cases_of(corpus, group)
    passed, report = compare(corpus, cases, tmp_path)
    counts.note(group, passed, len(cases), FLOORS[group])
    assert passed >= FLOORS[group], report


def test_every_group_has_a_place(corpus: Path) -> None:
    groups = {file.stem for file in (corpus / "cases").glob("*.jsonl")}
    assert groups == set(FLOORS)
