"""What vsh adds: E1 to E8 and E10, and that virsh's own bugs (section 8 of the rules) are not
copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vsh.errors import InternalError, XmlError
from vsh.redefine.kinds.snapshot import SNAPSHOT
from vsh.redefine.rules import every

if TYPE_CHECKING:
    from typing import Any

C = ("-c", "test:///default")


# ---- E1: options that mean taking a snapshot


@pytest.mark.parametrize(
    ("option", "name"),
    [
        ("--live", "LIVE"),
        ("--reuse-external", "REUSE_EXT"),
        ("--quiesce", "QUIESCE"),
        ("--atomic", "ATOMIC"),
    ],
)
def test_e1_options_of_taking(asked: Any, build: Any, run: Any, option: str, name: str) -> None:
    found = asked(build.snapshot(), option)
    assert found.status == 1
    assert "E1" in found.rules
    assert (
        f"Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_{name}' and 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' are "
        "mutually exclusive"
    ) in [problem["message"] for problem in found.problems]
    if (
        option != "--reuse-external"
    ):  # the test driver takes and ignores the others: so does the drop-in
        result = run(*C, f"snapshot-create test x.xml --redefine {option}", program="virsh")
        assert (result.status, result.err) == (0, "")


def test_e1_redefine_needs_a_file(run: Any) -> None:
    result = run(*C, "snapshot-create test --redefine")
    assert (result.status, result.err) == (
        1,
        "error: XML error: a redefined snapshot must have a name\n",
    )


# ---- E2: all problems at once


BAD = """<domainsnapshot>
  <name>x</name>
  <state>zz</state>
  <creationtime>1600000000</creationtime>
  <memory snapshot='internal' file='rel'/>
  <disks>
    <disk/>
  </disks>
