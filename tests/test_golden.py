"""Our own transcripts: every ``tests/golden/<group>/<topic>.vsh`` must come out as written.

A story is a sequence of steps, each a line that starts with "$ " and what belongs to it up to the
next:

    $ cat > net.xml         the lines below are the content of that file
    $ vsh net-define net.xml
    Network private defined from net.xml
                            the output, then the lines of standard error, then "[1]" for status 1
    $ EDITOR='sed -i s/a/b/' vsh net-edit private

Lines before the first step say what the story is about.  ``pytest --regenerate
tests/test_golden.py`` writes what comes out now; read the difference before you keep it.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

GOLDEN = Path(__file__).parent / "golden"
STORIES = sorted(GOLDEN.glob("*/*.vsh"))
URI = "test:///default"


def steps(text: str) -> tuple[str, list[tuple[str, str]]]:
    """What stands before the first step, then each step's line and the text below it."""
    head, *parts = ("\n" + text).split("\n$ ")
    split = [part.partition("\n") for part in parts]
    last = len(split) - 1
    return head[1:] + "\n" * bool(head[1:]), [
        (line, below + "\n" * (number != last)) for number, (line, _, below) in enumerate(split)
    ]


def play(line: str, below: str, run: Callable[..., Result], folder: Path) -> str:
    """Do one step; the text that should stand below it."""
    words = shlex.split(line)
    if words[:2] == ["cat", ">"]:
        (folder / words[2]).write_text(below)
        return below
    env = {"VSH_DEFAULT_CONNECT_URI": URI}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        env[name] = value
    result = run(*words[1:], program=words[0], env=env)
    text = result.out + result.err
    if text and not text.endswith("\n"):
        text += "\\\n"
    return text + (f"[{result.status}]\n" if result.status else "")


def test_each_group_of_commands_has_a_story() -> None:
    commands = Path(__file__).parent.parent / "vsh" / "commands"
    groups = {folder.name for folder in commands.iterdir() if (folder / "__init__.py").exists()}
    assert groups == {story.parent.name for story in STORIES}


@pytest.mark.parametrize("story", STORIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_story(
    story: Path, run: Callable[..., Result], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    head, told = steps(story.read_text())
    assert told, "a story has at least one step"
    made = head + "".join(f"$ {line}\n{play(line, below, run, tmp_path)}" for line, below in told)
    if request.config.getoption("--regenerate"):
        story.write_text(made)
    assert made == story.read_text()
