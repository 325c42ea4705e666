"""vshd's options: what is plain is read without Typer, and means what Typer takes it for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from vsh.daemon import command


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], {}),
        (["--verbose", "-l"], {"verbose": True, "listen": True}),
        (["-t", "30", "--root=/srv/v m"], {"timeout": 30, "root": "/srv/v m"}),
        (["--timeout=0", "-p", "/run/x"], {"timeout": 0, "pid_file": "/run/x"}),
    ],
)
def test_plain_options(words: list[str], options: dict[str, object]) -> None:
    from typer.main import get_command

    assert command.plain(words) == options
    by_typer = get_command(command.face()).make_context("vshd", [*words]).params
    assert options.items() <= by_typer.items()
    assert not any(by_typer[name] for name in by_typer.keys() - options.keys())


@pytest.mark.parametrize(
    "words",
    [
        ["--help"], ["-vl"], ["--timeout", "x"], ["--timeout"], ["--yes=1"], ["extra"],
        ["--root", "-d"], ["-t=5"],
    ],
)  # fmt: skip
def test_what_typer_looks_at(words: list[str]) -> None:
    assert command.plain(words) is None


def test_a_start_imports_no_typer() -> None:
    program = (
        "import sys\n"
        "sys.argv = ['vshd', '--version']\n"
        "from vsh.daemon.__main__ import run\n"
        "try:\n"
        "    run()\n"
        "except SystemExit as end:\n"
        "    print(end.code, *sorted({'typer', 'pydantic', 'rich'} & sys.modules.keys()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.endswith("\n0\n")


@pytest.mark.parametrize(
    ("given", "said"), [({}, "True None none"), ({"GLIBC_TUNABLES": "own"}, "False own own")]
)
def test_threads_keep_no_pieces(given: dict[str, str], said: str) -> None:
    """The C library is told so by a start of the same again; programs that are started later do not
    hear of it, and who has settings of his own keeps them."""
    program = (
        "import os, subprocess, vsh.daemon.__main__\n"
        "vsh.daemon.__main__.begin()\n"
        "own = b'tcache_count=0' in open('/proc/self/environ', 'rb').read()\n"
        "child = subprocess.getoutput('echo ${GLIBC_TUNABLES-none}')\n"
        "print(own, os.environ.get('GLIBC_TUNABLES'), child)\n"
    )
    environment = {name: each for name, each in os.environ.items() if name != "GLIBC_TUNABLES"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment | given
    )
    assert (done.stdout.strip(), done.stderr) == (said, "")


def test_wrong_options_are_told_by_typer() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vsh.daemon", "--timeout", "soon"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "--timeout" in done.stderr
