"""Top-level options, as getopt_long takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vsh.cli.version import COMPATIBLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
    (folder / "config.toml").write_text(text)


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
    [("colour = 1", "unknown setting 'colour'"), ("format", "config.toml: Expected '='")],
)
def test_a_wrong_settings_file_is_named(
    run: Callable[..., Result], clean_environment: dict[str, str], text: str, message: str
) -> None:
    settings(clean_environment["XDG_CONFIG_HOME"], text)
    status, out, err = run("pwd")
    assert (status, out) == (1, "")
    assert message in err
    assert "vsh/config.toml" in err
