"""Every declaration keeps the rules: of commands, of their options, of drivers' methods."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vsh.api._call import Object
from vsh.api.table import calls
from vsh.cli import parse
from vsh.cli.help import commands
from vsh.cli.params import Kind
from vsh.cli.selftest import problems, without_completer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.cli.command import Command

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT.parent / "shared" / "reference" / "commands.json"

# Values that no program can propose, by what they are; every other option has a completer.
FREE = {
    "an expression": "xpath",
    "a name or text of the user's choice": """
        name new-name dname key prefix string new-desc description serial wwn alias user event
        targetname devname driver bridge title
    """,
    "a number or a list of numbers": """
        cpulist vcpulist nodeset pid pass-fds iothread inbound outbound device-weights
        device-read-iops-sec device-write-iops-sec device-read-bytes-sec device-write-bytes-sec
    """,
    "a secret": "password",
    "an address or name out there": """
        uri desturi migrateuri graphicsuri listen-address disks-uri tls-destination mac address
        source-host-name source-host adapter-name adapter-parent adapter-parent-wwnn
        adapter-parent-wwpn adapter-parent-fabric-wwn adapter-wwnn adapter-wwpn source-initiator
        source-protocol-ver
    """,
    "a small language of its own": "cmd set diskspec memspec reparent",
    "known to the other side only": """
        target source source-path source-dev source-name source-format format auth-type
        auth-username secret-usage secret-uuid group-name machine backing-vol backing-vol-format
    """,
}
ALLOWED = {word for words in FREE.values() for word in words.split()}


def test_the_commands_rules() -> None:
    assert problems() == []


def test_every_value_completes_or_cannot() -> None:
    missing = {line.partition(": ")[2] for line in without_completer()}
    assert missing - ALLOWED == set(), "give these a completer, or say in FREE why there is none"


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.name)
def test_texts(command: Command) -> None:
    """Help is a sentence; an option's help begins small, has no full stop; nothing is a stub."""
    assert re.fullmatch(r"[A-Z].*\.?", command.help), command.help
    assert "TODO" not in command.help + (command.description or "")
    assert len(command.help) <= 92
    for option in command.options:
        assert not option.help.replace("...", "").endswith("."), option.name
        assert "TODO" not in option.help
        first = option.help.split()[0]
        assert not (first[:1].isupper() and first[1:].islower()), option.name


@pytest.fixture(scope="module")
def reference() -> dict[str, dict[str, Any]]:
    """The commands as virsh 12.8.0 has them, by name."""
    if not REFERENCE.is_file():
        pytest.skip(f"no list of virsh's commands at {REFERENCE}")
    listed = json.loads(REFERENCE.read_text())["commands"]
    return {entry["name"]: entry for entry in listed}


def test_every_command_is_there(reference: dict[str, dict[str, Any]]) -> None:
    ours = {command.name: command.group for command in commands()}
    assert {name: entry["group"] for name, entry in reference.items()}.items() <= ours.items()


def _differences(command: Command, entry: dict[str, Any]) -> Iterator[str]:
    theirs = [option["name"] for option in entry["options"]]
    ours = [option.name for option in command.options]
    if ours != theirs:
        yield f"options are {ours}, in virsh {theirs}"
        return
    for option, wanted in zip(command.options, entry["options"], strict=True):
        kind = "flag" if option.kind is None else option.kind.word
        if kind != wanted["kind"]:
            yield f"--{option.name} is a {kind}, in virsh a {wanted['kind']}"
        # a flag before <cmd>... is listed as repeating: an artefact of how the list was made
        names = ("positional", "required", *(() if kind == "flag" else ("repeats",)))
        for name in names:
            if bool(getattr(option, name)) != wanted[name]:
                yield f"--{option.name}: {name} is {getattr(option, name)}"


def test_what_virsh_has_not_is_marked(reference: dict[str, dict[str, Any]]) -> None:
    """A command of vsh's own is unknown under the name virsh."""
    extra = {command.name for command in commands() if command.extra}
    shown = {command.name for command in commands() if not command.hidden}
    assert extra == shown - reference.keys()


def test_options_as_in_virsh(reference: dict[str, dict[str, Any]]) -> None:
    found = []
    for name, entry in reference.items():
        command = parse.find(name)
        assert command is not None, name
        found += [f"{name}: {text}" for text in _differences(command, entry)]
    assert found == []


def test_kinds_refuse_in_words() -> None:
    """Whatever is typed for a number, the answer is a value or an error of ours."""
    from vsh.errors import CommandError, Error

    kinds = {
        id(option.kind): option.kind
        for command in commands()
        for option in command.options
        if isinstance(option.kind, Kind)
    }
    for kind in kinds.values():
        for text in ("", "x", "-1", "0", "1KiB", "9" * 40, "\N{ARABIC-INDIC DIGIT ONE}", "\udcff"):
            try:
                kind.convert(text, "option")
            except (CommandError, Error):
                continue


def test_every_call_belongs_to_an_object() -> None:
    for call in calls().values():
        assert issubclass(call.owner, Object), call
        assert call.stub.__doc__, call
        assert set(call.names) == set(call.stub.__annotations__) - {"return"}, call


def test_every_annotation_compiles() -> None:
    """Each call's values and answer have a form on the wire."""
    from vsh.rpc.codec import wire

    for call in calls().values():
        assert wire(call) is not None, call


def test_every_class_of_errors_is_told_to_type_checkers_and_made() -> None:
    """Written down twice, since making all classes costs a short command too much."""
    import ast

    from vsh import errors

    told = {}
    derived = {}
    for block in ast.parse(Path(errors.__file__).read_text()).body:
        if isinstance(block, ast.If) and block.orelse:
            for statement in block.body:
                if isinstance(statement, ast.ClassDef):
                    base = ast.unparse(statement.bases[0])
                    if base == "Error":
                        (told[statement.name],) = [
                            ast.literal_eval(line.value)
                            for line in statement.body
                            if isinstance(line, ast.Assign)
                        ]
                    else:
                        derived[statement.name] = base
    assert told == errors.KINDS
    assert derived == errors.DERIVED
    for name, code in told.items():
        kind = getattr(errors, name)
        assert (kind.__name__, kind.code) == (name, code)
        assert type(errors.from_wire(code, 0, "text")).__name__ == name
        assert code in errors.NUMBERS
    for name, base in derived.items():
        assert issubclass(getattr(errors, name), getattr(errors, base))
