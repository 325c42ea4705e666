#!/usr/bin/env python3
"""Write the parts of the documentation site that come from declarations.

docs/commands/GROUP.md has every command of a group with its options, examples and what it tells
programs, docs/keys.md the dictionary of keys, docs/reference/KIND.md every property and call of the
library's objects, docs/settings.md every setting.

    scripts/gen_docs.py [FOLDER]    writes into FOLDER (default: docs/ of this checkout)

The rest of docs/ is written by hand; mkdocs.yml puts all of it together: pip install '.[docs]' and
mkdocs serve.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vsh.api import collection, listening, pipeline, stream  # noqa: E402 - the checkout's own
from vsh.api._call import Call  # noqa: E402
from vsh.api.kinds import KINDS, kind  # noqa: E402
from vsh.cli import help as texts  # noqa: E402
from vsh.cli import parse  # noqa: E402
from vsh.cli.metavars import metavar  # noqa: E402
from vsh.cli.settings import SETTINGS  # noqa: E402
from vsh.cli.told import Told, told  # noqa: E402
from vsh.output.keys import KEYS  # noqa: E402

HIDDEN = ("called", "fields", "join", "kind", "limits", "themes")
"""What objects have for the house alone."""


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
    return text + told_part(told(command))


def told_part(forms: list[Told]) -> str:
    """What a command gives to programs; ``vsh schema`` has it as JSON Schema."""
    if not forms:
        return ""
    lines = []
    for form in forms:
        keys = ", ".join(
            f"[`{key}`](../keys.md#{key})" + ("" if always else "?")
            for key, always in form.keys.items()
        )
        lines.append(f"{'a list, of each' if form.rows else 'an object'}: {keys}")
    return "For programs (`--format json`): " + ";\nor ".join(lines) + ".\n\n"


def keys_page() -> str:
    """The dictionary of keys."""
    text = (
        "# Keys\n\nWhat documents for programs (`json`, `yaml`, `csv`, `ndjson`) may say: one name "
        "for one thing, with one type and one unit, whatever the command. What is absent is null. "
        "A `?` after a key, in the pages of the commands, says that it may be left out. "
        "`vsh schema COMMAND` prints the same as JSON Schema 2020-12.\n\n"
        "| key | type | unit | meaning |\n|---|---|---|---|\n"
    )
    for name, key in KEYS.items():
        of = f" of {', '.join(key.of)}" if key.of else ""
        text += (
            f'| <a id="{name}"></a>`{name}` | {key.types[0]}{of} | {key.unit} | '
            f"{cell(key.meaning)} |\n"
        )
    return text


def reference_page(cls: type, title: str) -> str:
    """Every property, method and call of a class."""
    text = f"# {title}\n\n{paragraphs(inspect.getdoc(cls))}\n\n"
    members = {
        name: inspect.getattr_static(cls, name)
        for name in dir(cls)
        if not name.startswith("_") and name not in HIDDEN
    }
    fields = [name for name in getattr(cls, "fields", ()) if isinstance(name, str)]
    if fields:
        text += f"Fields: {', '.join(map(code, fields))}.\n\n"
    properties = {name: each for name, each in members.items() if isinstance(each, property)}
    methods = {name: each for name, each in members.items() if inspect.isfunction(each)}
    calls = {name: each for name, each in members.items() if isinstance(each, Call)}
    for head, found in (("Properties", properties), ("Methods", methods), ("Calls", calls)):
        if not found:
            continue
        text += f"## {head}\n\n"
        for name, each in found.items():
            text += f"### `{signature_of(name, each)}`\n\n{paragraphs(inspect.getdoc(each))}\n\n"
            if isinstance(each, Call):
                text += f"libvirt: `{each.api}`\n\n"
    return text.rstrip("\n") + "\n"


def signature_of(name: str, member: object) -> str:
    """A property with its type, a method or call with its parameters."""
    if isinstance(member, property):
        return f"{name}: {inspect.signature(member.fget).return_annotation}"  # type: ignore[arg-type]
    whole = inspect.signature(member)  # type: ignore[arg-type]
    bare = whole.replace(parameters=list(whole.parameters.values())[1:])
    return f"{name}{bare}".replace("'", "")


def paragraphs(text: str | None) -> str:
    """A docstring as Markdown: what is set in below the first line stays as it is."""
    parts = []
    for part in (text or "").split("\n\n"):
        lines = part.split("\n")
        if all(line.startswith("    ") for line in lines if line):
            parts.append("```python\n" + "\n".join(line[4:] for line in lines) + "\n```")
        elif len(lines) > 1 and any("  " in line.strip() for line in lines):
            parts.append("```text\n" + part + "\n```")
        else:
            parts.append(part.replace("``", "`").replace("<", "&lt;"))
    return "\n\n".join(parts)


def reference_pages() -> dict[str, str]:
    """A page for each kind of object, and one for what they have in common."""
    found = {}
    for name in KINDS:
        if name != "Stream":
            place = KINDS[name].rpartition(".")[2]
            found[f"reference/{place}.md"] = reference_page(kind(name), name)
    shared = [
        value
        for value in vars(collection).values()
        if isinstance(value, type) and value.__module__ == collection.__name__
    ]
    shared += [listening.Watch, pipeline.Pipeline, pipeline.Answer, stream.Stream]
    pages = [reference_page(each, each.__name__).replace("\n## ", "\n### ") for each in shared]
    found["reference/others.md"] = "# Collections, watches, pipelines, streams\n\n" + "\n".join(
        page.replace("# ", "## ", 1) for page in pages
    )
    return found


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
    found["keys.md"] = keys_page()
    return found | reference_pages()


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
