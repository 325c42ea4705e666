"""Imports and exports on the test driver: E2 to E6, E8 to E12."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from vsh.redefine.kinds.snapshot import SNAPSHOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

C = ("-c", "test:///default")


class World:
    """The test driver's world in this process, and vsh commands run in it one after the other.

    ``world("snapshot-import test a.xml")`` gives the run's result.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, run: Callable[..., Any]) -> None:
        import vsh

        self.connection = vsh.connect("test:///default")
        self.domain = self.connection.domain("test")
        self.run = run
        self.patch = monkeypatch
        monkeypatch.setattr(vsh, "connect", lambda *words, **options: self.connection)
        monkeypatch.setattr(type(self.connection), "close", lambda connection: None)

    def __call__(self, line: str, *top: str) -> Any:
        return self.run("-q", *C, *top, line)

    def done(self, line: str) -> str:
        result = self(line)
        assert (result.status, result.err) == (0, ""), result.err
        return str(result.out)

    def tree(self) -> dict[str, str | None]:
        """Names and parents."""
        rows = json.loads(self.run(*C, "--format", "json", "snapshot-list test --parent").out)
        return {row["name"]: row["parent"] for row in rows}

    @property
    def current(self) -> str | None:
        from vsh.errors import Error

        try:
            return str(self.domain.snapshot_current(0).name)
        except Error:
            return None

    def dumps(self) -> dict[str, str]:
        return {each.name: each.get_xml_desc(1) for each in self.domain.list_all_snapshots(0)}

    def failing(self, *names: str, crash: bool = False, error: Exception | None = None) -> None:
        """From now on these snapshots cannot be redefined, or ``crash`` ends the program there."""
        from vsh.drivers.test.domain.moments import Moments
        from vsh.errors import OperationFailed

        real = Moments.snapshot_create_xml

        def create(driver: Any, domain: Any, xml: str, flags: int = 0) -> Any:
            if any(f"<name>{name}</name>" in xml.partition("<parent>")[0] for name in names):
                if crash:
                    raise KeyboardInterrupt
                raise error or OperationFailed("no room")
            return real(driver, domain, xml, flags)

        self.answer(create)
        self.real = lambda: self.answer(real)

    def answer(self, create: Any, patch: pytest.MonkeyPatch | None = None) -> None:
        """From now on redefinitions are answered by this, whatever the driver has found before."""
        from vsh.drivers.test.domain.moments import Moments

        (patch or self.patch).setattr(Moments, "snapshot_create_xml", create)
        (patch or self.patch).setattr(self.connection.driver, "_methods", {})


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, run: Callable[..., Any]) -> World:
    return World(monkeypatch, run)


@pytest.fixture
def chain(files: Any, build: Any) -> str:
    """a - b - c and a - side, in files whose names say nothing about the order."""
    files(
        w1=build.snapshot("c", parent="b", created=30),
        w2=build.snapshot("b", parent="a", created=20),
        w3=build.snapshot("a", created=10),
        w4=build.snapshot("side", parent="a", created=20),
    )
    return "w1.xml w2.xml w3.xml w4.xml"


TREE = {"a": None, "b": "a", "c": "b", "side": "a"}


# ---- commands that virsh has not


def test_the_commands_are_vshs_own(run: Any) -> None:
    for name in ("snapshot-import", "snapshot-export", "checkpoint-import", "checkpoint-export"):
        group = name.partition("-")[0]
        result = run(*C, f"{name} test x", program="virsh")
        assert (result.status, result.err) == (1, f"error: unknown command: '{name}'\n")
        assert f"    {name} " in run("help", group).out
        assert f"    {name} " in run("help").out
        assert name not in run("help", program="virsh").out
        assert name not in run("help", group, program="virsh").out
        assert name not in run("--help", program="virsh").out
        refused = run("help", name, program="virsh")
        assert refused.err == f"error: command or command group '{name}' doesn't exist\n"
        assert name in run(*C, "complete", "--", name[:-3]).out
        assert name not in run(*C, "complete", "--", name[:-3], program="virsh").out


# ---- E2 and E3


