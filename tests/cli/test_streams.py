"""Standard streams that are closed, full or left by their reader; any locale; any line ends.

What a command did and whether its output could be written are two things.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

VSH = Path(sys.executable).with_name("vsh")
FULL = "No space left on device"
NAME = "B\u00fcro"
DOMAIN = """\
<domain type='test'><name>{name}</name><title>{title}</title><memory>1</memory>
<os><type>hvm</type></os></domain>
"""


@pytest.fixture
def shell(
    tmp_path: Path, clean_environment: dict[str, str]
) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """``shell(line, **environment)``: a line for bash in which ``vsh`` is the installed script."""
    link = tmp_path / "bin"
    link.mkdir()
    for name in ("vsh", "virsh"):
        (link / name).symlink_to(VSH)
    work = tmp_path / "work"
    work.mkdir()

    def shell(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        path = f"{link}:{clean_environment['PATH']}"
        env = clean_environment | {"PATH": path, "VSH_DEFAULT_CONNECT_URI": "test:///default"}
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=work,
            env=env | environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=30,
        )
        both = done.stdout + done.stderr
        for wrong in (b"Traceback", b"internal error in vsh", b"Exception ignored", b"report it"):
            assert wrong not in both, both
        return done

    return shell


Shell = "Callable[..., subprocess.CompletedProcess[bytes]]"


@pytest.mark.parametrize("program", ["vsh", "virsh"])
@pytest.mark.parametrize(
    ("closed", "status"), [(">&-", 0), ("2>&-", 0), ("<&-", 0), (">&- 2>&- <&-", 0)]
)
def test_a_closed_stream_keeps_no_command_from_being_done(
    shell: Shell, program: str, closed: str, status: int
) -> None:
    done = shell(f"{program} 'dumpxml test; domrename test x; cd /; list' {closed}; echo $?")
    assert done.stdout.endswith(b"%d\n" % (status or 1) if b"error" in done.stdout else b"0\n")


def test_a_file_never_takes_the_place_of_a_closed_stream(shell: Shell, tmp_path: Path) -> None:
    shell("vsh -l log 'list; domstate test' >&- 2>&-")
    assert b"running" not in (tmp_path / "work" / "log").read_bytes()


@pytest.mark.parametrize("program", ["vsh", "virsh"])
def test_a_prompt_with_closed_input_ends(shell: Shell, program: str) -> None:
    done = shell(f"{program} <&-")
    assert done.returncode == 0
    assert done.stderr == b""


@pytest.mark.parametrize("format", ["plain", "table", "json", "csv"])
def test_a_full_output_is_said_once_and_the_deed_is_done(shell: Shell, format: str) -> None:
    done = shell(f"vsh --format {format} 'dumpxml test; pwd; cd /; echo done >&2' >/dev/full")
    assert done.returncode == 1
    assert done.stderr.decode() == f"error: cannot write the output: {FULL}\n"
    line = "suspend test; domstate test; await test --condition domain-inactive --timeout 1"
    done = shell(f"vsh --format {format} '{line}' >/dev/full; echo $?")
    assert done.stdout in (b"2\n", b"1\n")
    assert b"Failed to suspend" not in done.stderr


def test_a_full_error_stream_changes_no_status(shell: Shell) -> None:
    assert shell("vsh domstate nosuch 2>/dev/full").returncode == 1
    done = shell("vsh -d 0 domstate test 2>/dev/full")
    assert (done.returncode, done.stdout) == (0, b"running\n\n")


def test_a_full_log_is_said_once(shell: Shell) -> None:
    done = shell("vsh -l /dev/full -d 4 'domstate nosuch; domstate other; domstate test'")
    assert done.stdout == b"\n\nrunning\n\n"
    assert done.stderr.count(b"failed to write the log file") == 1


@pytest.mark.parametrize("format", ["plain", "table", "json"])
def test_a_reader_that_has_left_ends_the_program_by_sigpipe(shell: Shell, format: str) -> None:
    line = "help;" * 60  # more than a pipe holds
    done = shell(f"vsh --format {format} '{line}' | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}")
    assert done.stdout == b"%d\n" % (128 + signal.SIGPIPE)


LOCALES = (
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "POSIX", "PYTHONUTF8": "0"},
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1:strict"},
    {"LC_ALL": "C"},
    {"LC_ALL": "C.UTF-8"},
    {"LC_ALL": "de_DE.ISO-8859-1"},
    {"LC_ALL": "ja_JP.EUC-JP"},
)


@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: " ".join(locale.values()))
def test_strings_are_utf8_whatever_the_locale(
    shell: Shell, tmp_path: Path, locale: dict[str, str]
) -> None:
    name, _, charset = locale.get("LC_ALL", "").partition(".")
    if charset not in ("", "UTF-8"):
        if shutil.which("localedef") is None:
            pytest.skip("localedef is not installed")
        folder = tmp_path / "locales"
        folder.mkdir()
        made = ["localedef", "-i", name, "-f", charset, str(folder / locale["LC_ALL"])]
        if subprocess.run(made, capture_output=True).returncode not in (0, 1):
            pytest.skip(f"localedef cannot make {locale['LC_ALL']}")
        locale = locale | {"LOCPATH": str(folder)}
    work = tmp_path / "work"
    (work / f"{NAME}.xml").write_text(DOMAIN.format(name=NAME, title="\u65e5\u672c"))
    line = f"define {NAME}.xml; domstate {NAME}; dumpxml {NAME}; desc {NAME} --title"
    done = shell(f"vsh '{line}'", **locale)
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert f"Domain '{NAME}' defined from {NAME}.xml" in text
    assert "<title>\u65e5\u672c</title>" in text
    assert "shut off" in text
    (work / "again.xml").write_text(text[text.index("<domain") : text.index("</domain>") + 9])
    assert shell("vsh define again.xml", **locale).returncode == 0
    assert NAME.encode() in shell(f"vsh domstate {NAME}", **locale).stderr
    raw = shell("vsh echo $'a\\xff'", **locale)
    assert raw.stdout == b"a\xff\n"
    shell("vsh --format json echo $'a\\xff'", **locale).stdout.decode()


@pytest.mark.parametrize("program", ["vsh", "virsh"])
@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_a_script_may_have_any_line_ends(
    shell: Shell, tmp_path: Path, program: str, ending: str
) -> None:
    (tmp_path / "work" / "script").write_bytes(
        ending.join(["domstate test", "", "domid 'test'", ""]).encode()
    )
    done = shell(f"{program} <script")
    assert b"running" in done.stdout
    assert b"\r" not in done.stdout
    assert done.stderr == b""


def test_a_folder_that_was_removed(shell: Shell) -> None:
    done = shell("mkdir gone; cd gone; rmdir ../gone; vsh pwd")
    assert done.returncode == 1
    assert done.stderr == b"error: cannot get current directory: No such file or directory\n"
    assert os.path.isabs(os.getcwd())
