"""Top-level options, as getopt_long takes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vsh.cli.settings import SETTINGS
from vsh.cli.version import COMPATIBLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["-c"], "option '-c'/'--connect' requires an argument"),
        (["--connect"], "option '-c'/'--connect' requires an argument"),
        (["-x"], "unsupported option '-x'. See --help."),
        (["--bogus"], "unsupported option '--bogus'. See --help."),
        (["-d", "x", "pwd"], "option -d takes a numeric argument"),
        (["--debug", "x", "pwd"], "option --debug takes a numeric argument"),
        (["-e", "none", "pwd"], "Invalid string 'none' for escape sequence"),
        (["-k", "x", "pwd"], "Invalid value for option -k"),
        (["-K", "-1", "pwd"], "option -K requires a positive integer argument"),
        (["--timeout", "x", "pwd"], "Invalid value for option --timeout"),
        (["--timeout=-1", "pwd"], "Invalid value for option --timeout"),
        (["-l", "nodir/x.log", "pwd"], "failed to open the log file. check the log file path"),
    ],
)
def test_a_wrong_option_is_one_line_and_status_1(
    run: Callable[..., Result], argv: list[str], message: str
) -> None:
    assert list(run(*argv)) == [1, "", f"error: {message}\n"]


@pytest.mark.parametrize("argv", [["-v"], ["--version"], ["--version=short"], ["-qv"]])
def test_the_short_version_is_libvirts(run: Callable[..., Result], argv: list[str]) -> None:
    assert list(run(*argv)) == [0, f"{COMPATIBLE}\n", ""]


@pytest.mark.parametrize("argv", [["-V"], ["--version=long"]])
def test_the_long_version_names_the_drivers(run: Callable[..., Result], argv: list[str]) -> None:
    status, out, _ = run(*argv)
    assert status == 0
    assert out.startswith(f"Virsh command line tool of libvirt {COMPATIBLE}")
    assert "test" in out


def test_letters_can_stand_together_and_names_be_cut_short(run: Callable[..., Result]) -> None:
    assert run("-qctest:///default", "domid test").out == "1\n"
    assert run("--qui", "--conn=test:///default", "domid test").out == "1\n"


def test_options_after_the_command_are_the_commands(run: Callable[..., Result]) -> None:
    assert run("echo", "-q").out == "-q\n"


def test_messages_go_to_the_log(run: Callable[..., Result], tmp_path: Path) -> None:
    run("-l", "out.log", "-c", "test:///default", "domid nosuch")
    assert (tmp_path / "out.log").read_text().endswith("ERROR failed to get domain 'nosuch'\n")


def test_what_vsh_adds_is_unknown_under_the_name_virsh(run: Callable[..., Result]) -> None:
    status, _, err = run("--format", "json", "pwd", program="virsh")
    assert (status, err) == (1, "error: unsupported option '--format'. See --help.\n")


def test_help_lists_every_group(run: Callable[..., Result]) -> None:
    from vsh.cli.parse import groups

    out = run("--help").out
    assert all(f"(help keyword '{group}')" in out for group in groups())


def settings(home: str, text: str) -> None:
    from pathlib import Path

    folder = Path(home) / "vsh"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_bytes(text.encode(errors="surrogateescape"))


def test_the_settings_file_is_behind_the_environment(
    run: Callable[..., Result], clean_environment: dict[str, str]
) -> None:
    settings(clean_environment["XDG_CONFIG_HOME"], 'format = "json"\nfail_fast = true\n')
    assert '"id": ' in run("-c", "test:///default", "domid test; domid x; domid test").out
    assert run("-c", "test:///default", "domid x; domid test").status == 1
    assert run("-c", "test:///default", "domid test", env={"VSH_FORMAT": "plain"}).out == "1\n\n"
    assert run("-c", "test:///default", "domid test", program="virsh").out == "1\n\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour = 1", "unknown setting 'colour'"),
        ("format", "config.toml: Expected '='"),
        ('fail_fast = "false"', "fail_fast takes true or false, not 'false'"),
        ("fail_fast = 0", "fail_fast takes true or false, not 0"),
        ('format = "xml"', "format takes one of csv, json, ndjson, plain, table, yaml, not 'xml'"),
        ("format = true", "format takes one of csv, json, ndjson, plain, table, yaml, not true"),
        ("prompt = 1", "prompt takes text, not 1"),
        ("x = " + "[" * 100_000, "brackets in brackets"),
        ("x = " + "9" * 5000, "integer string conversion"),
        ("format = '\udcff'", "can't decode byte 0xff"),
    ],
    ids=range(10),
)
def test_a_wrong_settings_file_is_named(
    run: Callable[..., Result], clean_environment: dict[str, str], text: str, message: str
) -> None:
    settings(clean_environment["XDG_CONFIG_HOME"], text)
    status, out, err = run("pwd")
    assert (status, out) == (1, "")
    assert message in err
    assert "vsh/config.toml" in err
    assert "internal error" not in err


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        (
            "VSH_FORMAT",
            "nosuch",
            "VSH_FORMAT: format takes one of csv, json, ndjson, plain, table, yaml",
        ),
        ("VSH_FORMAT", "../x", "VSH_FORMAT: format takes one of"),
        ("VSH_FAIL_FAST", "maybe", "VSH_FAIL_FAST: fail_fast takes true or false, not 'maybe'"),
    ],
)
def test_a_wrong_variable_is_an_error_before_anything_is_done(
    run: Callable[..., Result], tmp_path: Path, variable: str, value: str, message: str
) -> None:
    line = f"dumpxml test --update-cpu; shutdown test; cd {tmp_path}; "
    status, out, err = run("-c", "test:///default", line, env={variable: value})
    assert (status, out) == (1, "")
    assert err.startswith(f"error: {message}")


@pytest.mark.parametrize(
    ("value", "stops"), [("1", True), ("yes", True), ("0", False), ("", False)]
)
def test_words_for_yes_and_no(run: Callable[..., Result], value: str, stops: bool) -> None:
    out = run("-c", "test:///default", "domid x; domid test", env={"VSH_FAIL_FAST": value}).out
    assert ("1\n" in out) is not stops


@pytest.mark.parametrize("option", ["--columns=", "--columns=a,,b", "--sort=", "--sort=-"])
def test_no_name_of_a_column_is_an_error_first(run: Callable[..., Result], option: str) -> None:
    status, out, err = run("-c", "test:///default", option, "list")
    assert (status, out) == (1, "")
    assert err.startswith("error: Invalid value for option --")


def test_a_file_of_settings_that_cannot_be_read_is_an_error(
    run: Callable[..., Result], clean_environment: dict[str, str]
) -> None:
    folder = Path(clean_environment["XDG_CONFIG_HOME"]) / "vsh" / "config.toml"
    folder.mkdir(parents=True)
    status, out, err = run("pwd")
    assert (status, out) == (1, "")
    assert "config.toml: cannot read the settings: Is a directory" in err


def test_the_last_format_counts(run: Callable[..., Result]) -> None:
    assert run("-c", "test:///default", "--format=json", "--format=plain", "domid test").out == (
        "1\n\n"
    )


def test_every_setting_says_what_it_is(run: Callable[..., Result]) -> None:
    for each in SETTINGS:
        assert each.help
        assert each.default is not None or each.unset
        assert each.default is None or each.typed(each.default, "default") == each.default
    assert run("domid", env={"VSH_FORMAT": ""}).status == 1
