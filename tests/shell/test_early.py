"""What is typed before the prompt is ready: seen at once, and nothing of it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from terminal import Terminal

    Start = Callable[..., Terminal]

URI = "test:///default"


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("domid test\r", "\n1\n"),
        ("echo a\x7fb\r", "\nb\n"),
        ("echo one\recho two\r", "\ntwo\n"),
        ("echo caf\u00e9 x\r", "\ncaf\u00e9 x\n"),
        ("echo " + "y" * 100 + "\r", "y" * 80),
    ],
)
def test_nothing_that_is_typed_early_is_lost(terminal: Start, typed: str, seen: str) -> None:
    screen = terminal("-c", URI, columns=90).type(typed)
    screen.wait(seen).prompt()
    assert screen.enter("quit").ended() == 0


def test_letters_are_there_before_the_prompt_can_edit(terminal: Start) -> None:
    screen = terminal("-c", URI).until(lambda t: "test # " in t.raw, "the prompt")
    screen.type("echo x").until(lambda t: t.line.endswith("test # echo x"), "the letters")
    screen.type("\r").wait("\nx\n").prompt()


def test_leaving_at_once(terminal: Start) -> None:
    assert terminal("-c", URI).type("\x04").ended() == 0


@pytest.mark.parametrize(("program", "prompt"), [("vsh", "test # "), ("virsh", "virsh # ")])
def test_ctrl_c_close_behind_enter_is_for_the_command(
    terminal: Start, program: str, prompt: str
) -> None:
    """The keys come at once: the terminal still gives keys when the last of them does."""
    screen = terminal("-c", URI, program=program).prompt(prompt)
    screen.type("event --all --loop --timeout 60\r\x03").wait("interrupted").prompt(prompt)
    screen.type("echo still here\r").wait("\nstill here\n")
