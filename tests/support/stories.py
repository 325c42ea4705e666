"""The golden stories as command lines: what each step runs, with the files that it needs."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result

GOLDEN = Path(__file__).parent.parent / "golden"
STORIES = sorted(GOLDEN.glob("*/*.vsh"))
URI = "test:///default"


def told(
    story: Path, run: Callable[..., Result], folder: Path, format: str
) -> Iterator[tuple[str, Result]]:
    """Play a story with another format: each step's line that runs vsh, and what came of it.

    Steps that say a format themselves, or run virsh, are played as they are and not told.
    """
    for step in ("\n" + story.read_text()).split("\n$ ")[1:]:
        line, _, below = step.partition("\n")
        words = shlex.split(line)
        if words[:2] == ["cat", ">"]:
            (folder / words[2]).write_text(below + "\n")
            continue
        env = {"VSH_DEFAULT_CONNECT_URI": URI, "VSH_FORMAT": format}
        while "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            env[name] = value
        result = run(*words[1:], program=words[0], env=env)
        if words[0] == "vsh" and not any(word.startswith(("--format", "-f")) for word in words):
            yield line, result


def documents(text: str) -> list[object]:
    """The JSON documents of a text, one after the other."""
    decoder = json.JSONDecoder()
    values: list[object] = []
    place = 0
    while text[place:].strip():
        place += len(text[place:]) - len(text[place:].lstrip())
        value, place = decoder.raw_decode(text, place)
        values.append(value)
    return values
