"""The editor flow that every edit command shares."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from vsh.cli.edit import edit_document, edit_text
from vsh.cli.session import Session
from vsh.errors import CommandError, OperationFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """``editor("s/a/b/")``: from now on the user's editor is sed."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("VISUAL", raising=False)

    def editor(change: str) -> None:
        monkeypatch.setenv("EDITOR", f"sed -i '{change}'")

    with open(os.devnull) as nowhere:  # no terminal
        monkeypatch.setattr("sys.stdin", nowhere)
        yield editor


def test_text_loses_one_newline(editor: Callable[[str], None], tmp_path: Path) -> None:
    editor("s/a/b/")
    assert edit_text(Session(), "a\n\n") == "b\n"
    assert list(tmp_path.iterdir()) == []  # no file is left


def test_unchanged_is_not_defined(editor: Callable[[str], None]) -> None:
    editor("")
    assert edit_document(Session(), lambda: "a", pytest.fail) is None
    assert edit_document(Session(), lambda: "a", lambda text: [text], even_unchanged=True) == ["a"]


def test_changed_is_defined_once(editor: Callable[[str], None]) -> None:
    editor("s/a/b/")
    seen: list[str] = []
    assert edit_document(Session(), lambda: "a", lambda text: seen.append(text) or "done") == "done"
    assert seen == ["b"]


def test_a_failure_off_a_terminal_is_the_error(editor: Callable[[str], None]) -> None:
    editor("s/a/b/")

    def define(text: str) -> Any:
        raise OperationFailed("no")

    with pytest.raises(OperationFailed, match="operation failed: no"):
        edit_document(Session(), lambda: "a", define)


def test_what_another_changed_is_not_overwritten(editor: Callable[[str], None]) -> None:
    editor("s/a/b/")
    texts = iter(["a", "changed meanwhile"])
    with pytest.raises(CommandError, match="was changed by another user"):
        edit_document(Session(), lambda: next(texts), pytest.fail)


def test_visual_comes_first(editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    editor("s/a/b/")
    monkeypatch.setenv("VISUAL", "sed -i 's/a/c/'")
    assert edit_text(Session(), "a") == "c"


def test_no_such_editor(editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "/no/such/editor")
    with pytest.raises(CommandError, match="Cannot find '/no/such/editor' in path"):
        edit_text(Session(), "a")


def test_a_folder_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/no/such/folder")
    with pytest.raises(CommandError, match="failed to create temporary file: No such file"):
        edit_text(Session(), "a")


def test_on_a_terminal_the_user_is_asked(pty: Callable[..., Any]) -> None:
    """First the state is spoilt; then the user says yes, and the next edit repairs it."""
    line = (
        "snapshot-create-as test s; snapshot-edit test s; snapshot-dumpxml test s --xpath //state"
    )
    script = "if grep -q zz $1; then sed -i s/zz/paused/ $1; else sed -i s,running,zz, $1; fi"
    env = {"EDITOR": f"sh -c '{script}' editor"}
    child = pty("--format", "plain", "-c", "test:///default", line, env=env)
    child.expect("error: unsupported configuration: Invalid state 'zz' in domain snapshot XML")
    child.expect(r"Failed. Try again\? \[y,n,f,\?\]: ")
    child.send("?")
    child.expect("f - force, try to redefine again")
    child.expect(r"Try again\? ")
    child.send("y")
    child.expect("Snapshot s edited.")
    child.expect("<state>paused</state>")
    child.wait()
    assert child.exitstatus == 0


def test_on_a_terminal_the_user_gives_up(pty: Callable[..., Any]) -> None:
    env = {"EDITOR": "sed -i s,running,zz,"}
    child = pty("-c", "test:///default", "snapshot-create-as test s; snapshot-edit test s", env=env)
    child.expect(r"Try again\? ")
    child.send("n")
    child.expect("Failed to update s")
    child.wait()
    assert child.exitstatus == 1
