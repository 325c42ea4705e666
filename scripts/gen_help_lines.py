#!/usr/bin/env python3
"""Write vsh/cli/help_lines.py: what each command does, in a line, for lists of all of them.

    scripts/gen_help_lines.py [FILE]     writes FILE (default: the checkout's)

A list of three hundred commands would else load three hundred files.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vsh.cli import parse  # noqa: E402

HEAD = '''\
"""What each command does, in a line, so that a list of all loads none of them; None for what no
list shows.  Written by scripts/gen_help_lines.py; a command that is not here is loaded and asked.
"""

from __future__ import annotations

LINES: dict[str, str | None] = {
'''


def line_of(name: str) -> str | None:
    """What a list says of a command."""
    command = parse.find(name)
    if command is None or command.name != name or command.hidden:
        return None
    return command.help.rstrip(".")


def text() -> str:
    """The module."""
    found = {name: line_of(name) for group in parse.groups() for name in parse.names(group)}
    rows = []
    for name, line in sorted(found.items()):
        shown = "None" if line is None else f'"{line}"'
        row = f'    "{name}": {shown},\n'
        rows.append(row if len(row) <= 101 else f'    "{name}": (\n        {shown}\n    ),\n')
    return HEAD + "".join(rows) + "}\n"


if __name__ == "__main__":
    default = ROOT / "vsh" / "cli" / "help_lines.py"
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    target.write_text(text(), encoding="utf-8")