def test_e2_all_problems_of_all_documents(world: World, files: Any, build: Any) -> None:
    files(
        one=build.snapshot("x", state="zz", parent="nowhere", nested=""),
        two=build.snapshot("y", parent="x", nested=build.domain(uuid=build.UUID[:-1] + "0")),
        three="<domainsnapshot>\n<name>",
        four="<domain/>",
    )
    result = world("snapshot-import test one.xml two.xml three.xml four.xml", "--format", "json")
    assert result.status == 1
    error = json.loads(result.err)["error"]
    assert error["message"] == "6 problems in 4 documents: nothing was changed"
    found = [(each["file"], each["line"], each["rule"]) for each in error["problems"]]
    assert found == [
        ("one.xml", 3, "15"),
        ("one.xml", 4, "32"),
        ("one.xml", 1, "37"),
        ("two.xml", 6, "35"),
        ("three.xml", 2, "10"),
        ("four.xml", 1, "11"),
    ]
    assert world.tree() == {}
    plain = world("snapshot-import test one.xml two.xml three.xml four.xml")
    assert plain.err.startswith(
        "error: 6 problems in 4 documents: nothing was changed\n"
        "error: unsupported configuration: Invalid state 'zz' in domain snapshot XML\n"
        "one.xml:3: rule 15: unsupported configuration: "
    )
    assert "\ntwo.xml:6: rule 35: invalid argument: definition for snapshot y" in plain.err
    assert "Rule 35" not in plain.err
    explained = world("snapshot-import test one.xml two.xml --explain")
    assert "Rule 35: the domain's own UUID.\n" in explained.err


def test_e3_each_document_is_checked_against_those_before_it(
    world: World, files: Any, build: Any, chain: str
) -> None:
    disk = "<disks><disk name='vda'><source file='/one.img'/></disk></disks>"
    files(
        x=build.snapshot("x", state="disk-snapshot", inside=disk),
        y=build.snapshot("y", state="disk-snapshot", parent="x", inside=disk),
    )
    result = world("snapshot-import test y.xml x.xml", "--format", "json")
    problems = json.loads(result.err)["error"]["problems"]
    assert [(each["file"], each["rule"]) for each in problems] == [("y.xml", "E6-source")]
    assert world(f"snapshot-import test {chain}").status == 0
    lenient = world("snapshot-import test y.xml x.xml --lenient")
    assert lenient.status == 0
    assert lenient.err.startswith("warning: y.xml:6: unsupported configuration: source '/one.img'")


def test_e3_circles_are_found(world: World, files: Any, build: Any) -> None:
    files(
        a=build.snapshot("a", parent="c"),
        b=build.snapshot("b", parent="a"),
        c=build.snapshot("c", parent="b"),
        d=build.snapshot("d", parent="c"),
        e=build.snapshot("e", parent="e"),
    )
    result = world("snapshot-import test a.xml b.xml c.xml d.xml e.xml", "--format", "json")
    problems = json.loads(result.err)["error"]["problems"]
    assert [(each["file"], each["rule"]) for each in problems] == [
        ("a.xml", "33"),
        ("b.xml", "33"),
        ("c.xml", "33"),
        ("e.xml", "31"),
    ]
    assert problems[0]["message"] == "invalid argument: parent b would create cycle to a"


def test_e3_what_is_there_can_be_turned_round(
    world: World, files: Any, build: Any, chain: str
) -> None:
    """a - b - c becomes c - a, with b, which is not in the batch, below a as before."""
    world.done(f"snapshot-import test {chain}")
    files(x=build.snapshot("a", parent="c", created=40), y=build.snapshot("c", created=30))
    plan = world("snapshot-import test x.xml y.xml --dry-run")
    assert "a is younger than its child b" in plan.err
    assert [line.split()[:2] for line in plan.out.splitlines()] == [
        ["c", "reparent"],
        ["a", "replace"],
    ]
    assert world("snapshot-import test x.xml y.xml").status == 0
    assert world.tree() == {"c": None, "a": "c", "b": "a", "side": "a"}


# ---- E4


def test_e4_twice_is_once(world: World, chain: str) -> None:
    first = world.done(f"snapshot-import test {chain} --current b")
    assert first == ""
    before = world.dumps()
    world.failing("a", "b", "c", "side")  # nothing may be sent at all
    result = world.run(*C, f"snapshot-import test {chain} --current b")
    assert (result.status, result.err) == (0, "")
    assert result.out == "Snapshots of domain test: 4 unchanged\n\n"
    assert world.dumps() == before
    assert world.current == "b"


