"""One dictionary of keys: what commands declare and say is in it, in its type and unit."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from stories import STORIES, documents, told

import vsh.commands
from vsh.output.keys import FOREIGN, KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result

COMMANDS = Path(vsh.commands.__file__).parent
SAYING = {"Line", "Done", "Said", "Unset", "Result", "Text", "Outcome", "Counted"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
TYPES = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


def declared(tree: ast.AST) -> Iterator[str]:
    """The keys that a module gives to documents by name."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in SAYING or (name == "add" and len(node.args) == 2):
            yield from (word.arg for word in node.keywords if word.arg)
        place = {"Column": 1, "Lines": 1}.get(name)
        if place is not None and len(node.args) > place:
            key = node.args[place]
            if isinstance(key, ast.Constant):
                yield key.value


# domstats' tables for people have libvirt's own words in their columns
PEOPLE = {COMMANDS / "monitor" / "_figures.py"}


@pytest.mark.parametrize(
    "path", sorted(set(COMMANDS.rglob("*.py")) - PEOPLE), ids=lambda path: path.stem
)
def test_a_declared_key_is_in_the_dictionary(path: Path) -> None:
    unknown = set(declared(ast.parse(path.read_text()))) - KEYS.keys() - {"end", "newline"}
    assert unknown == set()


def fits(key: str, value: Any) -> bool:
    known = KEYS[key]
    if value is None or known.types == ("any",):
        return True
    if isinstance(value, bool):
        return "boolean" in known.types
    if known.unit == "RFC 3339":
        return isinstance(value, str) and bool(MOMENT.fullmatch(value))
    return any(isinstance(value, TYPES[name]) for name in known.types)


def check(value: Any) -> None:
    """Refuse keys that are not in the dictionary, and values that are not what it says."""
    if isinstance(value, list):
        for each in value:
            check(each)
    elif isinstance(value, dict):
        for key, below in value.items():
            assert key in KEYS, f"{key} is not in the dictionary"
            assert fits(key, below), f"{key}: {below!r} is not {KEYS[key].types}"
            if key not in FOREIGN:
                check(below)


@pytest.mark.parametrize("story", STORIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_stories_say_only_keys_of_the_dictionary(
    story: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    seen = 0
    for line, result in told(story, run, tmp_path, "json"):
        for value in documents(result.out):
            seen += 1
            check(value)
        assert "Traceback" not in result.err, line
    assert seen or not any(result.out for _, result in told(story, run, tmp_path, "json")), (
        "a story that says nothing"
    )


def test_the_dictionary_says_what_each_key_means() -> None:
    for name, key in KEYS.items():
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)
        assert key.meaning, name
        assert set(key.types) <= {*TYPES, "any"}, name
        if name.endswith("_bytes"):
            assert (key.types, key.unit) == (("integer",), "bytes"), name
        if name.endswith("_ns"):
            assert (key.types, key.unit) == (("integer",), "ns"), name


def test_nested_statistics_use_the_dictionary() -> None:
    from vsh.commands.monitor._statistics import nested

    flat = {
        "state.state": 5,
        "state.reason": 1,
        "cpu.time": 7,
        "balloon.current": 2,
        "balloon.last-update": 1600000000,
        "vcpu.current": 1,
        "vcpu.0.state": 1,
        "vcpu.0.exits.sum": 9,
        "net.count": 1,
        "net.0.name": "vnet0",
        "net.0.rx.pkts": 3,
        "block.count": 2,
        "block.1.name": "vdb",
        "block.1.rd.bytes": 512,
        "perf.cmt": 4,
        "dirtyrate.megabytes_per_second": 2,
        "vm.remote_tlb_flush.sum": 6,
    }
    found = nested("web1", "6695eb01-f6a4-8304-79aa-97f2502e193f", flat)
    check(found)
    assert json.loads(json.dumps(found)) == {
        "name": "web1",
        "uuid": "6695eb01-f6a4-8304-79aa-97f2502e193f",
        "state": "shut off",
        "reason": "shutdown",
        "cpu_total": {"cpu_time_ns": 7},
        "balloon": {"current_bytes": 2048, "last_update": "2020-09-13T12:26:40Z"},
        "vcpus_current": 1,
        "vcpus": [
            {"index": 0, "state": "running", "counters": [{"name": "exits.sum", "value": 9}]}
        ],
        "interfaces": [{"index": 0, "interface": "vnet0", "received_packets": 3}],
        "blocks": [{"index": 1, "target": "vdb", "read_bytes": 512}],
        "perf": [{"name": "cmt", "value": 4}],
        "dirtyrate": {"bytes_per_second": 2097152},
        "vm": [{"name": "remote_tlb_flush.sum", "value": 6}],
    }
