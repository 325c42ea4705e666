"""Recorded command lines of QEMU: how many vsh builds equal, by the recordings' own comparer.

Some were recorded with settings of the driver that no document has (TLS and SASL of displays, a
host in FIPS mode): the program that answers has them, by the names of the documents.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Counts

ROOT = Path(__file__).resolve().parents[2]
EQUAL, ARGUMENTS = 369, 100.0


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


def test_environments(corpus: Path) -> None:
    """What QEMU finds in its environment, in its order: the recordings' own has three words."""
    adapter = [sys.executable, str(ROOT / "scripts/qemu_argv.py"), "--replies"]
    lines = (corpus / "qemu/xml2argv.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [case for case in map(json.loads, lines) if case["expect"] == "success"]
    done = subprocess.run(
        [*adapter, str(corpus / "qemu/replies")],
        input="\n".join(map(json.dumps, cases)), capture_output=True, text=True, check=True,
        env={"PATH": "/bin", "USER": "test", "LOGNAME": "test"},
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [list(each["env"].items()) for each in found] == [
        list(case["env"].items()) for case in cases
    ]