def test_e4_duplicates_in_one_batch(world: World, files: Any, build: Any) -> None:
    files(a=build.snapshot("a"), same=build.snapshot("a"), other=build.snapshot("a", created=5))
    plan = world.done("snapshot-import test a.xml same.xml --dry-run")
    assert [line.split() for line in plan.splitlines()] == [
        ["a", "add", "a.xml"],
        ["a", "skip", "same.xml"],
    ]
    result = world("snapshot-import test a.xml other.xml", "--format", "json")
    problem = json.loads(result.err)["error"]["problems"][0]
    assert (problem["rule"], problem["file"]) == ("E4", "other.xml")
    assert problem["message"] == "invalid argument: a is in a.xml already"


def test_e4_only_what_differs_is_sent(world: World, files: Any, build: Any, chain: str) -> None:
    world.done(f"snapshot-import test {chain}")
    files(w2=build.snapshot("b", parent="a", created=20, inside="<description>new</description>"))
    files(w4=build.snapshot("side", parent="b", created=20), w5=build.snapshot("new", parent="c"))
    plan = world.run(
        *C, "--format", "json", f"snapshot-import test {chain} w5.xml --dry-run --explain"
    )
    rows = json.loads(plan.out)
    assert {row["name"]: row["action"] for row in rows} == {
        "a": "unchanged",
        "b": "replace",
        "c": "unchanged",
        "side": "reparent",
        "new": "add",
    }
    diff = next(row["diff"] for row in rows if row["name"] == "b")
    assert "+  <description>new</description>\n" in diff
    assert "description" not in world.dumps()["b"]
    assert world(f"snapshot-import test {chain} w5.xml").status == 0
    assert world.tree() == {"a": None, "b": "a", "c": "b", "side": "b", "new": "c"}
    assert "<description>new</description>" in world.dumps()["b"]


# ---- E5


EVERYWHERE = """<memory snapshot='external' file='/old/mem'/>
<disks><disk name='vda' snapshot='external'><source file='/old/vda.1'/></disk></disks>
<revertDisks><disk name='vda' snapshot='external'>
<source file='/old/vda.2'/></disk></revertDisks>"""


def test_e5_paths_in_all_six_places(files: Any, build: Any) -> None:
    from vsh.redefine.given import Mending, documents

    disk = (
        "<disk type='file'><source file='/old/base'/><backingStore type='file'>"
        "<format type='raw'/><source file='/old/below'/></backingStore><target dev='vda'/></disk>"
    )
    definition = build.domain(devices=disk).replace(
        "</os>",
        "<nvram template='/old/template'>/old/vars</nvram><varstore path='/old/json'/></os>",
    )
    inactive = definition.replace("domain type", "inactiveDomain type").replace(
        "</domain>", "</inactiveDomain>"
    )
    xml = build.snapshot("x", inside=EVERYWHERE, nested=definition + inactive)
    mending = Mending(paths=[("/old", "/new"), ("/old/mem", "/elsewhere/mem"), ("/ol", "/no")])
    (given,) = documents("x.xml", xml, SNAPSHOT, mending)
    for old in ("base", "below", "vda.1", "vda.2", "vars", "json"):
        assert f"/new/{old}" in given.xml
    assert given.xml.count("/new/base") == 2
    assert "/elsewhere/mem" in given.xml
    assert given.xml.count("/old/") == given.xml.count("/old/template") == 2  # it is the host's


def test_e5_uuid_name_and_lines(world: World, files: Any, build: Any) -> None:
    other = build.UUID[:-1] + "0"
    xml = build.snapshot("x", nested=build.domain(uuid=other, name="old"))
    files(x=f"<?xml version='1.0'?>\n<!-- kept -->\n{xml}", y=build.snapshot("y", parent="x"))
    refused = world("snapshot-import test x.xml", "--format", "json")
    assert [each["rule"] for each in json.loads(refused.err)["error"]["problems"]] == ["35"]
    world.done("snapshot-import test x.xml y.xml --map-uuid --map-name")
    assert f"<uuid>{build.UUID}</uuid>" in world.dumps()["x"]
    assert "<name>test</name>" in world.dumps()["x"]
    files(
        z="<?xml version='1.0'?>\n"
        + build.snapshot("z", state="no", nested=build.domain(uuid=other))
    )
    line = world("snapshot-import test z.xml --map-uuid", "--format", "json")
    problem = json.loads(line.err)["error"]["problems"][0]
    assert (problem["rule"], problem["line"]) == ("15", 4)


