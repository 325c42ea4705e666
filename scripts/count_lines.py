#!/usr/bin/env python3
"""How long the programs of the docs are, with vsh and with libvirt-python: lines of code, without
blank lines, comments and docstrings.

    scripts/count_lines.py
"""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

PROGRAMS = Path(__file__).resolve().parent.parent / "docs" / "programs"


def lines_of_code(path: Path) -> int:
    """The lines that have code on them."""
    text = path.read_text(encoding="utf-8")
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    found: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in skipped and token.string.strip():
            found.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found -= set(range(body[0].lineno, (body[0].end_lineno or 0) + 1))
    return len(found)


def counts() -> list[tuple[str, int, int]]:
    """Of each program: its name, lines with vsh, lines with libvirt-python."""
    return [
        (path.stem, lines_of_code(PROGRAMS / path.name), lines_of_code(path))
        for path in sorted((PROGRAMS / "with_libvirt_python").glob("*.py"))
    ]


def table() -> str:
    """The counts as a table of the docs."""
    rows = [f"| `{name}.py` | {ours} | {theirs} |\n" for name, ours, theirs in counts()]
    return "| program | with vsh | with libvirt-python |\n|---|---|---|\n" + "".join(rows)


if __name__ == "__main__":
    print(table(), end="")
