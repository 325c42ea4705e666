#!/usr/bin/env python3
"""Write the man pages: man/vsh.1 from its frame (scripts/vsh.1.in), and one page for each group of
commands.

    scripts/gen_man.py [FOLDER]     writes into FOLDER (default: man/ of this checkout)

Everything about commands comes from their declarations.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import vsh  # noqa: E402 - the checkout's own
from vsh.cli import help as texts  # noqa: E402
from vsh.cli import parse  # noqa: E402
from vsh.cli.session import formats  # noqa: E402
from vsh.cli.version import COMPATIBLE  # noqa: E402


def roff(text: str) -> str:
    """Plain text as roff: backslashes, hyphens and leading dots made safe."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\n".join("\\&" + line if line[:1] == "." else line for line in safe.split("\n"))


def released() -> str:
    """The date of the newest entry of the changelog, or "" for one that is not released."""
    for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## ["):
            return line.rpartition(" - ")[2] if " - " in line else ""
    return ""


def command_section(name: str) -> str:
    """One command: its synopsis, what it does, its options."""
    command = parse.find(name)
    assert command is not None
    usage = roff(texts.synopsis(command, extras=True))
    text = f".SS {roff(command.name)}\n.nh\n.ad l\n.B {usage}\n.hy\n.ad b\n.PP\n"
    text += roff(command.help) + "\n"
    if command.description:
        text += ".PP\n" + roff(command.description) + "\n"
    for option in (*command.options, *command.extras.values()):
        label = f"--{option.name}"
        if option.kind is not None:
            label += f" <{option.kind.word}>"
        text += f".TP\n.B {roff(label)}\n{roff(option.help)}.\n"
    return text


def group_page(group: str) -> str:
    """The page of one group of commands."""
    title = texts.title(group)
    text = (
        f'.TH VSH\\-{group.upper()} 1 "{released()}" "vsh {vsh.__version__}" "User Commands"\n'
        f".SH NAME\nvsh\\-{group} \\- the commands of vsh's group {roff(title)}\n"
        f'.SH SYNOPSIS\n.B vsh\n.RI [ options ]... " " command " " [ argument ]...\n'
        f".SH COMMANDS\n"
    )
    for name in parse.names(group):
        command = parse.find(name)
        if command is not None and command.name == name and not command.hidden:
            text += command_section(name)
    return text + ".SH SEE ALSO\n.BR vsh (1)\n"


def pages() -> dict[str, str]:
    """Every page: file name to text."""
    groups = parse.groups()
    frame = (ROOT / "scripts" / "vsh.1.in").read_text(encoding="utf-8")
    values = {
        "DATE": released(),
        "VERSION": vsh.__version__,
        "COMPATIBLE": COMPATIBLE,
        "FORMATS": ", ".join(formats()),
        "PAGES": "\n".join(f"vsh\\-{group}(1)  {roff(texts.title(group))}" for group in groups),
        "SEEALSO": ",\n".join(f".BR vsh\\-{group} (1)" for group in groups),
    }
    for key, value in values.items():
        frame = frame.replace(f"@{key}@", value)
    found = {"vsh.1": frame.replace(",\n.BR", " ,\n.BR")}
    found.update({f"vsh-{group}.1": group_page(group) for group in groups})
    return found


def main() -> int:
    """Write the pages; returns the exit status."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "man"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"{len(pages())} pages in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