def test_e5_what_is_not_changed_is_sent_as_it_came() -> None:
    from vsh.redefine.given import Mending, documents

    xml = "<domainsnapshot  >\n<name>x</name><creationTime>1</creationTime></domainsnapshot>"
    (given,) = documents("x.xml", xml, SNAPSHOT, Mending(paths=[("/a", "/b")]))
    assert given.xml == xml


def test_e5_reparent(world: World, chain: str) -> None:
    world.done(f"snapshot-import test {chain} --reparent c=side --reparent b=")
    assert world.tree() == {"a": None, "b": None, "c": "side", "side": "a"}
    moved = world(f"snapshot-import test {chain} --reparent a=side --reparent side=")
    assert moved.err.endswith("side is younger than its child a (check <parent>)\n")
    assert world.tree() == {"a": "side", "b": "a", "c": "b", "side": None}
    wrong = world(f"snapshot-import test {chain} --reparent nobody=a")
    assert wrong.status == 1
    assert "--reparent: no document is about snapshot nobody" in wrong.err
    malformed = world(f"snapshot-import test {chain} --reparent c")
    assert malformed.err == (
        "error: invalid argument: --reparent takes two words with a = between, not 'c'\n"
    )


@pytest.mark.parametrize(
    ("policy", "tree"), [("root", {"b": None, "c": "b", "other": None}), ("skip", {"other": None})]
)
def test_e5_orphans(
    world: World, files: Any, build: Any, policy: str, tree: dict[str, str | None]
) -> None:
    files(
        b=build.snapshot("b", parent="gone"),
        c=build.snapshot("c", parent="b"),
        other=build.snapshot("other"),
    )
    line = "snapshot-import test b.xml c.xml other.xml"
    for words in (line, f"{line} --orphans fail"):
        failed = world(words)
        assert failed.status == 1
        assert "parent gone for moment b not found" in failed.err
    world.done(f"{line} --orphans {policy}")
    assert world.tree() == tree
    assert "fail, root, skip" in world(f"{line} --orphans no", "--format", "json").err


def test_e5_and_e6_which_is_current(world: World, files: Any, build: Any, chain: str) -> None:
    active = "<active>1</active>"
    files(
        w1=build.snapshot("c", parent="b", created=30, inside=active),
        w4=build.snapshot("side", parent="a", created=20, inside="<active>0</active>"),
        two=build.snapshot("two", inside=active),
    )
    contradicted = world(f"snapshot-import test {chain} two.xml", "--format", "json")
    problems = json.loads(contradicted.err)["error"]["problems"]
    assert [each["rule"] for each in problems] == ["E6-active"]
    assert world(f"snapshot-import test {chain} --current a").status == 1
    missing = world(f"snapshot-import test {chain} --current nobody --lenient")
    assert "--current: there is no snapshot named nobody" in missing.err
    assert world.tree() == {}
    world.done(f"snapshot-import test {chain} --drop-current")
    assert world.current is None
    world.done(f"snapshot-import test {chain}")
    assert world.current == "c"
    world.done("snapshot-import test w2.xml --current a")  # neither has to be sent but for that
    assert world.current == "a"


# ---- E8


def test_e8_levels_and_current_last_once(world: World, chain: str) -> None:
    calls: list[list[tuple[str, int]]] = []
    many = world.connection.driver.many
    call = world.connection.driver.call

    def name(xml: str) -> str:
        return xml.partition("<name>")[2].partition("<")[0]

    def watched(requests: Any) -> Any:
        requests = list(requests)
        sent = [
            (name(values[0]), values[1])
            for stub, _, values in requests
            if stub.slot == "domain_snapshot_create_xml"
        ]
        calls.append(sent)
        return many(requests)

    def alone(stub: Any, target: Any, values: Any) -> Any:
        if stub.slot == "domain_snapshot_create_xml" and values[1] & 2:
            calls.append([(name(values[0]), values[1])])
        return call(stub, target, values)

    world.patch.setattr(world.connection.driver, "many", watched)
    world.patch.setattr(world.connection.driver, "call", alone)
    world.done(f"snapshot-import test {chain} --current b")
    assert [sent for sent in calls if sent] == [
        [("a", 1)],
        [("b", 1), ("side", 1)],
        [("c", 1)],
        [("b", 3)],
    ]
    assert world.tree() == TREE


