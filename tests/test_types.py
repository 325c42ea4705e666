"""How much of the program no type checker sees: numbers that only go down.

Each line is a folder (or file) of ``vsh`` and the most that it may have of ``Any``, of
``type: ignore`` and of ``noqa``.  Who takes some away lowers the number.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

VSH = Path(__file__).parent.parent / "vsh"

CEILINGS = {
    "__init__.py": (0, 0, 0),
    "__main__.py": (0, 2, 2),
    "acts": (0, 0, 1),
    "aio": (50, 2, 0),
    "api": (7, 2, 1),
    "auth": (0, 0, 4),
    "cli": (29, 2, 5),
    "commands": (80, 0, 6),
    "cpu": (2, 0, 0),
    "daemon": (0, 1, 3),
    "domains": (6, 1, 0),
    "drivers": (6, 1, 8),
    "errors.py": (0, 0, 2),
    "hypervisors": (0, 1, 2),
    "lookup.py": (2, 0, 0),
    "main.py": (0, 0, 3),
    "output": (16, 2, 0),
    "qmp": (0, 0, 0),
    "redefine": (10, 0, 0),
    "rpc": (8, 1, 5),
    "shell": (16, 0, 3),
    "signals.py": (0, 0, 0),
    "transports": (0, 0, 2),
    "words": (0, 0, 1),
    "xml": (60, 9, 2),
}


def counted(folder: Path) -> tuple[int, int, int]:
    """How often ``Any``, ``type: ignore`` and ``noqa`` stand in the files of a folder."""
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder]
    text = "\n".join(file.read_text() for file in files)
    any_, ignored, unchecked = (
        len(re.findall(pattern, text)) for pattern in (r"\bAny\b", "type: ignore", "# noqa")
    )
    return any_, ignored, unchecked


def parts() -> list[str]:
    found = [entry.name for entry in VSH.iterdir() if entry.name != "__pycache__"]
    return sorted(name for name in found if name.endswith(".py") or (VSH / name).is_dir())


@pytest.mark.parametrize("part", parts())
def test_no_more_than_there_were(part: str) -> None:
    found, most = counted(VSH / part), CEILINGS.get(part, (0, 0, 0))
    assert all(now <= ceiling for now, ceiling in zip(found, most, strict=True)), (
        f"vsh/{part} has {found} of (Any, type: ignore, noqa) and may have {most}: give it types"
    )


def test_nothing_is_listed_that_is_not_there() -> None:
    assert set(CEILINGS) <= set(parts())
