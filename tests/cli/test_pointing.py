"""Errors show the word of the line, or the line of the document, that they are about: to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vsh.output.paint import Paint
from vsh.output.place import Place
from vsh.output.table import width

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Result
    from terminal import Terminal

    Run = Callable[..., Result]

PEOPLE = ("--format", "table", "-c", "test:///default")


def place(run: Run, *line: str, args: tuple[str, ...] = PEOPLE) -> list[str]:
    """The lines of an error from its place on."""
    lines = run(*args, *line).err.splitlines()
    start = next((number for number, row in enumerate(lines) if row.startswith("where: ")), None)
    return [] if start is None else lines[start:]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("list --al", ["list --al", "     ^^^^", "hint: did you mean --all?"]),
        ("start tset", ["start tset", "      ^^^^", "hint: did you mean 'test'?"]),
        ("nosuch", ["nosuch", "^^^^^^", "hint: see 'help' for the commands"]),
        ("start", ["start", "      ^", "hint: see 'help start'"]),
        ("dominfo test extra", ["dominfo test extra", "             ^^^^^"]),
        ("setmem --size=9z test", ["setmem --size=9z test", "              ^^"]),
        ("list --table --name", ["list --table --name", "     ^^^^^^^"]),
        (
            "net-info defalt",
            ["net-info defalt", "         ^^^^^^", "hint: did you mean 'default'?"],
        ),
        (
            "domif-setlink test 'a b' up",
            ["domif-setlink test 'a b' up", "                   ^^^^^"],
        ),
        ("help lst", ["help lst", "     ^^^", "hint: did you mean 'list'?"]),
        ("setvcpus test 1x; list", ["setvcpus test 1x; list", "              ^^"]),
        (
            "domstate te\u009bst mo\u202ere",
            ["domstate te\\xc2\\x9bst mo\ufffdre", " " * 22 + "^^^^^"],
        ),
        ("start n\x1b[31mo", ["start n\\x1b[31mo", "      ^^^^^^^^^^"]),
        ("define nofile.xml", ["define nofile.xml", "       ^^^^^^^^^^"]),
    ],
)
def test_the_word_that_is_meant(run: Run, line: str, shown: list[str]) -> None:
    found = place(run, line)
    assert found[0] == f"where: {shown[0]}"
    assert found[1] == f"       {shown[1]}"
    if len(shown) > 2:
        assert found[2] == shown[2]


def test_which_command_of_a_chain(run: Run) -> None:
    found = place(run, "echo test; domid test; domid tets; echo tets")
    assert found[:2] == [
        "where: echo test; domid test; domid tets; echo tets",
        "                                    ^^^^",
    ]


def test_snapshots_are_meant_too(run: Run) -> None:
    found = place(run, "snapshot-create-as test clean; snapshot-info test claen")
    assert found[1].endswith("^^^^^")
    assert found[2] == "hint: did you mean 'clean'?"


def test_words_of_a_shell_are_one_line(run: Run) -> None:
    assert place(run, "list", "--al", "a b")[:2] == ["where: list --al 'a b'", "            ^^^^"]


def test_a_line_of_a_file_has_its_number(run: Run, tmp_path: Path) -> None:
    (tmp_path / "s.vsh").write_text("echo a\n\nlist --al\n")
    assert place(run, "source s.vsh")[:3] == [
        "where: s.vsh:3",
        "       list --al",
        "            ^^^^",
    ]


DOCUMENT = """<domain type='test'>
  <name>x</name>
  <memory>{memory}</memory>
  <vcpu>{vcpu}</vcpu>
  <os><type>hvm</type></os>
  <on_crash>{crash}</on_crash>
  <devices>
    <disk type='{disk}'><target dev='vda'/></disk>
  </devices>
</domain>
"""


@pytest.mark.parametrize(
    ("wrong", "line", "row", "carets"),
    [
        ({"memory": "lots"}, 3, "<memory>lots</memory>", "        ^^^^"),
        ({"vcpu": "two"}, 4, "<vcpu>two</vcpu>", "^" * 16),
        ({"crash": "explode"}, 6, "<on_crash>explode</on_crash>", "          ^^^^^^^"),
        ({"disk": "stone"}, 8, "<disk type='stone'><target dev='vda'/></disk>", " " * 12 + "^^^^^"),
    ],
)
def test_the_line_of_a_document(
    run: Run, tmp_path: Path, wrong: dict[str, str], line: int, row: str, carets: str
) -> None:
    right = {"memory": "4096", "vcpu": "1", "crash": "destroy", "disk": "file"}
    (tmp_path / "x.xml").write_text(DOCUMENT.format(**right | wrong))
    assert place(run, "define x.xml")[:3] == [
        f"where: x.xml:{line}",
        f"       {row}",
        f"       {carets}",
    ]


def test_the_lines_of_what_breaks_rules(run: Run, tmp_path: Path) -> None:
    (tmp_path / "s.xml").write_text(
        "<domainsnapshot>\n  <name>x</name>\n  <stat>running</stat>\n</domainsnapshot>\n"
    )
    err = run(*PEOPLE, "snapshot-create test s.xml --redefine").err
    assert err.count("\n      <domainsnapshot>\n") == 1
    assert "    did you mean 'state'?\n      <stat>running</stat>\n" in err


def test_scripts_see_what_they_saw(run: Run) -> None:
    assert place(run, "list --al", args=("-c", "test:///default")) == []


def test_at_the_prompt(terminal: Callable[..., Terminal]) -> None:
    screen = terminal("-c", "test:///default").prompt()
    screen.enter("domstate tset").wait("where: domstate tset\n                ^^^^\nhint: did you")
    screen.prompt().enter("define <<EOF").enter("<domain type='test'><name>a</name>").enter(
        "<memory>many</memory><os><type>hvm</type></os></domain>"
    ).enter("EOF").wait("</os></domain>\n               ^^^^\n")


def test_a_long_line_is_cut_around_the_part() -> None:
    row = "x" * 200 + " wrong " + "y" * 200
    shown = Place(row, 201, 206).drawn(Paint(on=False), 60, width).splitlines()
    assert all(len(line) < 60 for line in shown)
    at = shown[1].index("^")
    assert shown[0][at : at + 5] == "wrong"
    assert shown[1].count("^") == 5


def test_wide_letters_take_two_columns() -> None:
    shown = Place("start 日本 tset", 9, 13).drawn(Paint(on=False), 80, width).splitlines()
    assert shown[1].index("^") == len("where: ") + width("start 日本 ")
