"""Recorded transcripts of virsh on its test driver, by way of a daemon: how many are as recorded.

They stand beside the checkout where there are any, and are no part of the project.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
# virsh with the test driver of a daemon in the place of its own
WRAPPER = """#!/bin/sh
for word; do
    shift
    case $word in test:///default) word='{uri}' ;; esac
    set -- "$@" "$word"
done
exec {virsh} "$@"
"""


def count(virsh: str, socket: str, folder: Path) -> tuple[int, int]:
    """Of the transcripts that are here: how many pass by way of a daemon's socket, of how many.

    One after the other: the test driver of a daemon is the same for all who are there at once.
    """
    folder.mkdir()
    program, report = folder / "virsh", folder / "report.json"
    uri = f"test+unix:///default?socket={socket}"
    program.write_text(WRAPPER.format(uri=uri, virsh=virsh))
    program.chmod(0o755)
    command = [sys.executable, str(CORPUS / "tools/compare.py"), "--program", str(program)]
    options = ["-j", "1", "--timeout", "20", "--retries", "1", "--json", str(report)]
    subprocess.run([*command, *options, str(CORPUS / "cases")], capture_output=True)
    found = json.loads(report.read_text())
    return int(found["passed"]), int(found["total"])
