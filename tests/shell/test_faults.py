"""What people stumbled over, by its number, each right on a real terminal.

``FAULTS`` says which test has which number; where it is in another file, that test is on a terminal
(or a shell of its own), too.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from private_libvirtd import PrivateLibvirtd
    from terminal import Terminal

    Start = Callable[..., Terminal]

URI = "test:///default"
PLAIN = {"PAGER": "cat"}
TESTS = Path(__file__).parent.parent

FAULTS = {
    1: ("output/test_table", "test_xml_is_readable_on_any_ground"),
    2: ("test_completions", "test_a_chain_in_quotes_goes_on"),
    3: ("test_completions", "test_files_only_where_they_belong"),
    4: ("shell/test_prompt", "test_the_menu_has_a_column_of_twelve_rows_with_descriptions"),
    5: ("shell/test_prompt", "test_tab_offers_objects_with_their_state"),
    6: ("shell/test_prompt", "test_ctrl_c_clears_the_line_and_twice_says_how_to_leave"),
    7: ("api/test_signatures", "test_what_a_checker_makes_of_a_program"),
    8: ("shell/test_faults", "test_the_library_can_be_discovered"),
    9: ("shell/test_faults", "test_a_wrong_address_of_a_migration_keeps_the_session"),
    10: ("shell/test_prompt", "test_a_dumb_terminal_gets_text_and_nothing_else"),
    11: ("shell/test_prompt", "test_no_color_is_obeyed_by_the_prompt"),
    12: ("shell/test_prompt", "test_vi_keys"),
    13: ("shell/test_prompt", "test_a_command_over_several_lines_comes_back_whole"),
    14: ("shell/test_prompt", "test_an_open_quote_goes_on_on_the_next_line"),
    15: ("shell/test_faults", "test_help_says_what_a_value_is"),
    16: ("cli/test_pages", "test_the_short_help_is_a_page"),
    17: ("test_completions", "test_top_level_options_and_their_values"),
    18: ("shell/test_faults", "test_completion_is_turned_on_by_what_the_readme_says"),
    19: ("shell/test_faults", "test_the_format_after_the_command"),
    20: ("shell/test_faults", "test_yaml_is_there_by_itself"),
    21: ("shell/test_faults", "test_what_is_meant"),
    22: ("shell/test_faults", "test_a_redefinition_without_its_document_is_one_line"),
    23: ("shell/test_prompt", "test_ways_on_where_nothing_answers"),
    24: ("shell/test_faults", "test_the_version_is_our_own"),
    25: ("output/test_table", "test_names_are_never_cut_or_folded"),
    26: ("output/test_table", "test_documents_stand_apart_and_titles_to_the_left"),
    27: ("output/test_table", "test_a_lost_connection_is_good_news_when_it_is_back"),
    28: ("shell/test_faults", "test_no_figure_is_no_number"),
    29: ("shell/test_faults", "test_what_is_not_there_is_said"),
    30: ("shell/test_console", "test_the_console_of_a_guest"),
    31: ("shell/test_faults", "test_no_test_needs_a_folder_not_to_be_there"),
}


def test_every_fault_has_its_test() -> None:
    assert sorted(FAULTS) == list(range(1, 32))
    for number, (file, name) in FAULTS.items():
        tree = ast.parse((TESTS / f"{file}.py").read_text())
        found = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        test = next((node for node in found if node.name == name), None)
        assert test is not None, f"{number}: {file} has no {name}"
        if number not in (7, 31):  # a type checker has no terminal, nor has what a test may assume
            given = {argument.arg for argument in test.args.args}
            assert given & {"terminal", "shell"}, f"{number}: {name} is on no terminal"


def test_the_library_can_be_discovered(terminal: Start) -> None:
    screen = terminal("--norc", "-i", program="bash", env={"PS1": "sh> "}, columns=160, rows=50)
    screen.prompt("sh> ").enter(f"{sys.executable} -q").prompt(">>> ")
    screen.enter("import vsh; d = vsh.connect('test:///default').domain('test')").prompt(">>> ")
    screen.enter("{'get_state', 'snapshots', 'suspend', 'edit'} <= set(dir(d))").wait("\nTrue\n")
    screen.enter("import inspect; inspect.signature(d.get_xml_desc)").wait("flags")
    screen.enter("print(inspect.getdoc(d.get_state))").wait("state")
    screen.enter("'connect' in dir(vsh) and 'Domain' in dir(vsh)").wait("\nTrue\n")


@pytest.mark.libvirtd
@pytest.mark.parametrize("address", ["nosuch", "nosuch:///system", "qemu+tcp://127.0.0.1:1/system"])
def test_a_wrong_address_of_a_migration_keeps_the_session(
    terminal: Start, libvirtd: PrivateLibvirtd, tiny_guest: Callable[..., object], address: str
) -> None:
    tiny_guest("stays")
    screen = terminal("-c", libvirtd.uri, columns=150)
    screen.until(lambda t: t.line.endswith("# "), "a prompt")
    screen.enter(f"migrate stays {address}").wait("error: ")
    screen.until(lambda t: t.line.endswith("# "), "the prompt again")
    screen.enter("domstate stays").wait("shut off")
    assert "onnected" not in screen.text.replace("not connected", "")
    assert "(lost)" not in screen.text


@pytest.mark.parametrize("columns", [60, 80])
def test_help_says_what_a_value_is(terminal: Start, columns: int) -> None:
    line = "help attach-disk; help snapshot-create-as"
    screen = terminal("-c", URI, line, columns=columns, rows=200, env=PLAIN)
    assert screen.ended() == 0
    text = screen.text
    for said in ("<bool>", "<str>", "list[str]", "{<domain>}"):
        assert said not in text
    assert "none|writethrough|writeback" in text.replace("\n", "").replace(" ", "")
    assert "--no-metadata" in text
    assert "…" not in text


def test_completion_is_turned_on_by_what_the_readme_says(terminal: Start) -> None:
    readme = (TESTS.parent / "README.md").read_text()
    assert "source <(vsh completion bash)" in readme
    screen = terminal("--norc", "-i", program="bash", env={"PS1": "sh> "})
    screen.prompt("sh> ").enter("source <(vsh completion bash)").prompt("sh> ")
    screen.type(f"vsh -c {URI} domstat\t").until(lambda t: "domstat" in t.line, "the word")
    screen.type("e t\t").until(lambda t: t.line.rstrip().endswith("domstate test"), "the domain")


def test_the_format_after_the_command(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt()
    screen.enter("domstate test --format json").wait('"state": "running"').prompt()
    screen.enter("list -o json").wait('"name": "test"').prompt()
    batch = terminal("-o", "json", "-c", URI, "domstate", "test")
    assert batch.wait('"state": "running"').ended() == 0


def test_yaml_is_there_by_itself(terminal: Start) -> None:
    screen = terminal("--format", "yaml", "-c", URI, "domstate", "test")
    assert screen.wait("state: running").ended() == 0


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("start tets", "'test'"),
        ("list --al", "--all"),
        ("help lst", "'list'"),
        ("snapshto-list test", "'snapshot-list'"),
        ("vol-list defaultpool", "'default-pool'"),
    ],
)
def test_what_is_meant(terminal: Start, line: str, meant: str) -> None:
    screen = terminal("-c", URI).prompt()
    screen.enter(line).wait(f"hint: did you mean {meant}?").prompt()


def test_a_redefinition_without_its_document_is_one_line(terminal: Start) -> None:
    screen = terminal("-c", URI, columns=100).prompt()
    screen.enter("snapshot-create test --redefine")
    screen.wait("error: --redefine needs FILE: the document that snapshot-dumpxml gave").prompt()
    assert screen.text.count("error:") == 1


def test_the_version_is_our_own(terminal: Start) -> None:
    import vsh

    screen = terminal("--version")
    assert screen.wait(f"vsh {vsh.__version__} (virsh 12.8.0)").ended() == 0


def test_no_figure_is_no_number(terminal: Start) -> None:
    screen = terminal("-c", URI, "nodecpustats", "--percent")
    assert screen.ended() == 0
    assert "nan" not in screen.text
    assert screen.text.split()[-1] == "-"


def test_what_is_not_there_is_said(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt()
    screen.enter("domthrottlegroupinfo test g").wait("has no group 'g'").prompt()
    screen.enter("ttyconsole test").wait("is no terminal of the host").prompt()


def test_no_test_needs_a_folder_not_to_be_there() -> None:
    """On some systems the home of nobody is there; below /proc nobody can make anything."""
    name = "/nonexistent"
    for file in TESTS.rglob("*.py"):
        text = file.read_text(encoding="utf-8").replace(f"/proc{name}", "")
        assert name not in text or file.name == "test_faults.py", file
