"""Section 8 of the rules: what the commands share with virsh, and virsh's bugs that they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

C = ("-c", "test:///default")


def edit(change: str) -> dict[str, str]:
    """An editor that makes a change by itself."""
    return {"EDITOR": f"sed -i '{change}'"}


# ---- 8.2: --halt never powers off what it was not asked to


@pytest.mark.parametrize("program", ["vsh", "virsh"])
def test_redefine_with_halt_leaves_the_guest_running(qemu: Any, program: str) -> None:
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny s1")
    guest.write("s1", guest.dump("s1"))
    result = guest("snapshot-create tiny s1.xml --redefine --halt", program=program)
    assert result.status == 1
    assert result.err == (
        "error: Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' and "
        "'VIR_DOMAIN_SNAPSHOT_CREATE_HALT' are mutually exclusive\n"
    )
    assert guest.done("domstate tiny").strip() == "running"


@pytest.mark.parametrize("program", ["vsh", "virsh"])
def test_a_refused_snapshot_with_halt_is_not_tried_again(run: Any, program: str) -> None:
    result = run(
        *C,
        "snapshot-create-as test s --halt --disk-only; domstate test; snapshot-list test --name",
        program=program,
    )
    assert result.err == "error: unsupported flags (0x10) in function testDomainSnapshotCreateXML\n"
    assert result.out == "\nrunning\n\n\n"  # and there is no snapshot


# ---- 8.3: the only thing that is tried again


class _Old:
    """A domain whose hypervisor does not know VALIDATE."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def snapshot_create_xml(self, xml: str, flags: int) -> Any:
        from vsh.errors import NoSupport

        self.asked.append(flags)
        if flags & 512:
            raise NoSupport("virDomainSnapshotCreateXML")
        return type("Made", (), {"name": "x"})()


def test_validate_is_dropped_only_for_a_document_of_our_own() -> None:
    from vsh.cli.session import Session
    from vsh.commands.snapshot._taking import take
    from vsh.errors import NoSupport

    old = _Old()
    take(Session(), old, "<domainsnapshot/>", 512)
    assert old.asked == [512, 0]
    with pytest.raises(NoSupport):
        take(Session(), _Old(), "<domainsnapshot/>", 512, "mine.xml")


# ---- 8.4: files


def test_files(run: Any, tmp_path: Any) -> None:
    (tmp_path / "folder").mkdir()
    with (tmp_path / "big.xml").open("wb") as file:
        file.truncate(10 * 1024 * 1024 + 1)
    result = run(
        *C,
        "snapshot-create test none.xml; snapshot-create test folder; "
        "checkpoint-create test big.xml",
    )
    assert result.err == (
        "error: Failed to open file 'none.xml': No such file or directory\n"
        "error: Failed to read file 'folder': Is a directory\n"
        "error: Failed to read file 'big.xml': Value too large for defined data type\n"
    )
    assert run(*C, "snapshot-list nobody").err == "error: failed to get domain 'nobody'\n"


# ---- 8.6: editing


def test_edit(run: Any) -> None:
    result = run(
        *C,
        "snapshot-create-as test s old; snapshot-edit test s; snapshot-dumpxml test s",
        env=edit("s/old/new/"),
    )
    assert result.err == ""
    assert "Snapshot s edited.\n\n" in result.out
    assert "<description>new</description>" in result.out


def test_edit_nothing(run: Any) -> None:
    result = run(*C, "snapshot-create-as test s; snapshot-edit test s", env={"EDITOR": "true"})
    assert (result.status, result.err) == (0, "")
    assert result.out.endswith("Snapshot s XML configuration not changed.\n\n")


@pytest.mark.parametrize("program", ["vsh", "virsh"])
def test_an_edit_that_fails_off_a_terminal_is_an_error(run: Any, program: str) -> None:
    result = run(
        *C,
        "snapshot-create-as test s; snapshot-edit test s",
        program=program,
        env=edit("s,<state>running,<state>zz,"),
    )
    assert result.status == 1
    assert result.err == (
        "error: unsupported configuration: Invalid state '\\''zz'\\'' in domain "
        "snapshot XML\n".replace("'\\''", "'")
        + "error: Failed to update s\n"
    )


