#!/usr/bin/env python3
"""Write the man pages: man/man1/vsh.1 from its frame (scripts/vsh.1.in), one page for each group of
commands, and vsh.toml(5).

    scripts/gen_man.py [FOLDER]     writes into FOLDER (default: man/ of this checkout)

Everything about commands and settings comes from their declarations; what a group's commands have
in common is explained by docs/topics/GROUP.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import vsh  # noqa: E402 - the checkout's own
from vsh.cli import help as texts  # noqa: E402
from vsh.cli import parse  # noqa: E402
from vsh.cli.metavars import metavar  # noqa: E402
from vsh.cli.settings import SETTINGS  # noqa: E402
from vsh.cli.version import COMPATIBLE  # noqa: E402
from vsh.output import formats  # noqa: E402


def roff(text: str) -> str:
    """Plain text as roff: backslashes, hyphens and leading dots made safe."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\n".join("\\&" + line if line[:1] == "." else line for line in safe.split("\n"))


UNRELEASED = "2026-11-27"
"""The date of pages that belong to no release yet."""


def released() -> str:
    """The date of the newest entry of the changelog."""
    for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## ["):
            return line.rpartition(" - ")[2] if " - " in line else UNRELEASED
    return UNRELEASED


def topics(group: str) -> str:
    """What docs/topics has about a group, as sections."""
    path = ROOT / "docs" / "topics" / f"{group}.md"
    if not path.exists():
        return ""
    text = ""
    for part in path.read_text(encoding="utf-8").strip().split("\n\n"):
        if part.startswith("## "):
            text += f".SH {roff(part[3:].upper())}\n"
        elif part.startswith("- "):
            for line in part.split("\n"):
                word, _, meaning = line.removeprefix("- ").partition(": ")
                text += f".TP\n.B {marked(word)}\n{marked(meaning)}\n"
        else:
            text += f".PP\n{marked(part)}\n"
    return text


def marked(text: str) -> str:
    """Text with words in backquotes, as roff: those are bold."""
    parts = roff(text).replace("\n", " ").split("`")
    shown = "".join(f"\\fB{part}\\fR" if number % 2 else part for number, part in enumerate(parts))
    return "\\&" + shown if shown[:1] in ".'" else shown


def settings_page() -> str:
    """vsh.toml(5): every setting."""
    text = (
        f'.TH VSH.TOML 5 "{released()}" "vsh {vsh.__version__}" "File Formats"\n'
        ".SH NAME\nvsh.toml \\- settings of vsh\n"
        ".SH SYNOPSIS\n.I $XDG_CONFIG_HOME/vsh/config.toml\n"
        ".SH DESCRIPTION\nThe file says once and for all what\n.B vsh\n"
        "would otherwise be told each time. It is TOML: a name, an equals sign, a value; texts in\n"
        "quotes. An unknown name or a wrong value is an error before anything is done. Under the\n"
        "name\n.B virsh\nthe file is not read.\n.PP\n"
        "The environment goes before the file,\n.B set\nat the prompt before both, and options\n"
        "of the command line before all.\n.B vsh set\nshows what holds, and where it was chosen.\n"
        ".SH SETTINGS\n"
    )
    for each in SETTINGS:
        default = each.unset or (
            str(each.default).lower() if isinstance(each.default, bool) else each.default or "none"
        )
        text += f".TP\n.B {roff(each.name)}\n{roff(each.help[0].upper() + each.help[1:])}.\n"
        text += f"Takes {roff(each.kind)}; the default is {roff(str(default))}.\n"
        if each.variable:
            text += f"The environment's name for it is {roff(each.variable)}.\n"
    text += (
        ".SH PROMPT\nIn\n.B prompt\nthese stand for what they say:\n{driver} (system, session,\n"
        "test, lxc ...), {host}, {uri}, and {mark}, which is # or,\n"
        "where only looking is allowed, >.\n"
        ".SH HOSTS\nA name of\n.B hosts\nstands for its URI in vsh -c NAME, connect NAME and\n"
        "migrate DOMAIN NAME. Tab offers these names, those of libvirt.conf's uri_aliases, and\n"
        "where the prompt was connected to lately.\n"
        ".SH COLUMNS\n.B columns\nhas the name of a command that lists and the keys that people\n"
        "are shown, in this order; the keys are those of the command in JSON (vsh schema list),\n"
        "with or without their unit: memory for memory_bytes. --columns goes before it.\n"
        ".SH EXAMPLE\n.nf\n" + roff(SETTINGS_EXAMPLE) + "\n.fi\n"
        ".SH SEE ALSO\n.BR vsh (1)\n"
    )
    return text


SETTINGS_EXAMPLE = '''\
format = "table"
pager = "less -RFX"
prompt = "{driver}@{host} {mark} "
editing_mode = "vi"
confirm = "terminal"
escape = "^]"
columns.list = ["name", "state", "memory", "ip", "up"]

[hosts]
kvm7 = "qemu+ssh://kvm7/system"

[aliases]
up = "start {1}; domstate {1}"
running = "list --state-running"'''
"""Shown in the page, and read by a test."""


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
            label += f" {metavar(option)}"
        text += f".TP\n.B {roff(label)}\n{roff(option.help)}.\n"
    if command.examples:
        text += ".PP\nExamples:\n.PP\n.RS 4\n.nf\n"
        for line, meaning in command.examples:
            text += roff(f"# {meaning}") + "\n" + roff(line) + "\n"
        text += ".fi\n.RE\n"
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
    return text + topics(group) + ".SH SEE ALSO\n.BR vsh (1)\n"


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
    found["vsh.toml.5"] = settings_page()
    return found


def main() -> int:
    """Write the pages; returns the exit status."""
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    found = pages()
    for name, text in found.items():
        folder = given or ROOT / "man" / f"man{name[-1]}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    print(f"{len(found)} pages in {given or ROOT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
