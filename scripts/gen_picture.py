#!/usr/bin/env python3
"""Draw docs/vsh.svg: a real session of vsh on a terminal, as its screen stands at the end.

scripts/gen_picture.py [FILE]    needs the test extra: pexpect and pyte
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from terminal import Terminal  # noqa: E402 - of the tests

COLUMNS, ROWS = 92, 40
WIDE, HIGH = 8.4, 18
GROUND, LETTERS = "#1c1f26", "#d7dae0"
PALETTE = {
    "default": LETTERS,
    "black": "#1c1f26",
    "red": "#e06c75",
    "green": "#98c379",
    "brown": "#e5c07b",
    "blue": "#61afef",
    "magenta": "#c678dd",
    "cyan": "#56b6c2",
    "white": "#ffffff",
    "brightblack": "#7f8694",
}


def session() -> Terminal:
    """The terminal after the session."""
    program = Path(sys.executable).with_name("vsh")
    with tempfile.TemporaryDirectory() as home:
        env = {
            "HOME": home,
            "XDG_STATE_HOME": home,
            "XDG_CONFIG_HOME": home,
            "PATH": os.environ["PATH"],
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "PAGER": "cat",
        }
        (Path(home) / "s.xml").write_text(
            "<domainsnapshot><name>clean</name><parent><name>lost</name></parent></domainsnapshot>\n"
        )
        terminal = Terminal(
            str(program),
            ["-c", f"test://{ROOT}/tests/examples/world.xml"],
            env=env,
            cwd=home,
            rows=ROWS,
            columns=COLUMNS,
        )
        terminal.prompt()
        terminal.enter("clear").prompt()
        terminal.enter("list --all").prompt()
        terminal.enter("snapshot-create-as web1 clean").prompt()
        terminal.enter("snapshot-create-as web1 update").prompt()
        terminal.enter("snapshot-list web1 --tree").prompt()
        terminal.enter("snapshot-create web1 s.xml --redefine").prompt()
        terminal.enter("vol-delete data.qcow2 --pool images").wait("to go on:")
        terminal.enter("no").prompt()
        terminal.type("start \t").wait("# start db1")
        terminal.type("--\t").wait("--paused")
        terminal.close()
        return terminal


def svg(terminal: Terminal) -> str:
    """The screen as a picture: a text for each run of one look."""
    width, height = COLUMNS * WIDE + 24, ROWS * HIGH + 24
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
            'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">'
        ),
        f'<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>',
    ]
    for number, runs in enumerate(terminal.looks()):
        column = 0
        for text, letters, ground, bold, reverse in runs:
            left, top = 12 + column * WIDE, 12 + number * HIGH
            if reverse:
                letters, ground = "black", "default"
                fill = LETTERS
            else:
                fill = PALETTE.get(ground, GROUND)
            if reverse or ground != "default":
                parts.append(
                    f'<rect x="{left:.1f}" y="{top}" width="{len(text) * WIDE:.1f}" '
                    f'height="{HIGH}" fill="{fill}"/>'
                )
            if text.strip():
                weight = ' font-weight="bold"' if bold else ""
                parts.append(
                    f'<text x="{left:.1f}" y="{top + 14}" fill="{PALETTE.get(letters, LETTERS)}"'
                    f'{weight} xml:space="preserve" textLength="{len(text) * WIDE:.1f}">'
                    f"{escape(text)}</text>"
                )
            column += len(text)
    return "\n".join([*parts, "</svg>", ""])


def main() -> int:
    """Draw; returns the exit status."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "vsh.svg"
    path.write_text(svg(session()), encoding="utf-8")
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
