"""What running commands prints, and with which status."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

URI = "test:///default"


def test_the_last_command_of_a_chain_is_the_answer(run: Callable[..., Result]) -> None:
    assert run("-c", URI, "domid nosuch; echo a").status == 0
    assert run("-c", URI, "echo a; domid nosuch").status == 1


def test_fail_fast_stops_at_the_first_failure(run: Callable[..., Result]) -> None:
    status, out, err = run("-c", URI, "--fail-fast", "echo a; domid nosuch; echo b")
    assert (status, out) == (1, "a\n\n")
    assert err == "error: failed to get domain 'nosuch'\n"
    assert run("-c", URI, "domid x; echo b", env={"VSH_FAIL_FAST": "1"}).status == 1


def test_a_mistake_in_one_command_runs_none_of_the_line(run: Callable[..., Result]) -> None:
    status, out, err = run("-c", URI, "echo a; bogus; echo b")
    assert (status, out, err) == (1, "", "error: unknown command: 'bogus'\n")


def test_rules_between_options_come_before_any_lookup(run: Callable[..., Result]) -> None:
    status, _, err = run("-c", URI, "echo", "--shell", "--xml", "a")
    assert status == 1
    assert err == "error: Options --shell and --xml are mutually exclusive\n"


def test_quiet_leaves_out_the_blank_line(run: Callable[..., Result]) -> None:
    assert run("-q", "-c", URI, "domid test").out == "1\n"
    assert run("-c", URI, "domid test").out == "1\n\n"


def test_timing_says_how_long_each_command_took(run: Callable[..., Result]) -> None:
    out = run("-t", "echo a").out
    assert out.startswith("a\n(Time: ")
    assert out.endswith(" ms)\n\n")


def test_a_script_on_standard_input(run: Callable[..., Result]) -> None:
    status, out, err = run(
        "-c", URI, stdin="# a script\necho a \\\n  b # comment\n\ndomid nosuch\necho c; echo d"
    )
    assert status == 0
    assert out == "a b\n\nc\nd\n"
    assert err == "error: failed to get domain 'nosuch'\n"


def test_a_script_answers_with_the_status_of_its_last_command(run: Callable[..., Result]) -> None:
    assert run("-c", URI, stdin="echo a\ndomid nosuch\n").status == 1
    assert run("-c", URI, stdin="domid nosuch\nquit\n").status == 0
    assert run("-c", URI, "--fail-fast", stdin="domid nosuch\necho a\n").status == 1


def test_under_the_name_virsh_a_script_is_echoed(run: Callable[..., Result]) -> None:
    status, out, _ = run("-c", URI, stdin="domid test\nquit\n", program="virsh")
    assert status == 0
    assert out == (
        "Welcome to virsh, the virtualization interactive terminal.\n\n"
        "Type:  'help' for help with commands\n       'quit' to quit\n\n"
        "virsh # domid test\n1\n\nvirsh # quit\n\n"
    )


def test_errors_are_data_in_formats_for_programs(run: Callable[..., Result]) -> None:
    import json

    status, out, err = run("-c", URI, "--format", "json", "domid", "nosuch")
    assert (status, out) == (1, "")
    error = json.loads(err)["error"]
    assert error["message"] == "failed to get domain 'nosuch'"
    assert "list --all" in error["hint"]


def test_an_unknown_format_names_the_known_ones(run: Callable[..., Result]) -> None:
    status, _, err = run("--format", "xlsx", "pwd")
    assert status == 1
    assert err == "error: unknown output format 'xlsx'\n"


def test_a_bad_uri_ends_the_program_before_any_command(run: Callable[..., Result]) -> None:
    status, out, err = run("-c", "test:///", "echo a")
    assert (status, out) == (1, "")
    assert err == (
        "error: failed to connect to the hypervisor\n"
        "error: invalid argument: testOpen: supply a path or use test:///default\n"
    )


def test_keepalive_that_cannot_be_is_an_error_only_if_asked_for(run: Callable[..., Result]) -> None:
    assert run("-k", "0", "-K", "3", "-c", URI, "uri").status == 0
    status, out, err = run("-k", "5", "-c", URI, "uri")
    assert (status, out) == (1, "")
    assert err == (
        "error: Cannot setup keepalive on connection as requested, disconnecting\n"
        "error: failed to connect to the hypervisor\n"
        "error: this function is not supported by the connection driver: "
        "virConnectSetKeepAlive\n"
    )


def test_a_mistake_inside_vsh_is_one_line(run: Callable[..., Result], monkeypatch: object) -> None:
    from vsh.cli import parse

    command = parse.find("pwd")
    assert command is not None

    def broken() -> None:
        raise ZeroDivisionError("oh")

    original, command.function = command.function, broken
    try:
        status, out, err = run("pwd; echo on")
        assert (status, out) == (0, "\non\n")
        assert err.startswith("error: internal error in vsh: ZeroDivisionError: oh\n")
        assert "Traceback" not in err
        assert "Traceback" in run("-d", "0", "pwd").err
    finally:
        command.function = original


def test_a_script_gets_each_answer_before_it_goes_on() -> None:
    """Another program writes the script a line at a time and waits for what comes back."""
    import subprocess
    import sys

    command = [sys.executable, "-m", "vsh", "-q", "-c", URI]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        for _ in range(3):
            other.stdin.write("domid test\n")
            other.stdin.flush()
            assert other.stdout.readline() == "1\n"
        other.stdin.close()
    assert other.returncode == 0


def test_options_that_go_together_come_as_one_value(run: Callable[..., Result]) -> None:
    line = "pool-create-as p dir --print-xml --target /t --source-host h"
    status, out, _ = run("-c", URI, line)
    assert status == 0
    assert "<host name='h'/>" in out
    assert "<path>/t</path>" in out
    status, _, err = run("-c", URI, "blkdeviotune test vda --total-iops-sec 1 --size-iops-sec x")
    assert status == 1
    assert err.startswith("error: Numeric value 'x' for <size-iops-sec> option is malformed")