# ---- E9 and E11


def test_e9_a_failure_is_undone(world: World, files: Any, build: Any, chain: str) -> None:
    files(old=build.snapshot("a", created=10), keep=build.snapshot("keep", parent="a"))
    world.done("snapshot-import test old.xml keep.xml --current keep")
    before = world.dumps()
    files(w3=build.snapshot("a", created=10, inside="<description>new</description>"))
    world.failing("c")
    result = world(f"snapshot-import test {chain} --current b")
    assert result.status == 3
    assert result.err == (
        "error: Failed to import snapshot c into domain 'test'; "
        "undone: side deleted, b deleted, a put back\n"
        "error: operation failed: no room\n"
    )
    assert world.dumps() == before
    assert world.current == "keep"
    world.real()
    assert world(f"snapshot-import test {chain} --current b").status == 0  # no journal is left
    assert world.tree() == {**TREE, "keep": "a"}


def test_e9_current_is_restored(world: World, files: Any, build: Any, chain: str) -> None:
    """What fails is the very last step, in which b becomes current."""
    files(keep=build.snapshot("keep"))
    world.done("snapshot-import test keep.xml --current keep")
    from vsh.drivers.test.domain.moments import Moments
    from vsh.errors import OperationFailed

    real = Moments.snapshot_create_xml

    def create(driver: Any, domain: Any, xml: str, flags: int = 0) -> Any:
        made = real(driver, domain, xml, flags)
        if flags & 2 and "<name>b</name>" in xml:
            raise OperationFailed("too late")
        return made

    world.answer(create)
    result = world(f"snapshot-import test {chain} --current b")
    assert result.status == 3
    assert world.current == "keep"
    assert world.tree() == {"keep": None}
    assert "keep made current again" in result.err


def test_e11_nothing_changed_is_1(world: World, chain: str) -> None:
    world.failing("a")
    result = world(f"snapshot-import test {chain}")
    assert result.status == 1
    assert result.err == (
        "error: Failed to import snapshot a into domain 'test'; nothing was changed\n"
        "error: operation failed: no room\n"
    )


def test_e11_what_cannot_be_undone_is_4(world: World, chain: str) -> None:
    from vsh.drivers.test.snapshot import Snapshot
    from vsh.errors import OperationFailed

    def refuse(driver: Any, snapshot: Any, flags: int = 0) -> None:
        raise OperationFailed("stuck")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Snapshot, "delete", refuse)
        world.failing("c")
        result = world(f"snapshot-import test {chain}")
        assert result.status == 4
        assert "not undone: side (operation failed: stuck), b (" in result.err
        again = world(f"snapshot-import test {chain}")
        assert again.status == 1
        assert again.err == "error: an import of snapshots into domain 'test' was cut off\n"
    world.real()
    assert world("snapshot-import test --rollback").status == 0
    assert world.tree() == {}
    assert world("snapshot-import test --rollback").err == (
        "error: no import of snapshots into domain 'test' was cut off\n"
    )


def _cut_off(world: World, chain: str) -> None:
    world.failing("c", crash=True)
    assert world(f"snapshot-import test {chain} --current b").status == 130
    world.real()
    assert world.tree() == {"a": None, "b": "a", "side": "a"}


def test_e9_resume(world: World, chain: str) -> None:
    _cut_off(world, chain)
    result = world.run(*C, "snapshot-import test --resume")
    assert (result.status, result.err) == (0, "")
    assert result.out == "Snapshots of domain test: 1 added, 3 unchanged\n\n"
    assert (world.tree(), world.current) == (TREE, "b")