</domainsnapshot>
"""


def test_e2_all_problems_with_place_rule_and_hint(asked: Any) -> None:
    found = asked(BAD)
    assert [(each["file"], each["line"], each["rule"]) for each in found.problems] == [
        ("x.xml", 1, "13"),
        ("x.xml", 3, "15"),
        ("x.xml", 5, "19"),
        ("x.xml", 5, "22"),
        ("x.xml", 7, "23"),
        ("x.xml", 1, "37"),
        ("x.xml", 4, "E2"),
    ]
    assert all(each["hint"] for each in found.problems)
    assert found.problems[-1]["hint"] == "did you mean 'creationTime'?"
    assert found.error == "internal error: missing creationTime from existing snapshot"


def test_e2_what_does_not_depend_on_the_rest(asked: Any, build: Any, qemu: Any) -> None:
    """A state that cannot be read keeps nothing from being said that does not depend on it."""
    other = build.domain(uuid=build.UUID[:-1] + "0")
    assert asked(build.snapshot("a/b", state="zz", parent="a/b", nested=other)).rules == [
        "15",
        "31",
        "35",
        "E6-name",
    ]
    assert asked(build.snapshot("x", created=None, parent="y", nested="")).rules == [
        "13",
        "32",
        "37",
    ]
    assert asked(build.snapshot(None, nested="")).rules == ["12", "37"]
    assert asked(build.checkpoint("x", created="z", parent="x", nested=other), kind="checkpoint")
    guest = qemu()
    found = asked(
        build.snapshot(".x", state="zz", parent="y", nested=other), uri=guest.uri, name="tiny"
    )
    assert found.rules == ["15", "27", "32", "35"]


def test_e2_plain_says_what_virsh_says_and_no_more(run: Any, files: Any) -> None:
    files(x=BAD)
    line = "snapshot-create test x.xml --redefine"
    ours, theirs = (run(*C, line, program=program) for program in ("vsh", "virsh"))
    assert (
        ours.err
        == theirs.err
        == ("error: internal error: missing creationTime from existing snapshot\n")
    )


@pytest.mark.parametrize(
    "words",
    [
        ("--explain", *C, "snapshot-create test x.xml --redefine"),
        (*C, "snapshot-create test x.xml --redefine --explain"),
    ],
)
def test_e2_explain(run: Any, files: Any, words: tuple[str, ...]) -> None:
    files(x=BAD)
    err = run(*words).err
    assert err.startswith(
        "error: internal error: missing creationTime from existing snapshot\n"
        "x.xml:1: rule 13: internal error: missing creationTime"
    )
    assert "x.xml:5: rule 22: XML error: memory snapshot file path (rel) must be absolute\n" in err
    assert "Rule 22: the memory file's path is absolute.\n  The hypervisor has" in err


def test_e2_on_a_terminal_the_others_follow(run: Any, files: Any) -> None:
    files(x=BAD)
    err = run("--format", "table", *C, "snapshot-create test x.xml --redefine").err
    assert "x.xml:3: rule 15" in err
    assert "add <state> with one of these words" in err
    assert "Rule 15" not in err


def test_explain_is_not_an_option_of_virsh(run: Any, files: Any, build: Any) -> None:
    files(x=build.snapshot())
    result = run(*C, "snapshot-create test x.xml --redefine --explain", program="virsh")
    assert result.err == "error: command 'snapshot-create' doesn't support option --explain\n"
    assert "--explain" in run("help", "snapshot-create").out
    assert "--explain" not in run("help", "snapshot-create", program="virsh").out
    assert "--explain" in run(*C, "complete", "--", "snapshot-create", "test", "--").out
    assert (
        "--explain"
        not in run(*C, "complete", "--", "snapshot-create", "test", "--", program="virsh").out
    )


def test_every_rule_is_declared_once() -> None:
    """In one file, with its text, and with its check or among those that the reader finds."""
    from vsh import lookup
    from vsh.redefine.rule import Rule

    folder = "vsh.redefine.rules"
    declared = [
        value.name
        for file in lookup.names(folder)
        for value in {
            id(each): each for each in vars(lookup.module(folder, file)).values()
        }.values()
        if isinstance(value, Rule)
    ]
    assert sorted(declared) == sorted(every())
    for name, rule in every().items():
        problem = rule.broken(InternalError("x"))
        assert problem.explanation().startswith(f"Rule {name}: {rule.title}.\n  ")


# ---- E3 and E4: the planned state


def _read(xml: str) -> Any:
    from vsh.xml.engine.flags import REDEFINE
    from vsh.xml.engine.reader import read
    from vsh.xml.moment.snapshot import DomainSnapshot

    return read(xml, DomainSnapshot, flags=REDEFINE, problems=[])


def _plan(build: Any, **existing: str) -> Any:
    from vsh.redefine.plan import Plan, Target

    return Plan(Target(build.UUID, "test", {name: _read(xml) for name, xml in existing.items()}))


def _entry(xml: str, file: str, **options: Any) -> Any:
    from vsh.redefine.plan import Entry

    return Entry(_read(xml), xml, file, **options)


def test_e3_a_document_is_checked_against_those_before_it(build: Any) -> None:
    from vsh.redefine.rule import Case

    plan = _plan(build)

    def broken(xml: str) -> list[str]:
        return [each.rule for each in Case(_read(xml), plan).judge(SNAPSHOT.among())]

    child = build.snapshot("b", parent="a")
    assert broken(child) == ["32"]
    _add(plan, _entry(build.snapshot("a"), "a.xml"))
    assert broken(child) == []
    _add(plan, _entry(child, "b.xml"))
    assert broken(build.snapshot("a", parent="b")) == ["33"]


def _add(plan: Any, entry: Any) -> None:
    plan.entries[entry.name] = entry


# ---- E6: what libvirt would take


@pytest.mark.parametrize(
    ("rule", "inside", "options", "name"),
    [
        ("E6-inactive", "{inactive}", (), "x"),
        ("E6-revert", "<revertDisks><disk name='vdq' snapshot='no'/></revertDisks>", (), "x"),
        ("E6-active", "<active>1</active>", (), "x"),
        ("E6-active", "<active>0</active>", ("--current",), "x"),
        ("E6-name", "", (), "a/b"),
        ("E6-name", "", (), ".hidden"),
    ],
)
def test_e6_refusals(
    asked: Any, run: Any, build: Any, rule: str, inside: str, options: tuple[str, ...], name: str
) -> None:
    other = build.domain(tag="inactiveDomain", uuid=build.UUID[:-1] + "0")
    xml = build.snapshot(name, inside=inside.format(inactive=other))
    found = asked(xml, *options)
    assert (found.status, found.rules) == (1, [rule])
    assert asked(xml, *options, "--lenient").status == 0
    words = " ".join(["snapshot-create test x.xml --redefine", *options])
    warned = run(*C, f"{words} --lenient")
    assert warned.err.startswith("warning: x.xml:")
    drop_in = run(*C, words, program="virsh")
    assert (drop_in.status, drop_in.err) == (0, "")


def test_e6_one_image_two_snapshots(asked: Any, build: Any, files: Any) -> None:
    disk = "<disks><disk name='vda'><source file='/one.img'/></disk></disks>"
    files(a=build.snapshot("a", state="disk-snapshot", inside=disk))
    found = asked(
        build.snapshot("b", state="disk-snapshot", inside=disk),
        before="snapshot-create test a.xml --redefine",
    )
    assert found.rules == ["E6-source"]
    assert found.error == (
        "unsupported configuration: source '/one.img' of disk 'vda' belongs to snapshot 'a' already"
    )


def test_e6_younger_than_a_child_is_a_warning(run: Any, build: Any, files: Any) -> None:
    files(
        a=build.snapshot("a"),
        b=build.snapshot("b", parent="a"),
        late=build.snapshot("a", created=1700000000),
    )
    result = run(
        *C,
        "snapshot-create test a.xml --redefine; snapshot-create test b.xml --redefine; "
        "snapshot-create test late.xml --redefine",
    )
    assert result.status == 0
    assert result.err == (
        "warning: late.xml:4: internal error: a is younger than its child b (check <parent>)\n"
    )


def test_dropped_parts_are_warned_of(run: Any, files: Any, build: Any) -> None:
    files(x=build.snapshot(inside="<memroy snapshot='internal'/>"))
    line = "snapshot-create test x.xml --redefine"
    result = run(*C, line)
    assert result.status == 0
    assert result.err == (
        "warning: x.xml:5: libvirt does not know <memroy> in domainsnapshot and drops it "
        "(did you mean 'memory'?)\n"
    )
    assert run(*C, line, program="virsh").err == ""


# ---- E7: the document that ends old daemons


def test_e7_a_deadly_document_is_never_sent(qemu: Any) -> None:
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny e1 --disk-only")
    xml = guest.dump("e1")
    head = xml[: xml.index("  <disks>")]
    deadly = head + "</domainsnapshot>\n"
    guest.write("x", deadly)
    for program in ("vsh", "virsh"):
        result = guest("snapshot-create tiny x.xml --redefine --disk-only", program=program)
        assert result.status == 1
        assert result.err == (
            "error: Operation not supported: a daemon of version 9.0.0 would crash at "
            "this document\n"
        )
    assert guest.daemon.alive()
    assert guest.dump("e1") == xml


def test_e7_newer_daemons_are_told() -> None:
    from vsh.redefine.rules.images import FIXED_ALIGNMENT

    assert FIXED_ALIGNMENT == 11_003_000


# ---- E8: order


def test_e8_parents_first_siblings_together(build: Any) -> None:
    plan = _plan(build, root=build.snapshot("root"))
    for name, parent, created in (
        ("leaf", "b10", 9),
        ("b10", "root", 5),
        ("b9", "root", 5),
        ("old", "root", 1),
        ("other", None, 7),
    ):
        _add(plan, _entry(build.snapshot(name, parent=parent, created=created), f"{name}.xml"))
    assert [[entry.name for entry in level] for level in plan.levels()] == [
        ["old", "b9", "b10", "other"],
        ["leaf"],
    ]


def test_e8_a_plan_is_applied_level_by_level(build: Any) -> None:
    import vsh
    from vsh.redefine.apply import apply_levels
    from vsh.redefine.live import LiveTarget
    from vsh.redefine.plan import Plan

    with vsh.connect("test:///default") as connection:
        domain = connection.domain("test")
        plan = Plan(LiveTarget(domain, SNAPSHOT))
        for name, parent in (("c", "b"), ("b", "a"), ("side", "a"), ("a", None)):
            _add(plan, _entry(build.snapshot(name, parent=parent), f"{name}.xml"))
        volleys: list[int] = []
        many = connection.driver.many
        connection.driver.many = lambda requests: volleys.append(len(requests)) or many(requests)
        done = apply_levels(domain, SNAPSHOT, plan.levels())
        assert [entry.name for entry in done] == ["a", "b", "side", "c"]
        assert volleys == [1, 2, 1]
        parents = {
            each.name: each.get_xml_desc().partition("<parent>")[2].partition("<name>")[2][:1]
            for each in domain.list_all_snapshots()
        }
        assert parents == {"a": "", "b": "a", "side": "a", "c": "b"}


def test_e8_what_is_in_place_when_a_document_fails(build: Any) -> None:
    import vsh
    from vsh.redefine.apply import Stopped, apply_levels
    from vsh.redefine.live import LiveTarget
    from vsh.redefine.plan import Plan

    with vsh.connect("test:///default") as connection:
        domain = connection.domain("test")
        plan = Plan(LiveTarget(domain, SNAPSHOT))
        for name, parent in (("a", None), ("b", "a"), ("c", "b")):
            _add(plan, _entry(build.snapshot(name, parent=parent), f"{name}.xml"))
        plan.entries["b"].xml = "<domainsnapshot/>"
        with pytest.raises(Stopped) as stopped:
            apply_levels(domain, SNAPSHOT, plan.levels())
        assert stopped.value.name == "b"
        assert stopped.value.error.code == XmlError.code
        assert [each.name for each in domain.list_all_snapshots()] == ["a"]


def test_e8_a_long_chain_is_no_recursion(build: Any) -> None:
    plan = _plan(build)
    for number in range(3000, 0, -1):
        parent = f"s{number - 1}" if number > 1 else None
        entry = _entry("<domainsnapshot/>", "x")
        entry.document.name, entry.document.parent, entry.name = f"s{number}", parent, f"s{number}"
        plan.entries[entry.name] = entry
    levels = plan.levels()
    assert len(levels) == 3000
    assert levels[-1][0].name == "s3000"


# ---- E10: validation of checkpoints


def test_e10_validation_needs_a_running_domain(qemu: Any) -> None:
    guest = qemu(start=True)
    guest.done("checkpoint-create-as tiny c")
    guest.write("c", guest.dump("c", "checkpoint"))
    guest.done("checkpoint-delete tiny c --metadata")
    guest.daemon.virsh("destroy", "tiny")
    result = guest("checkpoint-create tiny c.xml --redefine --redefine-validate --explain")
    assert result.status == 1
    assert result.err.startswith("error: Requested operation is not valid: domain is not running\n")
    assert "Rule E10" in result.err
    assert guest.done("checkpoint-list tiny --name") == ""