@pytest.mark.parametrize("program", ["vsh", "virsh"])
def test_an_edit_that_is_no_xml_does_not_crash(run: Any, program: str) -> None:
    result = run(
        *C,
        "snapshot-create-as test s; snapshot-edit test s; snapshot-list test --name",
        program=program,
        env=edit("1d"),
    )
    assert result.status == 0
    assert result.err.startswith("error: at line ")
    assert result.err.endswith("error: Failed to update s\n")
    assert result.out.endswith("s\n\n")


def test_an_editor_that_fails(run: Any) -> None:
    result = run(*C, "snapshot-create-as test s; snapshot-edit test s", env={"EDITOR": "false"})
    assert result.status == 1
    assert "error: internal error: Child process (false /tmp/virsh" in result.err
    assert "unexpected exit status 1\n" in result.err


@pytest.mark.parametrize("program", ["vsh", "virsh"])
def test_a_new_name_needs_a_word_and_leaves_nothing_behind(run: Any, program: str) -> None:
    result = run(
        *C,
        "snapshot-create-as test s; snapshot-edit test s",
        program=program,
        env=edit("s,<name>s<,<name>t<,"),
    )
    assert result.status == 1
    assert result.err == (
        "error: Must use --rename or --clone to change s to t\nerror: Failed to update s\n"
    )
    listed = run(
        *C,
        "snapshot-create-as test s; snapshot-edit test s; snapshot-list test --name",
        program=program,
        env=edit("s,<name>s<,<name>t<,"),
    )
    assert listed.out == "Domain snapshot s created\n\ns\n\n"


def test_clone(run: Any) -> None:
    result = run(
        *C,
        "snapshot-create-as test s; snapshot-edit test s --clone; "
        "snapshot-list test --name; snapshot-edit test s --clone",
        env=edit("s,<name>s<,<name>t<,"),
    )
    assert "Snapshot s cloned to t.\n\ns\nt\n\n" in result.out
    # a name that is taken is not overwritten
    assert result.err == (
        "error: operation failed: domain moment t already exists\nerror: Failed to update s\n"
    )


TREE = "snapshot-create-as test a; snapshot-create-as test b; snapshot-create-as test c"


def test_rename_keeps_children_and_current(run: Any) -> None:
    env = edit("s,<name>b<,<name>z<,")
    result = run(
        *C,
        f"{TREE}; snapshot-edit test b --rename; snapshot-list test --parent --name; "
        "snapshot-current test --name",
        env=env,
    )
    assert result.err == ""
    assert result.out.endswith("a\nc\tz\nz\ta\n\nc\n")
    result = run(
        *C,
        f"{TREE}; snapshot-current test b; snapshot-edit test b --rename; "
        "snapshot-current test --name; snapshot-list test --parent --name",
        env=env,
    )
    assert result.out.endswith("z\na\nc\tz\nz\ta\n\n")


def test_rename_to_a_name_that_is_taken(run: Any) -> None:
    result = run(*C, f"{TREE}; snapshot-edit test b --rename", env=edit("s,<name>b<,<name>a<,"))
    assert result.err == (
        "error: operation failed: domain moment a already exists\nerror: Failed to update b\n"
    )


def test_rename_on_a_daemon(qemu: Any) -> None:
    guest = qemu(start=True)
    for name in ("a", "b", "c"):
        guest.done(f"snapshot-create-as tiny {name}")
    guest.done("snapshot-current tiny b")
    guest.done("snapshot-edit tiny b --rename", env=edit("s,<name>b<,<name>z<,"))
    assert guest.done("snapshot-list tiny --parent --name") == "a\nc\tz\nz\ta\n"
    assert guest.done("snapshot-current tiny --name") == "z"


