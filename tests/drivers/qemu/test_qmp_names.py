"""Every QMP command and event that the driver names is one of the QEMU's that are here.

What a QEMU has not is used only where it is asked for first, or answered by something else.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
from pathlib import Path
from subprocess import PIPE

import newest_libvirtd
import pytest

SOURCE = Path(__file__).parents[3] / "vsh"
PARTS = ("drivers/qemu", "drivers/state", "hypervisors/qemu")
PROGRAM = "qemu-system-x86_64"
ASKED_FIRST = {
    "blockdev-set-active": "a QEMU before 10.0 has no images that it has let go of by itself",
    "query-accelerators": "answers where query-kvm is gone",
    "query-cpu-model-expansion": "older programs and some architectures have it not",
    "query-gic-capabilities": "programs of ARM have it, and those that have all commands",
    "query-sev-capabilities": "programs of x86 have it",
    "query-sgx-capabilities": "programs of x86 have it",
    "MEM_UNPLUG_ERROR": "QEMU before 9 says it where newer ones say DEVICE_UNPLUG_GUEST_ERROR",
}


def names() -> set[str]:
    """All texts in the sources of the driver: the commands and events that it names are some."""
    found = set()
    for part in PARTS:
        for file in (SOURCE / part).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


def told(program: str) -> tuple[set[str], dict[str, list[str]]]:
    """The commands and events that a program has, and the features of each."""
    options = ["-machine", "none", "-nodefaults", "-display", "none", "-S", "-qmp", "stdio"]
    with subprocess.Popen([program, *options], stdin=PIPE, stdout=PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        # `quit` comes last: a program that ends throws away what is not read yet
        for question in ("qmp_capabilities", "query-qmp-schema", "quit"):
            running.stdin.write(f'{{"execute": "{question}"}}\n')
            running.stdin.flush()
            answer = running.stdout.readline()
            while "return" not in json.loads(answer):
                answer = running.stdout.readline()
            if question == "query-qmp-schema":
                schema = json.loads(answer)["return"]
    entries = [each for each in schema if each["meta-type"] in ("command", "event")]
    return (
        {each["name"] for each in entries},
        {each["name"]: each.get("features", []) for each in entries},
    )


@pytest.mark.libvirtd
def test_the_newest_has_what_is_named(tmp_path: Path, running_newest: object) -> None:
    program = shutil.which(PROGRAM)
    if program is None:
        pytest.skip(f"no {PROGRAM} here")
    older, _ = told(program)
    newest, features = told(newest_libvirtd.emulator(tmp_path))
    used = names() & (older | newest)
    assert len(used) > 120
    assert used - newest <= ASKED_FIRST.keys()
    assert used - older <= ASKED_FIRST.keys()
    # what will be gone one day has a word for that day
    assert {name for name in used if "deprecated" in features.get(name, ())} <= {"query-kvm"}
