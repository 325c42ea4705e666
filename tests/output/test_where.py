"""--where, --template, --columns and ndjson, on listings and on documents of fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vsh.errors import CommandError
from vsh.output.where import parse, scaled

if TYPE_CHECKING:
    from collections.abc import Callable

ROW: dict[str, Any] = {
    "id": "12",
    "name": "web1",
    "state": "shut off",
    "memory_bytes": 8 << 30,
    "autostart": False,
    "title": None,
    "balloon": {"current_bytes": 1024},
    "targets": ["vda", "vdb"],
}


@pytest.mark.parametrize(
    ("expression", "met"),
    [
        ("name = web1", True),
        ("name == 'web*'", True),
        ("name != web?", False),
        ("name in (db1, web1)", True),
        ("name not in (db1, web1)", False),
        ("state = 'shut off' and memory > 4G", True),
        ("memory > 8G", False),
        ("memory >= 8GiB", True),
        ("memory < 9GB", True),
        ("not autostart", True),
        ("autostart = no", True),
        ("autostart = true", False),
        ("title = null", True),
        ("title", False),
        ("id > 9", True),
        ("balloon.current <= 1K", True),
        ("targets = vdb", True),
        ("name = a or name = b or name = web1", True),
        ("name = web1 or name = b and name = c", True),
        ("(name = web1 or name = b) and name = c", False),
        ("not (name = web1)", False),
        ("NAME = web1 or name = web1", None),
    ],
)
def test_expressions(expression: str, met: bool | None) -> None:
    if met is None:
        with pytest.raises(CommandError, match="no key 'NAME'"):
            parse(expression)(ROW)
    else:
        assert parse(expression)(ROW) is met


@pytest.mark.parametrize(
    "expression",
    ["", "name =", "= web1", "(name = a", "name = a)", "name in a", "name in (a", "a = 'b", "a b"],
)
def test_what_is_no_expression_is_an_error_with_its_place(expression: str) -> None:
    with pytest.raises(CommandError, match="at character"):
        parse(expression)


UUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"


def test_brackets_without_end_are_refused() -> None:
    with pytest.raises(CommandError, match="too many brackets"):
        parse("(" * 10000 + "a" + ")" * 10000)


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("4G", 4 << 30),
        ("4GiB", 4 << 30),
        ("4GB", 4 * 10**9),
        ("1.5K", 1536),
        ("7", 7),
        ("-1", -1),
        ("abc", None),
        ("1_000", None),
        ("nan", None),
        ("G", None),
        ("", None),
    ],
)
def test_sizes(word: str, number: float | None) -> None:
    assert scaled(word) == number


WORLD = ("-c", "test:///default")


@pytest.mark.parametrize("format", ["plain", "csv", "json", "yaml", "ndjson"])
def test_every_format_shows_what_is_wanted(run: Callable[..., Any], format: str) -> None:
    line = ("list", "--all", "--where", "name = test")
    kept = run(*WORLD, "-o", format, *line)
    assert kept.status == 0
    assert "test" in kept.out
    left = run(*WORLD, "-o", format, "list", "--all", "--where", "name != test")
    assert left.status == 0
    assert "test" not in left.out


def test_templates(run: Callable[..., Any]) -> None:
    line = ("list", "--template", "{name}: {state}, {memory} {{x}}")
    assert run(*WORLD, *line).out == "test: running, 2147483648 {x}\n"
    assert run(*WORLD, "dominfo", "test", "--template", "{uuid}").out.count("-") == 4
    wrong = run(*WORLD, "list", "--template", "{nme}")
    assert wrong.status == 1
    assert "no key 'nme'" in wrong.err


def test_columns_of_fields(run: Callable[..., Any]) -> None:
    line = ("dominfo", "test", "--columns", "state,name")
    assert json.loads(run(*WORLD, "-o", "json", *line).out) == {"state": "running", "name": "test"}
    wrong = run(*WORLD, "dominfo", "test", "--columns", "sate")
    assert wrong.status == 1
    assert "no column 'sate'" in wrong.err


def test_ndjson_has_a_line_for_each_result(run: Callable[..., Any]) -> None:
    chain = "domuuid test; setmem test 1G; domstate nosuch; domid test"
    done = run(*WORLD, "-o", "ndjson", chain)
    assert [json.loads(line) for line in done.out.splitlines()] == [
        {"command": "domuuid", "result": {"uuid": UUID}},
        {"command": "setmem", "result": {"done": True, "message": None, "domain": "test"}},
        {"command": "domid", "result": {"id": "1"}},
    ]
    error = json.loads(done.err)
    assert error["command"] == "domstate"
    assert error["error"]["name"] == "NO_DOMAIN"


def test_a_chain_in_json_is_one_document(run: Callable[..., Any]) -> None:
    done = run(*WORLD, "-o", "json", "domuuid test; setmem test 1G; domid test")
    result = {"done": True, "message": None, "domain": "test"}
    assert json.loads(done.out) == [{"uuid": UUID}, result, {"id": "1"}]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--where=(", "--where: a key is missing, at character 2 of '('"),
        ("--template={", "--template: '{' is not closed"),
        ("--columns=,", "Invalid value for option --columns"),
        ("--sort=", "Invalid value for option --sort"),
        ("--format=yml", "unknown output format 'yml'"),
    ],
)
def test_what_nothing_could_be_shown_by_is_refused_before_the_deed(
    run: Any, option: str, said: str
) -> None:
    line = "suspend test"
    for words in ([option, line], [f"{line} {option}"], [f"{line}; domstate test {option}"]):
        result = run("-c", "test:///default", *words)
        assert (result.status, result.out) == (1, "")
        assert result.err.startswith(f"error: {said}"), result.err


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("autostart = maybe", "'maybe' is neither true nor false, and autostart is one"),
        ("autostart != 1", "'1' is neither true nor false, and autostart is one"),
        ("memory = lots", "'lots' is no number, and memory is one"),
        ("memory not in (4Q, 8G)", "'4Q' is no number, and memory is one"),
    ],
)
def test_a_word_that_no_value_could_be(expression: str, said: str) -> None:
    """It would be an empty listing that looks like an answer."""
    with pytest.raises(CommandError, match=said):
        parse(expression)(ROW)


@pytest.mark.parametrize("key", ["autostart", "memory", "state"])
def test_nothing_is_never_a_value(key: str) -> None:
    assert not parse(f"{key} = null")(ROW)
    assert parse(f"{key} != null")(ROW)