def test_a_rename_that_fails_is_undone(qemu: Any) -> None:
    """The last step fails: the old metadata's file cannot be removed, since it is a folder with
    something in it.
    """
    guest = qemu(start=True)
    for name in ("a", "b", "c"):
        guest.done(f"snapshot-create-as tiny {name}")
    guest.done("snapshot-current tiny b")
    before = {name: guest.dump(name) for name in ("a", "b", "c")}
    folder = guest.daemon.folder / "lib/qemu/snapshot/tiny"
    blocked = folder / "c.xml"
    text = blocked.read_text()
    blocked.unlink()
    (blocked / "in the way").mkdir(parents=True)
    result = guest("snapshot-edit tiny b --rename", env=edit("s,<name>b<,<name>z<,"))
    assert result.status == 1
    lines = result.err.splitlines()
    assert lines[0] == (
        "error: Failed to rename snapshot c of domain 'tiny'; not undone: c (internal error: "
        "unable to save metadata for snapshot c); undone: z deleted"
    )
    assert lines[1] == "error: internal error: unable to save metadata for snapshot c"
    assert lines[2] == "error: Failed to update b"
    (blocked / "in the way").rmdir()
    blocked.rmdir()
    # all else is as it was; c can be brought back
    assert guest.done("snapshot-list tiny --name").split() == ["a", "b"]
    assert guest.done("snapshot-current tiny --name") == "b"
    assert {name: guest.dump(name) for name in ("a", "b")} == {
        name: before[name] for name in ("a", "b")
    }
    refused = guest("snapshot-edit tiny b --rename", env=edit("s,<name>b<,<name>z<,"))
    assert "error: a renaming of snapshots of domain 'tiny' was cut off\n" in refused.err
    assert guest.done("snapshot-import tiny --rollback") == ""  # -q: nothing but what was asked for
    assert guest.dump("c") == before["c"]
    assert "<name>c</name>" in text


def test_edit_current(run: Any) -> None:
    result = run(
        *C,
        f"{TREE}; snapshot-edit test a --current; snapshot-current test --name; "
        "snapshot-edit test --current",
        env={"EDITOR": "true"},
    )
    assert "Snapshot a edited.\n\na\nSnapshot a XML configuration not changed.\n" in result.out


def test_edit_exclusive_and_missing(run: Any) -> None:
    result = run(
        *C, "snapshot-edit test s --rename --clone; snapshot-edit test s; snapshot-edit test"
    )
    assert result.err == (
        "error: Options --rename and --clone are mutually exclusive\n"
        "error: Domain snapshot not found: no domain snapshot with matching name 's'\n"
        "error: --snapshotname or --current is required\n"
    )


def test_checkpoint_edit(run: Any) -> None:
    line = "checkpoint-create-as test c old; checkpoint-edit test c"
    result = run(*C, f"{line}; checkpoint-dumpxml test c --no-domain", env=edit("s/old/new/"))
    assert "Checkpoint c edited.\n\n" in result.out
    assert "<description>new</description>" in result.out
    result = run(*C, line, env={"EDITOR": "true"})
    assert result.out.endswith("Checkpoint c XML configuration not changed.\n\n")
    for program in ("vsh", "virsh"):
        result = run(*C, line, env=edit("s,<name>c<,<name>d<,"), program=program)
        assert result.status == 1
        assert result.err == ("error: Cannot rename checkpoint c to d\nerror: Failed to update c\n")
        result = run(*C, line, env=edit("s,<name>c<,<name>/<,"), program=program)
        assert result.err == ("error: Cannot rename checkpoint c to /\nerror: Failed to update c\n")


# ---- 8.7: the current snapshot


def test_current(run: Any, files: Any, build: Any) -> None:
    result = run(
        *C,
        f"{TREE}; snapshot-current test a; snapshot-current test --name; "
        "snapshot-current test --name a; snapshot-current test nosuch",
    )
    assert "Snapshot a set as current\na\n" in result.out
    assert result.err == (
        "error: Options --name and --snapshotname are mutually exclusive\n"
        "error: Domain snapshot not found: no domain snapshot with matching name "
        "'nosuch'\n"
    )
    assert run(*C, "snapshot-current test").err == "error: domain 'test' has no current snapshot\n"
    files(
        x=build.snapshot(
            state="disk-snapshot",
            inside="<disks><disk name='vda'><source file='/a'/></disk></disks>",
        )
    )
    result = run(*C, "snapshot-create test x.xml --redefine; snapshot-current test x")
    assert result.err == "error: unsupported flags (0x10) in function testDomainSnapshotCreateXML\n"


