"""Editing at the prompt: the difference first, errors with their line and as comments later."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from terminal import Terminal

    Start = Callable[..., Terminal]

URI = "test:///default"


def editor(folder: Path, *steps: str) -> str:
    """An editor that does one step of sed each time it is called, and keeps what it was given."""
    script = folder / "editor"
    cases = "\n".join(f"{number}) sed -i '{step}' \"$1\" ;;" for number, step in enumerate(steps))
    script.write_text(
        f'#!/bin/sh\nn=$(cat {folder}/n 2>/dev/null || echo 0)\ncp "$1" {folder}/given.$n\n'
        f"echo $((n + 1)) > {folder}/n\ncase $n in\n{cases}\nesac\n"
    )
    script.chmod(0o755)
    return str(script)


def test_what_changes_is_shown_and_applied(terminal: Start, tmp_path: Path) -> None:
    env = {"EDITOR": editor(tmp_path, "s|>2</vcpu>|>4</vcpu>|")}
    screen = terminal("-c", URI, env=env, columns=100).prompt()
    screen.enter("edit test").wait("Path").wait("[a]pply, [e]dit again, [d]iff, [q]uit")
    assert any(row.split() == ["vcpu", "2", "4"] for row in screen.screen)
    screen.enter("a").wait("Domain 'test' XML configuration edited.").prompt()
    screen.enter("dumpxml test --inactive --xpath //vcpu").wait(">4</vcpu>")


def test_nothing_is_applied_without_a_word(terminal: Start, tmp_path: Path) -> None:
    env = {"EDITOR": editor(tmp_path, "s|>2</vcpu>|>4</vcpu>|")}
    screen = terminal("-c", URI, env=env, columns=100).prompt()
    screen.enter("edit test").wait("[a]pply").enter("q").prompt()
    screen.enter("dumpxml test --inactive --xpath //vcpu").wait(">2</vcpu>")


def test_errors_have_their_line_and_are_comments_in_the_next_round(
    terminal: Start, tmp_path: Path
) -> None:
    steps = ("s|>2</vcpu>|>abc</vcpu>|", "s|>abc</vcpu>|>3</vcpu>|")
    screen = terminal("-c", URI, env={"EDITOR": editor(tmp_path, *steps)}, columns=120).prompt()
    screen.enter("edit test").wait("[a]pply").enter("a").wait("[e]dit again, [i]gnore the schema")
    screen.wait("where: line ").wait(">abc</vcpu>\n").wait("^\n")
    screen.enter("e")
    screen.until(lambda t: any(row.split() == ["vcpu", "2", "3"] for row in t.screen), "the change")
    screen.until(lambda t: t.line.startswith("[a]pply"), "the question")
    assert (tmp_path / "given.1").read_text().startswith("<!-- vsh: ")
    screen.enter("a").wait("XML configuration edited.").prompt()


def test_what_is_no_document_cannot_be_applied(terminal: Start, tmp_path: Path) -> None:
    env = {"EDITOR": editor(tmp_path, "s|</vcpu>|</vcp>|")}
    screen = terminal("-c", URI, env=env, columns=100).prompt()
    screen.enter("edit test").wait("[e]dit again, [q]uit")
    screen.wait("error: at line ").wait("</vcp>\n").wait("-^\n")
    screen.enter("q").prompt()
