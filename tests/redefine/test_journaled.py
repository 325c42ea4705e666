"""Work of several calls on a real libvirtd, killed or cut off at each of its messages: what was
there before, or all that was to be done, or a journal that leads to either.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cutting_relay import CuttingRelay

import vsh
from vsh.errors import Error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

SCRIPT = Path(sys.executable).with_name("vsh")
METADATA = 2
Tree = tuple[dict[str, str], "str | None"]


class Scene:
    """A guest that is off, with a tree of snapshots or checkpoints that can be set again, and vsh
    that speaks to its daemon through a relay.
    """

    def __init__(self, guest: Any, relay: CuttingRelay, folder: Path, state: Path) -> None:
        self.relay = relay
        self.folder = folder
        self.state = state
        self.uri = f"qemu+unix:///system?socket={relay.listen}"
        self.connection = vsh.connect(guest.uri)
        self.domain = self.connection.domain("tiny")
        self.definition = self.domain.get_xml_desc(3)
        self.kind = "snapshot"

    def document(self, name: str, parent: str | None, created: int, words: str = "") -> str:
        above = f"  <parent>\n    <name>{parent}</name>\n  </parent>\n" if parent else ""
        said = f"  <description>{words}</description>\n" if words else ""
        state = "  <state>shutoff</state>\n" if self.kind == "snapshot" else ""
        how = "snapshot='internal'" if self.kind == "snapshot" else "checkpoint='bitmap'"
        disks = f"  <disks>\n    <disk name='vda' {how}/>\n  </disks>\n"
        inside = f"{said}{state}{above}  <creationTime>{created}</creationTime>\n{disks}"
        tag = f"domain{self.kind}"
        return f"<{tag}>\n  <name>{name}</name>\n{inside}{self.definition}</{tag}>\n"

    def set(self, tree: dict[str, str | None], current: str | None = None) -> Tree:
        """Only these are there afterwards."""
        while left := self._all():
            for each in reversed(left):
                try:
                    each.delete(METADATA)
                except Error:
                    continue  # a checkpoint goes after its children
        create = (
            self.domain.snapshot_create_xml
            if self.kind == "snapshot"
            else self.domain.checkpoint_create_xml
        )
        for number, (name, parent) in enumerate(tree.items()):
            create(self.document(name, parent, 1_700_000_000 + number), 1)
        if current is not None:
            create(self.domain.snapshot_lookup_by_name(current, 0).get_xml_desc(1), 3)
        return self.tree()

    def _all(self) -> list[Any]:
        if self.kind == "snapshot":
            return list(self.domain.list_all_snapshots(0))
        return list(self.domain.list_all_checkpoints(0))

    def tree(self) -> Tree:
        """All documents, and which is current."""
        current = None
        if self.kind == "snapshot" and self.domain.has_current_snapshot(0):
            current = self.domain.snapshot_current(0).name
        return {each.name: each.get_xml_desc(1) for each in self._all()}, current

    def run(self, *words: str, at: int | None = None, way: str = "") -> Any:
        """vsh through the relay, which does something to it at a message."""
        home = {"XDG_STATE_HOME": str(self.state), "XDG_CACHE_HOME": str(self.state / "cache")}
        process = subprocess.Popen(
            [str(SCRIPT), "-q", "-c", self.uri, *words],
            env={**os.environ, **home, "EDITOR": str(self.folder / "editor")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.relay.arm(at, way, process.pid)
        out, err = process.communicate(timeout=30)
        assert "Traceback" not in err, err
        assert "internal error in vsh" not in err, err
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def edits(self, script: str) -> None:
        """What the editor does to a document: a sed script."""
        editor = self.folder / "editor"
        editor.write_text(f"#!/bin/sh\nexec sed -i '{script}' \"$1\"\n")
        editor.chmod(0o755)

    def journals(self) -> list[str]:
        """What is left where journals are."""
        folder = self.state / "vsh"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def scene(qemu: Callable[..., Any], tmp_path: Path) -> Iterator[Scene]:
    guest = qemu()
    socket = guest.uri.partition("socket=")[2]
    with CuttingRelay(tmp_path / "relay", socket) as relay:
        scene = Scene(guest, relay, tmp_path, tmp_path / "state")
        yield scene
        scene.set({})
        scene.connection.close()


FAMILY = {"r": None, "a": "r", "b": "a", "c": "a", "d": "a"}
RENAME = ("snapshot-edit", "tiny", "a", "--rename")


def _points(
    scene: Scene, words: tuple[str, ...], fresh: Callable[[], Tree]
) -> tuple[Any, Any, int]:
    """What is there before and after, and how many messages it takes."""
    before = fresh()
    scene.relay.arm(None)
    assert scene.run(*words).returncode == 0
    return before, scene.tree(), scene.relay.messages


@pytest.mark.parametrize("way", ["kill-before", "kill-after", "cut-after"])
def test_a_renaming_is_before_or_after_wherever_it_ends(scene: Scene, way: str) -> None:
    """Its keeper finishes what was begun, over a connection of its own."""
    scene.edits("s,<name>a</name>,<name>az</name>,;s,<description>.*,&,")

    def fresh() -> Tree:
        return scene.set(FAMILY, "a")

    before, after, count = _points(scene, RENAME, fresh)
    assert after[1] == "az"
    assert set(after[0]) == {"r", "az", "b", "c", "d"}
    ends = set()
    for at in range(1, count + 1):
        assert fresh() == before
        done = scene.run(*RENAME, at=at, way=way)
        assert scene.relay.hit
        there = scene.tree()
        assert there in (before, after), (at, sorted(there[0]), there[1], done.stderr)
        assert scene.journals() == [], at
        ends.add(there == after)
    assert ends == {False, True}


def test_a_renaming_without_its_keeper_can_be_finished_and_undone(
    scene: Scene, tmp_path: Path
) -> None:
    """Power fails: nobody is there to finish it but --resume, or --rollback."""
    scene.edits("s,<name>a</name>,<name>az</name>,")
    program = tmp_path / "alone.py"
    program.write_text(
        "import vsh.acts.keeper as keeper\nkeeper.Keeper.watch = lambda self: None\n"
        "from vsh.__main__ import main\nmain()\n"
    )
    for again, number in (("--resume", 1), ("--rollback", 0)):
        ends = scene.set(FAMILY, "a"), _renamed(scene)
        before = scene.set(FAMILY, "a")
        assert before == ends[0]
        process = subprocess.Popen(
            [sys.executable, str(program), "-c", scene.uri, *RENAME],
            env={
                **os.environ, "XDG_STATE_HOME": str(scene.state),
                "XDG_CACHE_HOME": str(scene.state / "cache"),
                "EDITOR": str(scene.folder / "editor"),
            },
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        scene.relay.arm(27, "kill-before", process.pid)
        process.communicate(timeout=30)
        assert scene.tree() not in ends
        (journal,) = scene.journals()
        assert (scene.state / "vsh" / journal).stat().st_mode & 0o777 == 0o600
        refused = scene.run("snapshot-import", "tiny", str(tmp_path))
        assert refused.stderr.startswith("error: a renaming of snapshots of domain 'tiny' was cut")
        done = scene.run("snapshot-import", "tiny", again)
        assert (done.returncode, done.stderr) == (0, "")
        assert scene.tree() == ends[number]
        assert scene.journals() == []


def _renamed(scene: Scene) -> Tree:
    assert scene.run(*RENAME).returncode == 0
    return scene.tree()


@pytest.mark.parametrize("kind", ["snapshot", "checkpoint"])
def test_an_edit_is_before_or_after(scene: Scene, kind: str) -> None:
    scene.kind = kind
    scene.edits("s,<name>a</name>,&\\n  <description>edited</description>,")
    words = (f"{kind}-edit", "tiny", "a")
    tree = {"r": None, "a": "r", "b": "a"}
    before, after, count = _points(scene, words, lambda: scene.set(tree))
    assert "<description>edited</description>" in after[0]["a"]
    for way in ("kill-before", "kill-after"):
        for at in range(1, count + 1):
            scene.set(tree)
            scene.run(*words, at=at, way=way)
            assert scene.tree() in (before, after), (way, at)
            assert scene.journals() == []


@pytest.mark.parametrize("again", ["--resume", "--rollback"])
def test_an_import_leads_to_either_end(scene: Scene, tmp_path: Path, again: str) -> None:
    """Killed at every message: before, after, or with a journal that leads to what is asked for."""
    folder = tmp_path / "documents"
    folder.mkdir()
    tree = {"r": None, "a": "r", "b": "a"}
    for name, parent in {**tree, "b": "r", "n": "b"}.items():
        text = scene.document(name, parent, 1_700_000_000 + ord(name), "words")
        end = "</domainsnapshot>"
        active = f"  <active>1</active>\n{end}" if name == "n" else end
        (folder / f"{name}.xml").write_text(text.replace(end, active))
    words = ("snapshot-import", "tiny", str(folder))
    before, after, count = _points(scene, words, lambda: scene.set(tree, "a"))
    resumable = 0
    for at in range(1, count + 1):
        scene.set(tree, "a")
        scene.run(*words, at=at, way="kill-before")
        if scene.journals():
            resumable += 1
            done = scene.run("snapshot-import", "tiny", again)
            assert done.returncode == 0, done.stderr
            assert scene.tree() == (after if again == "--resume" else before), at
            assert scene.journals() == []
        assert scene.tree() in (before, after), at
    assert resumable


def test_a_second_import_does_not_begin(scene: Scene, tmp_path: Path) -> None:
    """The lock is taken before the first look: the second finds it, and the first one's journal is
    never written over.
    """
    (tmp_path / "one.xml").write_text(scene.document("one", None, 1))
    (tmp_path / "two.xml").write_text(scene.document("two", None, 2))
    scene.set({})
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD, scene.uri, str(tmp_path / "one.xml")],
        env={**os.environ, "XDG_STATE_HOME": str(scene.state),
             "XDG_CACHE_HOME": str(scene.state / "cache")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert held.stdout is not None
    assert held.stdout.readline() == "looked\n"
    refused = scene.run("snapshot-import", "tiny", str(tmp_path / "two.xml"))
    assert refused.returncode == 1
    assert refused.stderr == ("error: another process is importing snapshots into domain 'tiny'\n")
    held.communicate("go\n", timeout=30)
    assert set(scene.tree()[0]) == {"one"}
    assert scene.run("snapshot-import", "tiny", str(tmp_path / "two.xml")).returncode == 0
    assert set(scene.tree()[0]) == {"one", "two"}


HOLD = """
import sys, vsh
from vsh.acts import import_ as act
from vsh.acts.note import carry_out
from vsh.redefine.kinds.snapshot import SNAPSHOT
prepare = act.prepare
def slow(*args, **options):
    print("looked", flush=True)
    sys.stdin.readline()
    return prepare(*args, **options)
