"""Passwords and the values of secrets stand in no log, no debug message and no history."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from vsh.cli import help as texts
from vsh.cli.secrets import has_secrets, masked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Result

UUID = "3c7b8e0a-9a1d-4b59-8f0e-2d6c5b4a3f21"
SECRET = f"<secret ephemeral='no'><uuid>{UUID}</uuid></secret>"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("secret-set-value U c2VzYW0=", "secret-set-value U ***"),
        ("secret-set-value --base64=c2VzYW0= U", "secret-set-value --base64=*** U"),
        ("secret-set-value --base64 'a b' U; list", "secret-set-value --base64 *** U; list"),
        ("set-user-password d u p --encrypted", "set-user-password d u *** --encrypted"),
        ('list;set-user-password d u "p w"', "list;set-user-password d u ***"),
        ("set-user-password -- d u p", "set-user-password -- d u ***"),
        ("secret-set-value U --base6 c2Vz", "secret-set-value U *** ***"),
        ("secret-set-value U --interactive", "secret-set-value U --interactive"),
        ("domstate c2VzYW0=; echo p", "domstate c2VzYW0=; echo p"),
        ("nosuch U p", "nosuch U p"),
        ("", ""),
    ],
)
def test_a_line_is_shown_without_its_secrets(line: str, shown: str) -> None:
    assert masked(line) == shown


def test_the_commands_that_have_secrets() -> None:
    assert {each.name for each in texts.commands() if has_secrets(each)} == {
        "secret-set-value",
        "set-user-password",
    }


@pytest.mark.parametrize("level", ["0", "1"])
@pytest.mark.parametrize("program", ["vsh", "virsh"])
@pytest.mark.parametrize("apart", [True, False])
def test_neither_log_nor_debug_messages_tell(
    run: Callable[..., Result], tmp_path: Path, level: str, program: str, apart: bool
) -> None:
    (tmp_path / "s.xml").write_text(SECRET)
    words = ["set-user-password", "test", "root", "sesame"]
    top = ["-c", "test:///default", "-d", level, "-l", "log"]
    _, out, err = run(*top, *(words if apart else [" ".join(words)]), program=program)
    line = f"secret-define s.xml; secret-set-value {UUID} c2VzYW1l"
    _, out2, err2 = run(*top, line, program=program)
    log = (tmp_path / "log").read_text()
    for text in (out, err, out2, err2, log):
        assert "sesame" not in text
        assert "c2VzYW1l" not in text
    assert "set-user-password: password(optdata): ***" in log
    assert "secret-set-value: base64(optdata): ***" in log
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o600
