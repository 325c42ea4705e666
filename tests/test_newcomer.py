"""A newcomer adds a command by adding one file: help, completion, running and formats come with
it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import vsh

COMMAND = '''\
"""uppercase: words in capitals."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag
from vsh.output.document import Line


@command(connect=False)
def uppercase(
    word: str = Argument("the word to print", complete=("alpha", "beta")),
    twice: bool = Flag("print it two times"),
) -> Line:
    """Print a word in capitals."""
    return Line("{word}{word}" if twice else "{word}", word=word.upper())
'''


def test_one_file_is_a_command(tmp_path: Path) -> None:
    package = tmp_path / "vsh"
    shutil.copytree(Path(vsh.__file__).parent, package)
    (package / "commands" / "virsh" / "uppercase.py").write_text(COMMAND)

    def run(*argv: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "vsh", *argv],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return done.stdout

    assert run("uppercase", "a", "--twice") == "AA\n\n"
    assert "    uppercase " in run("help", "virsh")
    assert "uppercase <word> [--twice]" in run("uppercase", "--help")
    assert run("-q", "complete", "--", "uppercase", "--t") == "--twice\n"
    assert run("-q", "complete", "--", "uppercase", "--word", "al") == "alpha\n"
    assert '"word": "A"' in run("--format", "json", "uppercase", "a")