def test_e9_rollback(world: World, chain: str, clean_environment: dict[str, str]) -> None:
    from pathlib import Path

    _cut_off(world, chain)
    (journal,) = (Path(clean_environment["XDG_STATE_HOME"]) / "vsh").glob("journal-*")
    assert journal.stat().st_mode & 0o777 == 0o600  # there are passwords in documents
    result = world.run(*C, "snapshot-import test --rollback")
    assert (result.status, result.err) == (0, "")
    assert result.out == "Domain test: undone: side deleted, b deleted, a deleted\n\n"
    assert world.tree() == {}
    assert not journal.exists()


def test_e9_what_others_changed_meanwhile_is_left_alone(
    world: World, files: Any, build: Any, chain: str
) -> None:
    _cut_off(world, chain)
    files(mine=build.snapshot("b", parent="a", created=99))
    assert world("snapshot-create test mine.xml --redefine").status == 0
    refused = world("snapshot-import test --resume")
    assert refused.status == 1
    assert refused.err == "error: snapshot b has been changed by somebody else\n"
    result = world("snapshot-import test --rollback")
    assert result.status == 4
    assert result.err.startswith("error: not undone: b (somebody else has changed it), a (b is")
    assert world.tree() == {"a": None, "b": "a"}


def test_e9_another_process_is_left_to_its_work(world: World, chain: str) -> None:
    from vsh.redefine.journal import lock

    _cut_off(world, chain)
    other = lock(world.domain, SNAPSHOT).__enter__()
    for words in ("--resume", "--rollback", chain):
        refused = world(f"snapshot-import test {words}")
        assert refused.status == 1
        assert refused.err == ("error: another process is importing snapshots into domain 'test'\n")
    other.__exit__()
    assert world("snapshot-import test --rollback").status == 0


def test_e9_options_of_going_on(world: World, chain: str) -> None:
    assert world("snapshot-import test").err == "error: <file> is required\n"
    both = world("snapshot-import test --resume --rollback")
    assert both.err == "error: Options --resume and --rollback are mutually exclusive\n"
    more = world(f"snapshot-import test {chain} --resume")
    assert more.err == "error: Options --resume and --file are mutually exclusive\n"


def _tree_of(choose: Any, names: list[str], count: int, *more: str) -> dict[str, str | None]:
    """A forest of some of the names; parents may be ``more``, too."""
    picked = choose.sample(names, count)
    return {
        name: choose.choice([None, *picked[:place], *sorted(set(more) - {name})])
        for place, name in enumerate(picked)
    }


def _documents(tmp_path: Path, build: Any, tree: dict[str, str | None], text: str) -> str:
    for name, parent in tree.items():
        inside = f"<description>{text}</description>"
        xml = build.snapshot(name, parent=parent, created=1, inside=inside)
        (tmp_path / f"{name}.xml").write_text(xml)
    return " ".join(f"{name}.xml" for name in tree)


@pytest.mark.parametrize("seed", range(40))
def test_e9_all_or_nothing(world: World, tmp_path: Path, build: Any, seed: int) -> None:
    """Any tree over any other one: it is as planned, or, where one document is refused, as
    before."""
    from random import Random

    from vsh.drivers.test.domain.moments import Moments

    choose = Random(seed)
    names = list("abcdefgh")
    old = _tree_of(choose, names, choose.randint(0, 6))
    if old:
        files = _documents(tmp_path, build, old, "old")
        world.done(f"snapshot-import test {files} --current {choose.choice(list(old))}")
    before, current = world.dumps(), world.current
    new = _tree_of(choose, names, choose.randint(1, 8), *sorted(old))
    files = _documents(tmp_path, build, new, choose.choice(["old", "new"]))
    planned = {**old, **new}
    wanted = choose.choice(list(planned))
    circle = any(_above(planned, name) for name in planned)
    if not circle:
        refused = choose.choice(list(new))
        with world.patch.context() as patch:
            real = Moments.snapshot_create_xml

            def create(driver: Any, domain: Any, xml: str, flags: int = 0) -> Any:
                own = xml.partition("<description>")[0]  # the name is before it
                if f"<name>{refused}</name>" in own and ">new<" in xml:
                    from vsh.errors import OperationFailed

                    raise OperationFailed("no room")
                return real(driver, domain, xml, flags)

            world.answer(create, patch)
            result = world(f"snapshot-import test {files} --current {wanted}")
        if result.status:
            assert result.status in (1, 3), result.err
            assert (world.dumps(), world.current) == (before, current)
    result = world(f"snapshot-import test {files} --current {wanted}")
    if circle:
        assert result.status == 1
        assert "would create cycle" in result.err
        assert (world.dumps(), world.current) == (before, current)
    else:
        assert result.status == 0, result.err
        assert (world.tree(), world.current) == (planned, wanted)


