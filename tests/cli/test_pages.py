"""Help as a person reads it: on terminals of several widths, with colours and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vsh.cli import pages, parse
from vsh.cli.help import commands
from vsh.cli.metavars import metavar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from terminal import Terminal

    Start = Callable[..., Terminal]

PLAIN = {"PAGER": "cat"}


def option(command: str, name: str) -> str:
    found = parse.find(command)
    assert found is not None
    every = {each.name: each for each in (*found.options, *found.extras.values())}
    return metavar(every[name])


@pytest.mark.parametrize(
    ("command", "name", "stands"),
    [
        ("list", "all", ""),
        ("setmem", "size", "SIZE"),
        ("define", "file", "FILE"),
        ("dominfo", "domain", "DOMAIN"),
        ("attach-disk", "type", "disk|cdrom|floppy|lun"),
        ("attach-disk", "io", "native|threads|io_uring"),
        ("attach-disk", "iothread", "IOTHREAD"),
        ("vol-info", "pool", "POOL"),
        ("domblkthreshold", "threshold", "SIZE"),
        ("event", "timeout", "SECONDS"),
        ("nodesuspend", "duration", "N"),
        ("await", "condition", "domain-inactive|guest-agent-available"),
        ("snapshot-import", "current", "SNAPSHOT"),
    ],
)
def test_what_stands_for_a_value(command: str, name: str, stands: str) -> None:
    assert option(command, name) == stands


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_no_name_is_cut_at_any_width(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setenv("COLUMNS", str(columns))
    for command in commands():
        text = pages.command_page(command, sys.stdout)
        for each in (*command.options, *command.extras.values()):
            assert f"<{each.name}>" in text or f"--{each.name}" in text, each.name
        for line, meaning in command.examples:
            assert line in text
            assert meaning in text
        for row in text.splitlines():
            words = row.split()
            assert len(row) < columns or len(words) == 1 or row.lstrip() == row.strip(), row
            assert "<bool>" not in row
            assert "<str>" not in row


def test_the_short_help_is_a_page(terminal: Start) -> None:
    screen = terminal("help", rows=50, env=PLAIN)
    assert screen.ended() == 0
    assert screen.screen[0] == "Everyday commands"
    assert "  start               Start a domain that is defined and shut off" in screen.screen
    assert "snapshot-create --redefine" in screen.text
    assert "help --all" in screen.text


def test_the_program_has_its_options_on_top(terminal: Start) -> None:
    screen = terminal("--help", rows=70, env=PLAIN)
    assert screen.ended() == 0
    assert screen.screen[0] == "Usage: vsh [OPTIONS] [COMMAND [ARGUMENT]...]"
    assert "  -c, --connect=URI" in screen.text
    assert screen.look("Usage")[0] == "default"
    assert screen.look("list  ")[0] == "cyan"


def test_without_colours(terminal: Start) -> None:
    screen = terminal("help", "domstate", env={**PLAIN, "NO_COLOR": "1"})
    assert screen.ended() == 0
    assert "\x1b[" not in screen.raw
    assert "domstate web1 --reason" in screen.text


def test_help_is_paged(terminal: Start) -> None:
    screen = terminal("help", "--all", rows=10, env={"PAGER": "sed s/^/paged:/"})
    assert screen.ended() == 0
    assert screen.raw.count("paged:") > 280


def test_topics_groups_and_what_is_meant(terminal: Start) -> None:
    screen = terminal("help keys; help snapshot; help lst; help snapshto", rows=90, env=PLAIN)
    assert screen.ended() == 1
    assert "Keys of the prompt" in screen.text
    assert "snapshot-import" in screen.text
    assert "did you mean 'list'?" in screen.text
    assert "did you mean 'snapshot'?" in screen.text


def test_scripts_and_the_drop_in_see_what_they_did(
    run: Callable[..., object], terminal: Start, tmp_path: Path
) -> None:
    _, out, _ = run("help", "domid")  # type: ignore[misc]
    assert out.startswith("  NAME\n    domid - ")
    screen = terminal("help", "domid", program="virsh")
    screen.ended()
    assert "  NAME\n    domid - " in screen.text


def test_help_needs_nothing_heavy() -> None:
    import subprocess
    import sys

    probe = (
        "import sys; from vsh.cli import pages, parse;"
        "pages.command_page(parse.find('snapshot-create-as'), sys.stdout);"
        "print(*sorted({'rich', 'typer', 'shutil', 're', 'lxml', 'typing'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", probe], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("\n", "")


def test_typer_knows_the_same_commands_and_options() -> None:
    from typer.main import get_command

    from vsh.cli.typer import app

    group = get_command(app)
    shown = {command.name: command for command in commands() if not command.hidden}
    assert set(group.commands) == set(shown)  # type: ignore[attr-defined]
    for name, built in group.commands.items():  # type: ignore[attr-defined]
        declared = {
            each.name.replace("-", "_")
            for each in (*shown[name].options, *shown[name].extras.values())
        }
        assert {each.name.removeprefix("o_") for each in built.params} == declared, name
