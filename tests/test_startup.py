"""What a small batch command imports: exactly this, and nothing that costs milliseconds.

A name that is new here is paid for at every start of every script; think before adding one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

# What ``vsh -c test:///default domstate test`` imports on top of the bare interpreter.
IMPORTED = set(
    """
    __future__ vsh vsh.api
    vsh.api._access vsh.api._call vsh.api.connection vsh.api.connection.domains vsh.api.domain
    vsh.api.domain.records vsh.api.domain.state vsh.api.types vsh.api.uri vsh.cli
    vsh.cli.command vsh.cli.objects vsh.cli.options vsh.cli.params vsh.cli.parse vsh.cli.run
    vsh.cli.session vsh.cli.settings vsh.cli.words vsh.commands vsh.commands.monitor
    vsh.commands.monitor.domstate vsh.drivers vsh.drivers.driver vsh.drivers.part
    vsh.drivers.state vsh.drivers.state.guest vsh.drivers.state.store vsh.drivers.test
    vsh.drivers.test.connection
    vsh.drivers.test.connection.domains vsh.drivers.test.default vsh.drivers.test.domain
    vsh.drivers.test.domain.state vsh.drivers.test.guest vsh.drivers.test.hypervisor
    vsh.drivers.test.part vsh.errors vsh.lookup vsh.main vsh.output vsh.output.document
    vsh.output.plain
    vsh.output.screen vsh.words vsh.words.domain vsh.words.domain.state
    """.split()
)
# What no batch command may need, whatever it asks.
HEAVY = set(
    """
    argparse asyncio click concurrent.futures dataclasses email enum http importlib.metadata
    importlib.resources inspect json logging lxml pathlib prompt_toolkit re rich ssl string
    subprocess tempfile tomllib typer typing urllib uuid yaml
    """.split()
)
PROBE = """\
import sys
bare = set(sys.modules)
sys.argv = ["vsh", *{words!r}]
from vsh.main import main
status = main()
sys.stdout.flush()
sys.stderr.write(" ".join(sorted(set(sys.modules) - bare)))
sys.exit(status)
"""


def imported(*words: str) -> tuple[str, set[str]]:
    """What a command prints, and the modules that its process imported beyond a bare one."""
    command = [sys.executable, "-I", "-c", PROBE.format(words=words)]
    # the first run compiles what has changed, which may itself need a module (unicodedata for \\N)
    subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return done.stdout, set(done.stderr.split())


def test_exactly_these_modules() -> None:
    out, modules = imported("-c", "test:///default", "domstate", "test")
    assert out == "running\n\n"
    assert modules == IMPORTED


@pytest.mark.parametrize(
    "words",
    [
        ("domstate", "test"),
        ("list", "--all"),
        ("suspend", "test"),
        ("snapshot-list", "test"),
        ("help", "list"),
        ("list --all --name; domid test",),
    ],
    ids=" ".join,
)
def test_nothing_heavy(words: tuple[str, ...]) -> None:
    _out, modules = imported("-c", "test:///default", *words)
    assert not modules & HEAVY


def test_nothing_heavy_over_a_socket(libvirtd: object, tiny_guest: Callable[..., object]) -> None:
    tiny_guest("one")
    uri: str = libvirtd.uri  # type: ignore[attr-defined]
    out, modules = imported("-c", uri, "list", "--all")
    assert "one" in out
    assert not modules & HEAVY


def test_the_installed_program_imports_nothing_of_its_own() -> None:
    """The wheel's script, in the place of the template of an installer, which imports ``re``."""
    root = Path(__file__).parent.parent
    script = root / "scripts" / "wheel" / "vsh"
    assert '"scripts/wheel/vsh" = "vsh"' in (root / "pyproject.toml").read_text()
    words = ["-c", "test:///default", "domstate", "test"]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", str(script), *words],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.stdout == "running\n\n"
    assert "vsh.commands.monitor.domstate" in names
    assert not names & (HEAVY - {"importlib.resources"})
