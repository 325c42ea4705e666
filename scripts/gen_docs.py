#!/usr/bin/env python3
"""Write the parts of the documentation site that come from declarations.

docs/commands/GROUP.md has every command of a group with its options and examples, docs/settings.md
every setting.

    scripts/gen_docs.py [FOLDER]    writes into FOLDER (default: docs/ of this checkout)

The rest of docs/ is written by hand; mkdocs.yml puts all of it together: pip install '.[docs]' and
mkdocs serve.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vsh.cli import help as texts  # noqa: E402 - the checkout's own
from vsh.cli import parse  # noqa: E402
from vsh.cli.metavars import metavar  # noqa: E402
from vsh.cli.settings import SETTINGS  # noqa: E402


def code(text: str) -> str:
    """Text as code in a table or a line."""
    return "`" + text.replace("|", "\\|") + "`"


def cell(text: str) -> str:
    """Text that a table's cell can hold."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def command_part(name: str) -> str:
    """One command."""
    command = parse.find(name)
    assert command is not None
    text = f"## {command.name}\n\n{cell(command.help)}\n\n"
    text += f"```text\n{texts.synopsis(command, extras=True)}\n```\n\n"
    if command.description:
        text += command.description.replace("<", "&lt;") + "\n\n"
    options = [*command.options, *command.extras.values()]
    if options:
        text += "| option | what it does |\n|---|---|\n"
        for option in options:
            value = metavar(option)
            label = f"--{option.name}" + (f" {value}" if value else "")
            text += f"| {code(label)} | {cell(option.help)} |\n"
        text += "\n"
    if command.examples:
        text += "```console\n"
        for line, meaning in command.examples:
            text += f"# {meaning}\nvsh # {line}\n"
        text += "```\n\n"
    return text


def group_page(group: str) -> str:
    """The page of one group: its commands, then what they have in common."""
    text = f"# {texts.title(group)}\n\n"
    for name in parse.names(group):
        command = parse.find(name)
        if command is not None and command.name == name and not command.hidden:
            text += command_part(name)
    topics = ROOT / "docs" / "topics" / f"{group}.md"
    if topics.exists():
        text += topics.read_text(encoding="utf-8").replace("<", "&lt;")
    return text.rstrip("\n") + "\n"


def settings_page() -> str:
    """Every setting."""
    text = (
        "# Settings\n\n`$XDG_CONFIG_HOME/vsh/config.toml`, in TOML. `vsh set` shows what holds and "
        "where it was chosen; `set NAME VALUE` chooses for a session.\n\n"
        "| setting | what it does | takes | default | environment |\n|---|---|---|---|---|\n"
    )
    for each in SETTINGS:
        default = each.unset or (
            str(each.default).lower() if isinstance(each.default, bool) else each.default or "none"
        )
        shown = cell(str(default))
        text += (
            f"| `{each.name}` | {each.help} | {each.kind} | {shown} | "
            f"{f'`{each.variable}`' if each.variable else ''} |\n"
        )
    return text


def pages() -> dict[str, str]:
    """Every page: its place below docs/ to its text."""
    found = {f"commands/{group}.md": group_page(group) for group in parse.groups()}
    found["settings.md"] = settings_page()
    return found


def main() -> int:
    """Write the pages; returns the exit status."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    for name, text in pages().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    print(f"{len(pages())} pages in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
