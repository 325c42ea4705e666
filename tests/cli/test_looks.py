"""Output options after the command, and what is meant where a word is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[int, str, str]]

URI = "test:///default"


@pytest.mark.parametrize(
    "words",
    [("list", "--format", "json"), ("list", "--format=json"), ("-o", "json", "list")],
    ids=" ".join,
)
def test_the_format_may_stand_before_or_after(run: Run, words: tuple[str, ...]) -> None:
    status, out, _ = run("-c", URI, *words)
    assert status == 0
    assert json.loads(out)[0]["name"] == "test"


def test_it_is_the_one_commands_alone(run: Run) -> None:
    _, out, _ = run("-c", URI, "list --name --format json; domid test")
    assert out.endswith("1\n\n")
    assert '"name": "test"' in out


def test_columns_sort_and_headings(run: Run) -> None:
    _, out, _ = run("-c", URI, "list", "--columns", "name", "--no-header", "--sort=name")
    assert out == " test\n\n"


def test_a_commands_own_option_goes_first(run: Run) -> None:
    status, _, err = run("-c", URI, "dump", "test", "f", "--memory-only", "--format", "json")
    assert status == 1
    assert "json" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("list", "--format", "nope"), "unknown output format 'nope'"),
        (("list", "--format"), "expected syntax: --format <string>"),
        (("list", "--no-header=1"), "invalid '=' after option --no-header"),
    ],
)
def test_refusals(run: Run, words: tuple[str, ...], message: str) -> None:
    status, out, err = run("-c", URI, *words)
    assert (status, out.strip()) == (1, "")
    assert message in err


def test_the_drop_in_takes_none_of_it(run: Run) -> None:
    status, _, err = run("-c", URI, "list", "--format", "json", program="virsh")
    assert status == 1
    assert "command 'list' doesn't support option --format" in err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("list", "--al"), "did you mean --all?"),
        (("--fromat=json", "list"), "did you mean --format?"),
        (("start", "tets"), "did you mean 'test'?"),
        (("net-info", "defualt"), "did you mean 'default'?"),
        (("lisst",), "did you mean 'list'?"),
        (("domstate", "zzz"), "see 'list --all' for what there is"),
    ],
)
def test_what_is_meant(run: Run, words: tuple[str, ...], hint: str) -> None:
    _, _, err = run("-c", URI, *words, env={"VSH_FORMAT": "table"})
    assert hint in err


def test_scripts_pay_for_no_hint(run: Run) -> None:
    """A wrong name costs a script no further call."""
    _, _, err = run("-c", URI, "domstate", "tets")
    assert err == "error: failed to get domain 'tets'\n"
    _, _, json_error = run("-o", "json", "-c", URI, "domstate", "tets")
    assert json.loads(json_error)["error"]["hint"] == "see 'list --all' for what there is"


def test_a_redefinition_without_its_document_is_one_line(run: Run) -> None:
    _, _, err = run("-o", "table", "-c", URI, "snapshot-create", "test", "--redefine")
    assert err.startswith("error: --redefine needs FILE: the document that snapshot-dumpxml gave\n")
    assert err.count("error:") == 1


def test_what_there_is_not_is_said_to_people_and_programs(run: Run) -> None:
    for words in (("domthrottlegroupinfo", "test", "g"), ("ttyconsole", "test")):
        status, out, err = run("-c", URI, *words)
        assert "error" not in err, "as virsh"
        status, out, err = run("-o", "json", "-c", URI, *words)
        assert (status, out) == (1, "")
        assert "has no group 'g'" in err or "is no terminal of the host" in err


def test_figures_that_there_are_not(run: Run) -> None:
    _, out, _ = run("-o", "table", "-c", URI, "nodecpustats", "--percent")
    assert "nan" not in out


def test_the_version_is_ours_too_for_people(run: Run) -> None:
    import vsh

    _, out, _ = run("-o", "table", "--version")
    assert out == f"vsh {vsh.__version__} (virsh 12.8.0)\n"
    _, out, _ = run("--version")
    assert out == "12.8.0\n"


def test_the_short_form_stands_after_the_command_too(run: Run) -> None:
    whole = run("-o", "json", "-c", URI, "list").out
    assert run("-c", URI, "list", "-o", "json").out == whole
    assert run("-c", URI, "list -o json --all").out == whole
    assert run("-c", URI, "domid", "-o", "ndjson", "test").out == (
        '{"command": "domid", "result": {"id": "1"}}\n'
    )
    assert run("-c", URI, "echo", "-o", "json").out == "-o json\n", "a text is not looked into"
    assert "unexpected data '-o'" in run("-c", URI, "list", "-o", "json", program="virsh").err