def _above(tree: dict[str, str | None], name: str) -> bool:
    """Whether a name has itself above it."""
    above = tree[name]
    seen = set()
    while above is not None and above not in seen:
        if above == name:
            return True
        seen.add(above)
        above = tree[above]
    return False


# ---- E12


def test_e12_what_was_not_kept_is_shown(world: World, files: Any, build: Any) -> None:
    from vsh.drivers.test.domain.moments import Moments

    real = Moments.snapshot_create_xml

    def forgetful(driver: Any, domain: Any, xml: str, flags: int = 0) -> Any:
        lines = [line for line in xml.splitlines() if "<description>" not in line]
        return real(driver, domain, "\n".join(lines), flags)

    world.answer(forgetful)
    files(x=build.snapshot("x", inside="<description>mine</description>"))
    result = world("snapshot-import test x.xml")
    assert result.status == 0
    assert result.err.startswith(
        "warning: not all that x.xml says of snapshot x was kept\n--- sent\n+++ kept\n"
    )
    assert "\n-  <description>mine</description>\n" in result.err


def test_e12_what_a_driver_adds_is_no_loss(world: World, chain: str) -> None:
    assert world(f"snapshot-import test {chain}").err == ""


# ---- warnings in structured formats


@pytest.mark.parametrize("format", ["json", "yaml"])
def test_warnings_for_programs(world: World, files: Any, build: Any, format: str) -> None:
    files(x=build.snapshot(inside="<memroy/>\n<active>1</active>"))
    for line in ("snapshot-create test x.xml --redefine --lenient", "snapshot-import test x.xml"):
        result = world(line, "--format", format)
        assert result.status == 0
        if format == "json":
            found = [json.loads(text)["warning"] for text in result.err.splitlines()]
        else:
            import yaml

            found = [each["warning"] for each in yaml.safe_load_all(result.err)]
        (dropped,) = [each for each in found if each["rule"] == "E2"]
        assert (dropped["file"], dropped["line"], dropped["mild"]) == ("x.xml", 5, True)
        assert dropped["hint"] == "did you mean 'memory'?"


# ---- exports


def test_export_and_import(world: World, tmp_path: Path, chain: str) -> None:
    world.done(f"snapshot-import test {chain} --current side")
    before = world.dumps()
    result = world.run(*C, "snapshot-export test out; snapshot-export test --file all.xml")
    assert result.out == (
        "4 snapshots of domain test exported to 'out'\n\n"
        "4 snapshots of domain test exported to 'all.xml'\n\n"
    )
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "a.xml", "b.xml", "c.xml", "manifest.json", "side.xml",
    ]  # fmt: skip
    assert (tmp_path / "out/a.xml").read_text() == before["a"]
    assert (tmp_path / "out/side.xml").read_text() == before["side"].replace(
        "</domainsnapshot>", "  <active>1</active>\n</domainsnapshot>"
    )
    assert (tmp_path / "out/a.xml").stat().st_mode & 0o777 == 0o600
    again = world("snapshot-export test out")
    assert again.err == "error: folder 'out' has documents in it already\n"
    assert world("snapshot-export test").err == "error: <folder> or --file is required\n"
    for source in ("out", "all.xml"):
        for snapshot in world.domain.list_all_snapshots(0):
            snapshot.delete(0)
        assert world.tree() == {}
        world.done(f"snapshot-import test {source}")
        assert world.dumps() == before
        assert world.current == "side"
        unchanged = world.run(*C, f"snapshot-import test {source}").out
        assert unchanged == "Snapshots of domain test: 4 unchanged\n\n"


