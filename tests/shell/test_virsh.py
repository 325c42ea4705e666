"""The prompt under the name virsh, on a real terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from terminal import Terminal

URI = "test:///default"


def test_ctrl_c_ends_a_command_and_keeps_the_prompt(terminal: Callable[..., Terminal]) -> None:
    for program, prompt in (("virsh", "virsh # "), ("vsh", "test # ")):
        screen = terminal("-c", URI, program=program).prompt(prompt)
        screen.enter("event --all --loop").until(lambda t: t.waiting, "that it waits")
        screen.type("\x03").prompt(prompt)
        screen.enter("domid test").wait("\n1\n").prompt(prompt)


def test_tab_completes_as_readline_does(terminal: Callable[..., Terminal]) -> None:
    screen = terminal("-c", URI, program="virsh").prompt("virsh # ")
    screen.type("domsta\t").until(lambda t: t.line.endswith("domstat"), "domstat")
    screen.type("e --dom\t").until(lambda t: "--domain" in t.line, "--domain")
    screen.type(" te\t").until(lambda t: "--domain test" in t.line, "the name")
    screen.type("\r").wait("\nrunning").prompt("virsh # ")
