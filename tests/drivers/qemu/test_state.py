"""The state file: transactions, documents kept once, damage, kills; and who holds the folder."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from vsh.drivers.qemu.root import Root
from vsh.drivers.qemu.state import Record, State
from vsh.drivers.state.store import Kept
from vsh.errors import InternalError, OperationFailed, SystemFailure

if TYPE_CHECKING:
    from pathlib import Path


class Thing(Kept):
    """An object with one document."""

    text = "<a/>"

    def record(self) -> Record:
        return Record(
            self.name,
            self.uuid,
            persistent=True,
            autostart=False,
            planned=self.text,
            live=None,
            facts={"n": 1},
        )


def test_what_is_put_is_there(tmp_path: Path) -> None:
    state = State(str(tmp_path / "state"))
    for number in range(3):
        state.put("domain", Thing(f"n{number}", f"u{number}"))
    state.close()
    state = State(str(tmp_path / "state"))
    found = state.load("domain")
    assert [record.name for record, _, _ in found] == ["n0", "n1", "n2"]
    record, planned, live = found[0]
    assert (record.uuid, record.persistent, record.autostart) == ("u0", True, False)
    assert record.facts == {"n": 1}
    assert planned is not None
    assert state.text(planned) == "<a/>"
    assert live is None
    assert {hash for _, hash, _ in found} == {planned}  # one document for all


def test_documents_that_nothing_names_are_dropped(tmp_path: Path) -> None:
    """Not each at once: now and then, so that the file stays small however often it is written."""
    state = State(str(tmp_path / "state"))
    kept = Thing("kept", "u")
    kept.text = "<kept/>"
    state.put("domain", kept)
    thing = Thing("a", "v")
    for hundred in range(30):
        with state.act():
            for number in range(100):
                thing.text = f"<a number='{100 * hundred + number}'/>"
                state.put("domain", thing)
    state.drop("domain", thing)
    state.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "state")) as file:
        [count] = file.execute("SELECT count(*) FROM document").fetchone()
    assert count < 1500
    [(_, planned, _)] = State(str(tmp_path / "state")).load("domain")
    assert planned is not None


def test_all_or_nothing(tmp_path: Path) -> None:
    state = State(str(tmp_path / "state"))

    def fail() -> None:
        with state.act():
            state.put("domain", Thing("a", "u"))
            with state.act():
                state.put("domain", Thing("b", "v"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert state.load("domain") == []


def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(InternalError, match="cannot use the state file"):
        State(str(path))


def test_a_file_of_a_newer_vsh(tmp_path: Path) -> None:
    path = str(tmp_path / "state")
    state = State(path)
    state._file.execute("PRAGMA user_version=99")
    state.close()
    with pytest.raises(InternalError, match=r"newer vsh \(99\)"):
        State(path)


def test_one_holder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vsh.drivers.qemu.root.WAIT", 0.1)
    first, second = Root(str(tmp_path)), Root(str(tmp_path))
    first.open()
    assert oct(os.stat(first / "run").st_mode & 0o777) == "0o700"
    with pytest.raises(OperationFailed, match=f"in use by process {os.getpid()}"):
        second.open()
    first.close()
    second.open()
    second.close()


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemFailure, match=r"cannot use .* as the root of a QEMU driver"):
        Root(str(tmp_path / "file" / "below")).open()


KILLED = """
import os, signal, sys
sys.path.insert(0, {tests!r})
from test_state import Thing
from vsh.drivers.qemu.state import State
state = State({path!r})
done = []
def step(text):
    if len(done) == {steps}:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(text)
state._file.set_trace_callback(step)
with state.act():
    for name in ("a", "b"):
        state.put("domain", Thing(name, name))
"""


def test_killed_at_every_statement(tmp_path: Path) -> None:
    """kill -9 at each statement of an act: both objects are there, or none."""
    here = os.path.dirname(__file__)
    seen = set()
    for steps in range(20):
        path = str(tmp_path / f"state{steps}")
        State(path).close()
        code = KILLED.format(tests=here, path=path, steps=steps)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        names = tuple(record.name for record, _, _ in State(path).load("domain"))
        assert names in ((), ("a", "b"))
        seen.add(names)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
    else:
        pytest.fail("the act never ended")
    assert seen == {(), ("a", "b")}