# ---- 8.8 and 8.9: words that scripts match


@pytest.mark.parametrize("command", ["info", "parent", "delete", "revert"])
def test_which_snapshot(run: Any, command: str) -> None:
    result = run(
        *C,
        f"snapshot-{command} test; snapshot-{command} test a --current; "
        f"snapshot-{command} test a; snapshot-{command} test --current",
    )
    assert result.err == (
        "error: --snapshotname or --current is required\n"
        "error: --snapshotname and --current are mutually exclusive\n"
        "error: Domain snapshot not found: no domain snapshot with matching name 'a'\n"
        "error: Domain snapshot not found: the domain does not have a current snapshot\n"
    )


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("--tree --name", "Options --tree and --name are mutually exclusive"),
        ("--parent --roots", "Options --parent and --roots are mutually exclusive"),
        ("--parent --tree", "Options --parent and --tree are mutually exclusive"),
        ("--roots --tree", "Options --roots and --tree are mutually exclusive"),
        ("--roots --from a", "Options --roots and --from are mutually exclusive"),
        ("--roots --current", "Options --roots and --current are mutually exclusive"),
        ("--leaves --tree", "--leaves and --tree are mutually exclusive"),
        ("--external --tree", "--external and --tree are mutually exclusive"),
        ("--descendants", "--descendants requires either --from or --current"),
        ("--from a --current", "--from and --current are mutually exclusive"),
    ],
)
def test_list_conflicts(run: Any, words: str, error: str) -> None:
    assert run(*C, f"snapshot-list test {words}").err == f"error: {error}\n"


def test_checkpoint_words(run: Any) -> None:
    result = run(
        *C,
        "checkpoint-create-as test a; checkpoint-parent test a; "
        "checkpoint-list test --descendants; checkpoint-info test",
    )
    assert result.err == "error: command 'checkpoint-info' requires <checkpointname> option\n"
    result = run(
        *C,
        "checkpoint-create-as test a; checkpoint-parent test a; checkpoint-list test --descendants",
    )
    assert result.err == (
        "error: checkpoint 'a' has no parent\nerror: --descendants requires --from\n"
    )


# ---- 8.10


def test_info_of_a_domain_without_disks(run: Any, files: Any) -> None:
    files(
        d="<domain type='test'><name>d</name><memory>1</memory><os><type>hvm</type></os></domain>"
    )
    result = run(*C, "define d.xml; snapshot-create-as d s; snapshot-info d s")
    assert result.out.endswith(
        "Name:           s\nDomain:         d\nCurrent:        yes\nState:          shutoff\n"
        "Location:       internal\nParent:         -\nChildren:       0\nDescendants:    0\n"
        "Metadata:       yes\n\n"
    )


def test_listing_takes_a_fixed_number_of_round_trips(qemu: Any) -> None:
    """One list and one volley of dumps, however many there are."""
    import vsh
    from vsh.commands._moments import facts_of

    guest = qemu()
    xml = "<domaincheckpoint><name>c{}</name><creationTime>{}</creationTime></domaincheckpoint>"
    connection = vsh.connect(guest.uri)
    domain = connection.domain("tiny")
    for number in range(30):
        domain.checkpoint_create_xml(xml.format(number, number + 1), 1)
    volleys: list[int] = []
    many = connection.driver.many

    def counted(requests: Any) -> Any:
        requests = list(requests)
        volleys.append(len(requests))
        return many(requests)

    connection.driver.many = counted
    found = facts_of(connection, domain.list_all_checkpoints(0))
    assert volleys == [30]
    assert sorted(facts.created for _, facts in found) == list(range(1, 31))
    connection.close()


def test_json(run: Callable[..., Any]) -> None:
    import json

    result = run("--format", "json", *C, f"{TREE}; snapshot-list test --parent")
    rows = json.loads(result.out)[-1]
    assert [(row["name"], row["parent"]) for row in rows] == [("a", None), ("b", "a"), ("c", "b")]
    assert all(row["created"].endswith("Z") for row in rows)


