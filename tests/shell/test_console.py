"""The console at the prompt, of a real guest: tildes, the log, the line after it."""

from __future__ import annotations

import pytest

from vsh.commands.domain._console import Keys
from vsh.errors import OperationUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from private_libvirtd import PrivateLibvirtd
    from terminal import Terminal


@pytest.mark.parametrize(
    ("typed", "sent", "left"),
    [
        ([b"ls ~/x\n"], b"ls ~/x\n", False),
        ([b"~."], b"", True),
        ([b"ls\r", b"~", b"."], b"ls\r", True),
        ([b"a~."], b"a~.", False),
        ([b"~~x"], b"~x", False),
        ([b"~x"], b"~x", False),
        ([b"ls\r~b", b"x"], b"ls\rx", False),
    ],
)
def test_a_tilde_counts_at_the_beginning_of_a_line(
    typed: list[bytes], sent: bytes, left: bool
) -> None:
    keys = Keys(-1, lambda: None)
    found = [keys(part) for part in typed]
    assert b"".join(part for part, _ in found) == sent
    assert found[-1][1] == left


def test_a_break_that_cannot_be_sent_is_said(tmp_path: Path) -> None:
    def refuse() -> None:
        raise OperationUnsupported("console1 is no serial line")

    with (tmp_path / "terminal").open("wb") as file:
        assert Keys(file.fileno(), refuse)(b"~b.") == (b".", False)
    said = (tmp_path / "terminal").read_bytes()
    assert b"no break was sent: Operation not supported: console1 is no serial line" in said


@pytest.mark.libvirtd
def test_the_console_of_a_guest(
    terminal: Callable[..., Terminal],
    libvirtd: PrivateLibvirtd,
    tiny_guest: Callable[..., object],
    tmp_path: Path,
) -> None:
    tiny_guest("talker", start=True, serial="pty")
    screen = terminal("-c", libvirtd.uri).until(lambda t: t.line.endswith("# "), "a prompt")
    screen.enter("console talker --log said.txt").wait("Escape character is ^]")
    screen.until(lambda t: not t.cooked, "the console's keys")
    screen.type("hello").wait("hello")
    screen.type("\r~?").wait("~.  leave the console").wait("~b  send a break")
    before = (tmp_path / "said.txt").read_bytes().count(b"\0")
    screen.type("~b").until(
        lambda t: (tmp_path / "said.txt").read_bytes().count(b"\0") > before,
        "the NUL that a break is to a UART, echoed",
    )
    screen.type("~.").until(lambda t: t.line.endswith("# "), "the prompt at the left")
    assert not screen.line.lstrip().startswith("?")
    assert b"hello" in (tmp_path / "said.txt").read_bytes()
    assert (tmp_path / "said.txt").stat().st_mode & 0o777 == 0o600
    assert screen.enter("quit").ended() == 0
