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
    "checkpoint": 47,
    "cli": 46,
    "complete": 31,
    "domain": 230,
    "events": 7,
    "grammar": 66,
    "help": 106,
    "host": 76,
    "monitor": 59,
    "snapshot": 100,
    "stdin": 14,
    "virsh": 13,
}
# Groups whose commands are not all written yet: counted, nothing asked.
COUNTED = (
    "backup",
    "filter",
    "interface",
    "network",
    "nodedev",
    "pool",
    "secret",
    "virshtest",
    "volume",
)
# The commands of the group domain that exist; its other cases are counted as "domain, the rest".
DOMAIN_COMMANDS = set(
    """
    autostart create define desc destroy dominfo domid domname dompmsuspend dompmwakeup
    domrename domstate domuuid domxml-from-native domxml-to-native dump dumpxml edit inject-nmi list
    managedsave managedsave-define managedsave-dumpxml managedsave-edit managedsave-remove metadata
    reboot reset restore resume save save-image-define save-image-dumpxml save-image-edit schedinfo
    screenshot send-key set-lifecycle-action setmaxmem setmem setvcpus shutdown snapshot-create-as
    start suspend undefine vcpucount vcpuinfo vcpupin
    """.split()
)


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
    if group == "domain":
        cases = [case for case in cases if DOMAIN_COMMANDS.issuperset(case["cmds"])]  # type: ignore[arg-type]
    passed, report = compare(corpus, cases, tmp_path)
    counts.note(group, passed, len(cases), FLOORS[group])
    assert passed >= FLOORS[group], report


@pytest.mark.parametrize("group", COUNTED)
def test_group_is_counted(group: str, corpus: Path, tmp_path: Path, counts: Counts) -> None:
    cases = cases_of(corpus, group)
    passed, _report = compare(corpus, cases, tmp_path)
    counts.note(group, passed, len(cases))


def test_rest_of_domain_is_counted(corpus: Path, tmp_path: Path, counts: Counts) -> None:
    cases = [
        case
        for case in cases_of(corpus, "domain")
        if not DOMAIN_COMMANDS.issuperset(case["cmds"])  # type: ignore[arg-type]
    ]
    passed, _report = compare(corpus, cases, tmp_path)
    counts.note("domain, the rest", passed, len(cases))


def test_every_group_has_a_place(corpus: Path) -> None:
    groups = {file.stem for file in (corpus / "cases").glob("*.jsonl")}
    assert groups == set(FLOORS) | set(COUNTED)