act.prepare = slow
domain = vsh.connect(sys.argv[1]).domain("tiny")
carry_out(act.import_(domain, SNAPSHOT, [sys.argv[2]], act.Wishes(1)))
"""


def test_a_journal_is_never_replaced(scene: Scene) -> None:
    from vsh.redefine.journal import Journal
    from vsh.redefine.kinds.snapshot import SNAPSHOT

    first, second = Journal(scene.domain, SNAPSHOT), Journal(scene.domain, SNAPSHOT)
    first.gone = ["precious"]
    first.write()
    with pytest.raises(FileExistsError):
        second.write()
    assert json.loads(Path(first.path).read_text())["gone"] == ["precious"]
    first.remove()


RECORD = {
    "action": "add", "created": 1, "file": "x", "name": "a", "parent": None, "state": "running",
    "xml": "<x/>",
}  # fmt: skip
WHOLE = {
    "version": 2, "kind": "snapshot", "work": "import", "uri": "", "domain": "test", "flags": 1,
    "current": None, "old_current": None, "gone": [], "truncate": False, "levels": [[RECORD]],
    "before": {},
}  # fmt: skip


def _malformed() -> Iterator[str]:
    """Files that are no journal, or not a whole one."""
    yield from ("", "null", "[]", "{}", '"x"', "[" * 100_000, '{"a":' * 99_999, '{"version": 9}')
    for name in WHOLE:
        yield json.dumps({key: value for key, value in WHOLE.items() if key != name})
        yield json.dumps({**WHOLE, name: 7.5})
        yield json.dumps({**WHOLE, name: [7]})
    for name in RECORD:
        yield json.dumps({**WHOLE, "levels": [[{**RECORD, name: [1]}]]})
    yield json.dumps({**WHOLE, "levels": [{}]})
    yield json.dumps({**WHOLE, "before": {"a": 1}})
    yield json.dumps({**WHOLE, "before": None})
    yield json.dumps({**WHOLE, "work": "z"})
    yield json.dumps({**WHOLE, "kind": "checkpoint"})
    yield json.dumps({**WHOLE, "flags": -1})
    yield json.dumps({**WHOLE, "flags": 2**32})
    yield json.dumps({**WHOLE, "current": "nobody"})
    yield json.dumps(WHOLE)[:-1]
    yield json.dumps(WHOLE).replace(": 1,", f": {'9' * 5000},")


@pytest.mark.parametrize("text", list(_malformed()), ids=lambda text: text[:40])
def test_a_malformed_journal_is_said_to_be_one(
    run: Any, clean_environment: dict[str, str], text: str
) -> None:
    import vsh
    from vsh.redefine.journal import path_of
    from vsh.redefine.kinds.snapshot import SNAPSHOT

    with vsh.connect("test:///default") as connection:
        path = Path(path_of(connection.domain("test"), SNAPSHOT))
    path.parent.mkdir(parents=True)
    path.write_text(text)
    for words in ("--rollback", "--resume", "x.xml"):
        result = run("-c", "test:///default", f"snapshot-import test {words}")
        assert result.status == 1
        assert result.err.startswith(f"error: Failed to read journal '{path}': "), result.err
        assert result.err.count("\n") == 1
    assert path.read_text() == text


# ---- forgetting all that is below


WIDE = {"r": None, "a": "r", "b": "a", "c": "b", "d": "b", "e": "a", "s": "r"}


@pytest.mark.parametrize("kind", ["snapshot", "checkpoint"])
@pytest.mark.parametrize("option", ["--children", "--children-only"])
@pytest.mark.parametrize("current", ["r", "a", "s"])
def test_what_is_forgotten_one_by_one_is_as_the_daemon_does_it(
    scene: Scene, kind: str, option: str, current: str
) -> None:
    scene.kind = kind
    mark = current if kind == "snapshot" else None  # nobody can say which checkpoint is current
    scene.set(WIDE, mark)
    look = (
        scene.domain.snapshot_lookup_by_name
        if kind == "snapshot"
        else scene.domain.checkpoint_lookup_by_name
    )
    look("a", 0).delete(METADATA | (1 if option == "--children" else 4))
    daemons = scene.tree()
    scene.set(WIDE, mark)
    done = scene.run(f"{kind}-delete", "tiny", "a", option, "--metadata")
    assert (done.returncode, done.stderr) == (0, "")
    assert scene.tree() == daemons
    assert scene.journals() == []


@pytest.mark.parametrize(("option", "left"), [("--children", "r"), ("--children-only", "a")])
def test_the_current_one_below_is_forgotten(scene: Scene, option: str, left: str) -> None:
    """Its parent becomes current, up to the first that stays: so it is specified.  (libvirtd 9.0.0
    itself crashes where one of the children is current, so it cannot be asked.)
    """
    before = scene.set(WIDE, "d")
    done = scene.run("snapshot-delete", "tiny", "a", option, "--metadata")
    assert (done.returncode, done.stderr) == (0, "")
    kept = {"r", "s"} | ({"a"} if left == "a" else set())
    assert scene.tree() == ({name: before[0][name] for name in kept}, left)


@pytest.mark.parametrize("again", ["--resume", "--rollback"])
def test_forgetting_leads_to_either_end(scene: Scene, again: str) -> None:
    words = ("snapshot-delete", "tiny", "a", "--children", "--metadata")
    before, after, count = _points(scene, words, lambda: scene.set(WIDE, "b"))
    assert (set(after[0]), after[1]) == ({"r", "s"}, "r")
    resumable = 0
    for at in range(1, count + 1):
        scene.set(WIDE, "b")
        scene.run(*words, at=at, way="kill-before")
        if scene.journals():
            resumable += 1
            done = scene.run("snapshot-import", "tiny", again)
            assert done.returncode == 0, done.stderr
            assert scene.tree() == (after if again == "--resume" else before), at
        assert scene.tree() in (before, after), at
    assert resumable


def test_a_chain_of_hundreds_is_forgotten_in_a_moment(scene: Scene) -> None:
    """A daemon takes a quarter of a minute for this one by itself."""
    names = [f"s{number}" for number in range(200)]
    scene.set(dict(zip(names, [None, *names], strict=False)))
    start = time.monotonic()
    done = scene.run("snapshot-delete", "tiny", "s1", "--children", "--metadata")
    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - start < 5
    assert set(scene.tree()[0]) == {"s0"}
    assert scene.relay.messages < 199 * 2 + 20  # a look at each, and a call for each


def test_where_the_lock_is(
    clean_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the cache, or with the journals where there can be no cache; held by one only."""
    from vsh.redefine.lock import Lock

    with Lock("x") as lock:
        assert lock.path == clean_environment["XDG_CACHE_HOME"] + "/vsh/x.lock"
        with pytest.raises(BlockingIOError), Lock("x"):
            pass
        with Lock("y"):
            pass
    assert not Path(lock.path).exists()
    nowhere = tmp_path / "file"
    nowhere.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(nowhere))
    with Lock("x") as lock:
        assert lock.path == clean_environment["XDG_STATE_HOME"] + "/vsh/x.lock"
    monkeypatch.setenv("XDG_STATE_HOME", str(nowhere))
    with pytest.raises(OSError, match="Not a directory"):
        Lock("x")