def test_what_a_hypervisor_has_already_is_not_held_against_an_edit(
    run: Any, files: Any, build: Any
) -> None:
    """A name with a slash and a stray disk to revert to got in through virsh."""
    files(
        x=build.snapshot(
            "a/b", inside="<revertDisks><disk name='vdq' snapshot='no'/></revertDisks>"
        )
    )
    result = run(
        *C,
        "snapshot-create test x.xml --redefine --lenient; snapshot-current test a/b; "
        "snapshot-edit test a/b",
        env=edit("s/1600000000/1600000001/"),
    )
    assert result.status == 0
    assert result.out.endswith("Snapshot a/b set as current\nSnapshot a/b edited.\n\n")
    assert result.err.count("warning: ") == 2  # of --lenient
    result = run(
        *C,
        "snapshot-create test x.xml --redefine --lenient; snapshot-edit test a/b",
        env=edit("s/vdq/vdr/"),
    )
    assert result.err.endswith(
        "error: unsupported configuration: no disk named 'vdr' to revert to\n"
        "error: Failed to update a/b\n"
    )


def test_same_bytes_as_virsh(qemu: Any) -> None:
    """Whatever only looks prints the same as the virsh that came with the daemon."""
    guest = qemu(start=True, disks=2)
    for name in ("Alpha", "beta", "gamma"):
        guest.done(f"snapshot-create-as tiny {name}")
    guest.done("snapshot-current tiny Alpha")
    guest.done("snapshot-create-as tiny side 'a <text>'")
    lines = [
        "snapshot-list tiny",
        "snapshot-list tiny --parent",
        "snapshot-list tiny --tree",
        "snapshot-list tiny --topological --name",
        "snapshot-list tiny --from Alpha --descendants",
        "snapshot-list tiny --roots --name",
        "snapshot-info tiny beta",
        "snapshot-info tiny --current",
        "snapshot-dumpxml tiny side --security-info",
        "snapshot-dumpxml tiny gamma --xpath //disks",
        "snapshot-parent tiny gamma",
        "snapshot-current tiny --name",
        "snapshot-current tiny",
        "snapshot-create-as tiny x --print-xml --diskspec vda,snapshot=no --memspec /m",
    ]
    for line in lines:
        assert guest.done(line) == guest.daemon.virsh(*line.split()), line
    for name in ("Alpha", "beta", "gamma", "side"):
        guest.done(f"snapshot-delete tiny {name} --metadata")
    for name in ("one", "two"):
        guest.done(f"checkpoint-create-as tiny {name}")
    for line in (
        "checkpoint-list tiny --parent",
        "checkpoint-list tiny --tree",
        "checkpoint-info tiny one",
        "checkpoint-dumpxml tiny two",
        "checkpoint-dumpxml tiny two --size --no-domain",
        "checkpoint-parent tiny two",
    ):
        assert guest.done(line) == guest.daemon.virsh(*line.split()), line


def test_external_snapshots_are_edited_renamed_and_made_current(qemu: Any) -> None:
    """They say DISK_ONLY, and share their images with their copy for a moment."""
    guest = qemu(start=True, disks=2)
    for name in ("a", "b"):
        guest.done(f"snapshot-create-as tiny {name} --disk-only")
    guest.done("snapshot-current tiny a")
    assert guest.done("snapshot-current tiny --name") == "a"
    guest.done("snapshot-edit tiny a --rename", env=edit(r"s,<name>a<,<name>z \&amp; y<,"))
    assert guest.done("snapshot-list tiny --parent --name") == "b\tz & y\nz & y\n"
    assert guest.done("snapshot-current tiny --name") == "z & y"
    assert guest.done("snapshot-list tiny --disk-only --external --name") == "b\nz & y\n"
    whole = guest.dump("b")
    guest.done("snapshot-delete tiny b --metadata")
    guest.write("b", whole)
    guest.done("snapshot-create tiny b.xml --redefine --disk-only")
    assert guest.dump("b") == whole
    guest.write("copy", whole.replace("<name>b<", "<name>copy<", 1))
    result = guest("snapshot-create tiny copy.xml --redefine")
    assert "belongs to snapshot 'b' already" in result.err
