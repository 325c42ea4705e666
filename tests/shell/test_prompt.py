"""vsh's prompt as a person sees it: on a real terminal, its screen read back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from delay_proxy import DelayProxy

import vsh

if TYPE_CHECKING:
    from collections.abc import Callable

    from private_libvirtd import PrivateLibvirtd
    from terminal import Terminal

    Start = Callable[..., Terminal]

URI = "test:///default"
RIGHT = "running · F1 help"


# -- where we are ---------------------------------------------------------------------------------


def test_two_lines_say_where_we_are_and_how_to_go_on(terminal: Start) -> None:
    shown = terminal("-c", URI, columns=100).prompt().screen
    assert shown[0].startswith("vsh 0.")
    assert "test:///default on " in shown[0]
    assert shown[0].endswith("1 of 1 domain running")
    assert shown[1].startswith("Tab completes, F1 explains, Ctrl-D leaves. Try: list --all, start,")


def test_the_prompt_says_that_it_only_looks(terminal: Start) -> None:
    screen = terminal("-r", "-c", URI).prompt("test > ")
    screen.enter("destroy test").wait("read only access prevents virDomainDestroy")


def test_the_mark_is_red_after_a_failure(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt()
    screen.enter("domstate nobody").wait("failed to get domain").prompt()
    assert [screen.look("#")] != [("red", "default")]  # the first one was fine
    screen.enter("clear").until(lambda t: t.screen[0] == "test #", "a clear screen")
    assert screen.look("#") == ("default", "default")


def test_ways_on_where_nothing_answers(terminal: Start, tmp_path: Path) -> None:
    nobody = f"qemu+unix:///system?socket={tmp_path}/nobody"
    screen = terminal(env={"LIBVIRT_DEFAULT_URI": nobody}, columns=220).prompt("vsh # ")
    screen.wait("failed to connect to the hypervisor")
    screen.wait("  connect qemu:///session   machines of your own")
    screen.wait("  connect test:///default   a host in memory, to try things")
    screen.enter("connect test:///default").prompt().enter("list").wait("1   test").prompt()


@pytest.mark.parametrize("columns", [30, 60, 80, 200])
def test_the_welcome_is_two_rows_at_any_width(terminal: Start, columns: int) -> None:
    shown = terminal("-c", URI, columns=columns).prompt().screen
    assert shown[0].startswith("vsh 0.")
    assert shown[1].startswith("Tab completes")
    assert "help" in shown[1]
    assert shown[2] == ""
    assert shown[3] == "test #"


def test_everyday_commands_are_offered_first(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt().type("\t").wait("List domains")
    first = next(number for number, row in enumerate(screen.screen) if row.startswith(" list "))
    assert screen.screen[first + 1].startswith(" start ")


def test_that_there_is_nothing_to_offer_is_said(terminal: Start) -> None:
    screen = terminal("-c", URI, columns=120).prompt()
    screen.type("start \t").wait("none to offer: name or uuid of a domain that is")


# -- the menu -------------------------------------------------------------------------------------


def test_tab_offers_objects_with_their_state(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt()
    screen.type("net-info \t").wait("net-info default")
    screen.type("\x03").prompt()
    screen.enter("define <<EOF").enter("<domain type='test'><name>tea</name>").enter(
        "<memory unit='GiB'>2</memory><os><type>hvm</type></os></domain>"
    ).enter("EOF").wait("defined").prompt()
    screen.type("domstate \t").wait("running · 8 GiB · 2 vCPU")
    screen.wait("shut off · 2 GiB · 1 vCPU")
    assert screen.line == "test # domstate te"  # what all of them begin with


def test_the_menu_has_a_column_of_twelve_rows_with_descriptions(terminal: Start) -> None:
    screen = terminal("-c", URI, rows=32).prompt()
    screen.type("list --\t").wait("list domains that have snapshots")
    rows = [row for row in screen.screen if row.lstrip().startswith("--")]
    assert len(rows) == 12


def test_letters_in_order_are_enough(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt()
    screen.type("snapcre\t").wait("snapshot-create-as")
    assert "Take a snapshot of a domain" in screen.text
    screen.type("\x03").prompt().type("\x1bOQ").type("snapcre\t").wait("# snapcre")
    screen.type("\x03").prompt()  # F2: only what begins so
    assert screen.text.count("Take a snapshot of a domain") == 0


def test_tab_adds_what_is_sure_as_readline_does(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt()
    screen.type("domsta\t").until(lambda t: t.line.endswith("# domstat"), "domstat")
    screen.type("e\t").until(lambda t: t.line.endswith("# domstate "), "the whole command")
    screen.type("\t").until(lambda t: t.line.endswith("# domstate test "), "the only domain")
    screen.type("\r").wait("running").prompt()


def test_options_come_after_a_hyphen_and_help_offers_commands(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt()
    screen.type("domid -\t").until(lambda t: "--domain" in t.line, "--domain")
    screen.type("\x03").prompt()
    screen.type("help snapsho\t").wait("snapshot-revert")


def test_uris_are_offered_with_what_short_names_stand_for() -> None:
    from vsh.cli import suggest
    from vsh.cli.session import Session

    asked = suggest.wanted("connect ")
    assert ("qemu:///session", "") in suggest.values(Session(), asked)


def test_a_slow_link_never_freezes_a_key(
    terminal: Start, libvirtd: PrivateLibvirtd, tmp_path: Path
) -> None:
    target = libvirtd.uri.partition("socket=")[2]
    with DelayProxy(tmp_path / "slow", target, delay=1.0):
        uri = f"qemu+unix:///system?socket={tmp_path}/slow"
        screen = terminal("-c", uri).until(lambda t: t.line.endswith("# "), "a prompt")
        screen.type("dominfo \t").wait("loading...")
        screen.type("x").until(lambda t: t.line.endswith("dominfo x"), "the key")
        assert "loading..." not in screen.text


# -- the toolbar ----------------------------------------------------------------------------------


def test_the_toolbar_has_the_signature_and_where_we_are(terminal: Start) -> None:
    screen = terminal("-c", URI, columns=120).prompt()
    screen.type("start ").wait("start <domain>")
    bar = next(row for row in screen.screen if "start <domain>" in row)
    assert bar.endswith("1/1 running · F1 help")
    assert "name or uuid of a domain that is shut off" in bar
    screen.type("test --").wait("[--console]")


@pytest.mark.parametrize("columns", [30, 60, 200])
def test_the_toolbar_fits(terminal: Start, columns: int) -> None:
    screen = terminal("-c", URI, columns=columns, rows=30).prompt()
    screen.type("attach-disk ").wait(" attach-disk <domain>")
    assert ("libvirt 12.8.0 · 1/1 running" in screen.text) == (columns == 200)
    screen.type("\x03").prompt()


# -- keys -----------------------------------------------------------------------------------------


def test_ctrl_c_clears_the_line_and_twice_says_how_to_leave(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt()
    screen.type("half a li").until(lambda t: t.line.endswith("half a li"), "the typed text")
    screen.type("\x03").prompt()
    assert "Ctrl-D or quit" not in screen.text
    screen.type("\x03\x03").wait("Ctrl-D or quit leaves.")
    screen.enter("domid test").wait("\n1\n").prompt()


def test_ctrl_d_leaves_with_status_0(terminal: Start) -> None:
    assert terminal("-c", URI).prompt().type("\x04").ended() == 0


def test_up_searches_by_what_stands_before_the_cursor(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt()
    for line in ("echo one", "domid test", "echo two", "domstate test"):
        screen.enter(line).prompt()
    screen.type("echo\x1b[A").until(lambda t: t.line.endswith("# echo two"), "the newest echo")
    screen.type("\x1b[A").until(lambda t: t.line.endswith("# echo one"), "the one before")


@pytest.mark.parametrize("how", ["inputrc", "f4"])
def test_vi_keys(terminal: Start, tmp_path: Path, how: str) -> None:
    (tmp_path / "inputrc").write_text(
        "$if Bash\nset bell-style none\n$endif\nset editing-mode vi\n"
    )
    env = {"INPUTRC": str(tmp_path / "inputrc")} if how == "inputrc" else None
    screen = terminal("-c", URI, env=env).prompt()
    screen.type("" if how == "inputrc" else "\x1bOS")
    screen.type("echo wrong right\x1b").until(lambda t: t.line.endswith("righ"), "command mode")
    screen.type("0wdwi").type("\r").wait("\nright").prompt()


def test_ctrl_z_suspends(terminal: Start) -> None:
    shell = terminal("--norc", "-i", program="bash", env={"PS1": "sh> "}).prompt("sh> ")
    shell.enter(f"vsh -c {URI}").prompt()
    shell.type("\x1a").wait("Stopped").prompt("sh> ")
    shell.enter("fg").wait("\nvsh -c").type("\r").prompt()
    shell.enter("echo on again").wait("\non again").prompt()


def test_f1_and_a_question_mark_explain(terminal: Start) -> None:
    screen = terminal("-c", URI, rows=50).prompt()
    screen.type("domstate --rea\x1bOP").wait("also print why it is in that state")
    screen.type("\x03").prompt().enter("domid ?").wait("id of a domain").prompt()


# -- lines ----------------------------------------------------------------------------------------


def test_a_command_over_several_lines_comes_back_whole(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt()
    screen.enter("list \\").wait("\n> ").enter("--all \\").type("--name\r").wait(
        "\ntest\n"
    ).prompt()
    screen.type("\x1b[A").until(lambda t: t.line.endswith("> --name"), "the end of the command")
    assert "\n".join(screen.screen).count("list \\") == 2


@pytest.mark.parametrize("quote", ["'", '"'])
def test_an_open_quote_goes_on_on_the_next_line(terminal: Start, quote: str) -> None:
    screen = terminal("-c", URI).prompt()
    screen.enter(f"echo {quote}hello").wait("\n> ")
    screen.enter(f"world{quote}").wait("\nhello\nworld\n").prompt()


def test_a_document_can_be_typed_below_its_command(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt()
    screen.enter("net-define <<EOF").wait("\n> ").enter("<network><name>typed</name>")
    screen.enter("</network>").enter("EOF").wait("Network typed defined").prompt()


def test_secret_and_indented_lines_are_not_kept(terminal: Start, tmp_path: Path) -> None:
    state = tmp_path / "state"
    screen = terminal("-c", URI, env={"XDG_STATE_HOME": str(state)}).prompt()
    for line in (" echo indented", "set-user-password test root hunter2", "echo kept", "echo kept"):
        screen.enter(line).prompt()
    assert screen.enter("quit").ended() == 0
    kept = state / "vsh" / "history"
    lines = [row[1:] for row in kept.read_text().splitlines() if row.startswith("+")]
    assert lines == ["echo kept", "quit"]
    assert kept.stat().st_mode & 0o777 == 0o600


# -- around a command -----------------------------------------------------------------------------


def test_output_goes_to_a_command_or_a_file(terminal: Start, tmp_path: Path) -> None:
    screen = terminal("-c", URI).prompt()
    screen.enter("list --all --name | tr a-z A-Z").wait("\nTEST\n").prompt()
    screen.enter("list > out.txt").prompt().enter("domid test >> out.txt").prompt()
    screen.enter("!cat out.txt").wait(" Id   Name   State").wait("\n1\n").prompt()
    assert (tmp_path / "out.txt").read_text().startswith(" Id   Name   State\n----")
    screen.enter("echo 'a | b' \"> c\"").wait("\na | b > c\n")


def test_long_output_is_paged_and_short_output_is_not(terminal: Start) -> None:
    screen = terminal("-c", URI, rows=12, env={"PAGER": "sed s/^/paged:/"}).prompt()
    screen.enter("echo short").wait("\nshort\n").prompt()
    screen.enter("dumpxml test").wait("paged:").prompt()


def test_aliases(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt()
    screen.enter("alias st 'domstate {1} --reason'").prompt()
    screen.enter("st test").wait("running (unknown)").prompt()
    screen.enter("alias").wait("domstate {1} --reason").prompt()
    screen.enter("alias loop 'loop {*}'").prompt().enter("loop").wait("alias 'loop' calls itself")
    screen.prompt().enter("unalias st").prompt().enter("st test").wait("unknown command: 'st'")


def test_history_source_and_save_history(terminal: Start, tmp_path: Path) -> None:
    screen = terminal("-c", URI).prompt()
    screen.enter("echo remembered").prompt().enter("history remem").wait("\nhistory remem").prompt()
    screen.enter("save-history lines.vsh").wait("lines written to 'lines.vsh'").prompt()
    assert (tmp_path / "lines.vsh").read_text() == "echo remembered\nhistory remem\n"
    (tmp_path / "s.vsh").write_text("# a comment\necho from \\\n  file\n")
    screen.enter("source --trace s.vsh").wait("\nfrom file\n")
    assert "+ s.vsh:2: echo from" in screen.text


# -- asking before something is lost --------------------------------------------------------------


def asked(screen: Terminal) -> bool:
    """Whether the cursor stands behind a question."""
    return screen.line.endswith("to go on: ")


def test_what_would_be_lost_is_named_and_asked_about(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt()
    screen.enter("vol-create-as default-pool a.img 1G").prompt()
    screen.enter("vol-delete a.img --pool default-pool")
    screen.wait("This deletes /default-pool/a.img  1 GiB (1 GiB used)")
    screen.wait("Type the name of the volume to go on: ").enter("no").wait("Nothing was done.")
    screen.prompt().enter("vol-list default-pool --details").wait("a.img").prompt()
    screen.enter("vol-delete a.img --pool default-pool").until(asked, "a question")
    screen.enter("a.img")
    screen.wait("Vol a.img deleted").prompt()


def test_users_of_a_disk_are_named(terminal: Start) -> None:
    screen = terminal("-c", URI, columns=120).prompt()
    screen.enter("define <<EOF").enter(
        "<domain type='test'><name>other</name><memory>4096</memory><os><type>hvm</type></os>"
        "<devices><disk type='file'><source file='/guest/diskimage1'/><target dev='vda'/></disk>"
        "</devices></domain>"
    ).enter("EOF").wait("Domain 'other' defined").prompt()
    screen.enter("destroy test").prompt()
    screen.enter("undefine test --remove-all-storage")
    screen.wait("This deletes vda  /guest/diskimage1").wait("<- in use by other")
    screen.wait("Type the name of the domain to go on: ").type("\x03").prompt()
    screen.enter("domstate test").wait("shut off")


def test_yes_and_batches_are_not_asked(terminal: Start, run: Callable[..., object]) -> None:
    screen = terminal("-c", URI).prompt()
    screen.enter("vol-create-as default-pool a.img 1G").prompt()
    screen.enter("vol-delete a.img --pool default-pool --yes").wait("Vol a.img deleted").prompt()
    screen.enter("snapshot-create-as test s").prompt().enter("snapshot-revert test s")
    screen.wait("did since the snapshot").wait("Go on? [y/N] ").enter("y").wait("s reverted")
    status, out, err = run("-c", URI, "destroy test; undefine test --remove-all-storage")  # type: ignore[misc]
    assert (status, "undefined" in out, "Type" in out + err) == (0, True, False)


# -- plain terminals ------------------------------------------------------------------------------


@pytest.mark.parametrize("term", ["dumb", "", "unknown", "no-such-terminal", None])
def test_a_dumb_terminal_gets_text_and_nothing_else(terminal: Start, term: str | None) -> None:
    screen = terminal("-c", URI, env={"TERM": term}).prompt("vsh # ")
    screen.enter("list --all").wait(" 1    test   running").prompt("vsh # ")
    screen.enter("echo 'a").wait("\n> ").enter("b'").wait("\na\nb").prompt("vsh # ")
    screen.enter("lisst").wait("unknown command: 'lisst'\nhint: did you mean 'list'?")
    screen.prompt("vsh # ")
    assert "\x1b" not in screen.raw
    assert screen.raw.count("vsh # list ") == 1
    assert screen.type("\x04").ended() == 0


def test_a_locale_of_ascii_has_ascii_signs(terminal: Start) -> None:
    screen = terminal("-c", URI, env={"LC_ALL": "C"}, columns=100).prompt()
    screen.type("domstate \t\t").wait("domstate test").type("\r").wait("running").prompt()
    screen.type("help snapsho\t").wait("snapshot-revert")
    assert screen.raw.isascii()


def test_no_color_is_obeyed_by_the_prompt(terminal: Start) -> None:
    screen = terminal("-c", URI, env={"NO_COLOR": "1"}).prompt()
    screen.type("bogus --x").until(lambda t: t.line.endswith("--x"), "the text")
    assert screen.look("bogus") == ("default", "default")
    screen.type("\x03").prompt().type("list --\t").wait("--inactive")
    assert screen.look("--inactive") == ("default", "default")


def test_the_cursor_is_never_asked_for(terminal: Start) -> None:
    screen = terminal("-c", URI).prompt().enter("list").prompt()
    assert "\x1b[6n" not in screen.raw


# -- the drop-in ----------------------------------------------------------------------------------


def test_under_the_name_virsh_nothing_is_new(terminal: Start) -> None:
    screen = terminal("-c", URI, program="virsh")
    screen.wait("Welcome to virsh, the virtualization interactive terminal.").prompt("virsh # ")
    screen.enter("echo a | cat").wait("a | cat").prompt("virsh # ")
    screen.enter("history").wait("unknown command: 'history'").prompt("virsh # ")
    screen.enter("snapshot-create-as test s").prompt("virsh # ")
    screen.enter("snapshot-revert test s").wait("Domain snapshot s reverted").prompt("virsh # ")
    assert screen.type("half\x03").ended() == 130


# -- a newcomer -----------------------------------------------------------------------------------


def test_a_newcomer_gets_on_by_what_the_screen_says(terminal: Start, tmp_path: Path) -> None:
    """No daemon, no README: to list, start, snapshot, redefine, each step from the one before."""
    nobody = f"qemu+unix:///system?socket={tmp_path}/nobody"
    env = {"LIBVIRT_DEFAULT_URI": nobody, "PAGER": "cat"}
    screen = terminal(env=env, columns=100, rows=60).prompt("vsh # ")
    screen.wait("Try: connect test:///default, help").wait("  connect test:///default   a host in")
    screen.enter("connect test:///default").prompt()
    screen.enter("help").wait("  list                List domains").wait("  start  ").prompt()
    screen.wait("snapshot-create-as  Take a snapshot").wait("--redefine and snapshot-import")
    screen.enter("list --all").wait("1   test   ● running").prompt()
    screen.enter("destroy test").wait("destroyed").prompt()
    screen.type("start \t").until(lambda t: t.line.endswith("start test "), "the only one")
    screen.type("\r").wait("Domain 'test' started").prompt()
    screen.enter("help snapshot").wait("snapshot-dumpxml").prompt().enter("clear").prompt()
    screen.enter("snapshot-create-as test clean").wait("snapshot clean created").prompt()
    screen.enter("help snapshot-create").wait("snapshot-create web1 clean.xml --redefine").prompt()
    screen.enter("snapshot-dumpxml test clean --security-info > clean.xml").prompt()
    screen.enter("snapshot-delete test clean --metadata").prompt()
    screen.enter("snapshot-create test clean.xml --redefine").wait("clean created from").prompt()


def test_jobs_that_were_left_running_stand_in_the_toolbar() -> None:
    """One question for each, until it has ended; the answers of a daemon that has such jobs."""
    from vsh.api.domain.records import BlockJobInfo, JobInfo
    from vsh.shell.overview import Overview
    from vsh.shell.toolbar import status

    with vsh.connect("test:///default") as connection:
        domain = connection.domain("test")
        answers = [
            "here.example", 1, 0, 12008000,
            BlockJobInfo(1, 2, 0, 42, 100), JobInfo(2, *[0] * 2, 200, 50, *[0] * 7),
            BlockJobInfo(0, 0, 0, 0, 0),
        ]  # fmt: skip
        asked: list[str] = []

        class Answering:
            """A connection that gives these answers: the test driver has no such jobs."""

            uri = "qemu:///system"

            def __getattr__(self, name: str) -> object:
                return getattr(connection, name)

            def many(self, requests: list[object]) -> list[object]:
                asked.extend(str(request) for request in requests)
                return answers

        begun = [(domain, "vda"), (domain, ""), (domain, "vdb")]
        found = Overview(Answering(), begun)  # type: ignore[arg-type]
    assert len(asked) == 7
    assert found.jobs == ["vda of test 42%", "test 25%"]
    assert begun == [(domain, "vda"), (domain, "")]
    assert status(found) == "here · 1/1 running · vda of test 42% · test 25% · F1 help"