def test_lines_in_bundles(world: World, tmp_path: Path, build: Any) -> None:
    whole = build.snapshot("a") + build.snapshot("b", state="zz") + build.snapshot("c", state="yy")
    for text in (whole, whole.replace("<domainsnapshot>\n<name>a", "<domainsnapshot >\n<name>a")):
        (tmp_path / "all.xml").write_text(f"<domainsnapshots>\n{text}</domainsnapshots>\n")
        result = world("snapshot-import test all.xml", "--format", "json")
        problems = json.loads(result.err)["error"]["problems"]
        assert [(each["rule"], each["line"]) for each in problems] == [("15", 10), ("15", 16)]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("a b", "a b"),
        ("a/b", "a%2Fb"),
        (".x", "%2Ex"),
        ("-x", "%2Dx"),
        ("100%", "100%25"),
        ("\N{LATIN SMALL LETTER U WITH DIAERESIS}", "\N{LATIN SMALL LETTER U WITH DIAERESIS}"),
        ("a\nb", "a%0Ab"),
    ],
)
def test_names_of_files(name: str, file: str) -> None:
    from vsh.acts.export_ import safe

    assert safe(name) == file
    assert len(safe(name * 300).encode()) <= 240


def test_folders(world: World, tmp_path: Path, chain: str) -> None:
    (tmp_path / "empty").mkdir()
    assert world("snapshot-import test empty").err == "error: no documents in folder 'empty'\n"
    (tmp_path / "notes.txt").write_text("no document")
    world.done("snapshot-import test .")
    assert world.tree() == TREE


# ---- how long it takes


def test_a_long_chain_is_linear(run: Any, tmp_path: Path, build: Any) -> None:
    took = {}
    for count in (250, 1000):
        folder = tmp_path / f"chain{count}"
        folder.mkdir()
        for number in range(count):
            parent = f"s{number - 1}" if number else None
            file = folder / f"{(number * 7919) % count}.xml"
            file.write_text(build.snapshot(f"s{number}", parent=parent, created=number + 1))
        start = time.process_time()
        result = run(*C, f"snapshot-import test {folder}")
        took[count] = time.process_time() - start
        assert (result.status, result.err) == (0, "")
        assert result.out == f"Snapshots of domain test: {count} added\n\n"
    assert took[1000] < 8 * took[250]
    assert took[1000] < 20


# ---- E10: checkpoints


def test_checkpoints_on_the_test_driver(run: Any, files: Any, build: Any) -> None:
    files(
        a=build.checkpoint("a", created=1),
        b=build.checkpoint("b", parent="a", created=2),
        c=build.checkpoint("c", parent="b", created=3),
    )
    result = run(
        *C,
        "checkpoint-import test c.xml a.xml b.xml; checkpoint-import test a.xml b.xml c.xml; "
        "checkpoint-export test out; checkpoint-import test out --no-validate; "
        "checkpoint-list test --parent --name",
    )
    assert (result.status, result.err) == (0, "")
    assert result.out == (
        "Checkpoints of domain test: 3 added\n\n"
        "Checkpoints of domain test: 3 unchanged\n\n"
        "3 checkpoints of domain test exported to 'out'\n\n"
        "Checkpoints of domain test: 3 unchanged\n\n"
        "a\nb\ta\nc\tb\n\n"
    )
    refused = run(*C, "checkpoint-import test a.xml --validate")
    assert "unsupported flags (0x4) in function testDomainCheckpointCreateXML" in refused.err
    off = run(*C, "destroy test; checkpoint-import test a.xml")
    assert "cannot create checkpoint for inactive domain" in off.err
    both = run(*C, "checkpoint-import test a.xml --validate --truncate-at-invalid")
    assert (
        both.err == "error: Options --validate and --truncate-at-invalid are mutually exclusive\n"
    )


def test_disks_that_cannot_be_written_to_stay_out(world: World, tmp_path: Path) -> None:
    (tmp_path / "d.xml").write_text(
        "<domain type='test'><name>d</name><uuid>11111111-2222-3333-4444-555555555555</uuid>"
        "<memory>65536</memory><os><type>hvm</type></os><devices><disk type='file' device='cdrom'>"
        "<target dev='hdc' bus='ide'/></disk><disk type='file'><source file='/old/a.img'/>"
        "<target dev='vda'/></disk></devices></domain>"
    )
    world.done(f"define {tmp_path}/d.xml; start d; snapshot-create-as d s1")
    world.done(f"snapshot-export d {tmp_path}/out; snapshot-delete d s1; destroy d")
    world.done(f"snapshot-import d {tmp_path}/out --map-path /old=/new")
    assert "file='/new/a.img'" in world.done("snapshot-dumpxml d s1")
