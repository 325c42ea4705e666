"""The shells' completions ask the program: which words they hand to ``vsh complete``."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

COMPLETIONS = Path(__file__).resolve().parent.parent / "completions"
# A stand-in for the program: notes its arguments, and has two answers.
PROGRAM = """\
#!/bin/sh
printf '%s\\n' "$@" >{notes}
printf '%s\\n' {answers}
"""


@pytest.mark.parametrize(
    ("line", "answers", "asked", "replies"),
    [
        ("vsh dom", "domstate domid list", ["complete", "--", "dom"], ["domstate", "domid"]),
        ("vsh domstate ", "one two", ["complete", "--", "domstate", ""], ["one", "two"]),
        (
            "vsh -r -c test:///default -q domstate --r",
            "--reason",
            ["-r", "-c", "test:///default", "complete", "--", "domstate", "--r"],
            ["--reason"],
        ),
        ("vsh -d 0 start w", "web1", ["complete", "--", "start", "w"], ["web1"]),
        ("vsh nodedev-info pci:0", "pci:00 pci:01", None, ["00", "01"]),
    ],
)
def test_bash(
    tmp_path: Path, line: str, answers: str, asked: list[str] | None, replies: list[str]
) -> None:
    notes, program = tmp_path / "notes", tmp_path / "vsh"
    program.write_text(PROGRAM.format(notes=notes, answers=answers))
    program.chmod(0o755)
    words = line.replace(":", " : ").split() + ([""] if line.endswith(" ") else [])
    script = f"""
        source {COMPLETIONS}/vsh.bash
        COMP_LINE={line!r} COMP_POINT={len(line)}
        COMP_WORDS=({" ".join(repr(word) for word in words)})
        COMP_CWORD={len(words) - 1}
        _vsh {program}
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-eu", "-c", script], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.splitlines() == replies
    if asked is not None:
        assert notes.read_text().split("\n")[:-1] == asked


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_syntax(shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    file = COMPLETIONS / f"vsh.{shell}"
    done = subprocess.run([program, "-n", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
