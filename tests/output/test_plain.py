"""The form that scripts see."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vsh.output.document import Column, Table, Tree
from vsh.output.plain import printable, table, tree, width

CASES = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "extra" / "vshtable.json"


def drawn(heads: list[str], rows: list[list[str]], *, header: bool = True) -> str:
    return table(Table(rows, *(Column(head, head) for head in heads)), header=header)


def test_a_table_is_virshs() -> None:
    assert drawn(["Id", "Name", "State"], [["1", "web10", "running"], ["-", "b", "shut off"]]) == (
        " Id   Name    State\n"
        "------------------------\n"
        " 1    web10   running\n"
        " -    b       shut off\n"
    )


def test_without_headings_columns_are_as_wide_as_their_cells() -> None:
    assert drawn(["Id", "Name"], [["1", "a"]], header=False) == " 1   a\n"


def test_an_empty_table_is_its_headings() -> None:
    assert drawn(["Name"], []) == " Name\n-------\n"


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("名稱", 4), ("e\u0301", 1), ("I\u200bd", 2), ("", 0)]
)
def test_width_in_columns_of_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns


def test_a_name_cannot_move_the_cursor() -> None:
    assert printable("a\x1b[2Jb\n") == "a\\x1b[2Jb\\x0a"
    assert printable("żółw") == "żółw"
    assert printable("a\\x1b") == "a\\x5cx1b"


def test_a_chain_of_thousands_is_drawn() -> None:
    """No tree is too deep: each level is indented by two more."""
    names = [f"s{number}" for number in range(3000)]
    below = dict(zip(names, [[name] for name in names[1:]], strict=False))
    lines = tree(Tree(["s0"], lambda name: below.get(name, []))).split("\n")
    assert lines[0] == "s0"
    assert lines[2] == "  +- s1"
    assert lines[2 * 2999] == " " * (2 + 4 * 2998) + "+- s2999"


def test_recorded_tables() -> None:
    """The formatter's unit cases, where the corpus is beside the checkout."""
    if not CASES.exists():
        pytest.skip(f"{CASES} is not here")
    wrong = [
        case["name"]
        for case in json.loads(CASES.read_text(encoding="utf-8"))
        if drawn(case["columns"], case["rows"], header=case["header"]) != case["expect"]
    ]
    assert wrong == []


def test_a_tree_has_a_bar_to_each_branch_and_a_blank_line_after_a_family() -> None:
    below = {"root": ["a", "b"], "a": ["c"]}
    assert tree(Tree(["root", "other"], lambda name: below.get(name, []))) == (
        "root\n  |\n  +- a\n  |   |\n  |   +- c\n  |     \n  +- b\n    \nother\n\n"
    )


def test_a_locale_without_other_characters_gets_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert drawn(["Name"], [["ż"]]) == " Name\n" + "-" * 11 + "\n \\xff\\xff\n"
