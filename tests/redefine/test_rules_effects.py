"""Rules 38 to 67: what redefining, reverting, deleting, undefining and a daemon's start do.  One
test for each.

What is libvirt's own business is tested as far as a client can see it, against a real libvirtd;
what only newer daemons than the test's do is tested on the test driver or said in the test.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

C = ("-c", "test:///default")


def _redefined(files: Any, build: Any) -> str:
    """A command line that makes a - b - c, with c current."""
    files(
        a=build.snapshot("a"), b=build.snapshot("b", parent="a"), c=build.snapshot("c", parent="b")
    )
    return (
        "snapshot-create test a.xml --redefine; snapshot-create test b.xml --redefine; "
        "snapshot-create test c.xml --redefine --current"
    )


def test_rule_38_what_a_replacement_keeps(run: Any, files: Any, build: Any) -> None:
    before = _redefined(files, build)
    files(new=build.snapshot("b", created=7, inside="<description>new</description>", nested=""))
    result = run(
        *C,
        f"{before}; snapshot-create test new.xml --redefine; snapshot-list test --tree; "
        "snapshot-current test --name; snapshot-dumpxml test b",
    )
    assert result.err == (
        "warning: new.xml:1: the stored definition of snapshot b is kept: there is no <domain>\n"
    )
    assert "<description>new</description>" in result.out
    assert "<type arch='i686'>hvm</type>" in result.out  # the stored <domain> stays
    # it lost its parent, kept its child c, and c is current as before
    listed = run(
        *C,
        f"{before}; snapshot-create test new.xml --redefine; "
        "snapshot-list test --parent --name; snapshot-current test --name",
    )
    assert listed.out.endswith("a\nb\nc\tb\n\nc\n")


def test_rule_39_a_failed_write_forgets_the_snapshot(qemu: Any) -> None:
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny s1")
    guest.done("snapshot-create-as tiny s2")
    guest.write("s1", guest.dump("s1"))
    folder = guest.daemon.folder / "lib/qemu/snapshot/tiny"
    assert sorted(path.name for path in folder.iterdir()) == ["s1.xml", "s2.xml"]
    kept = folder.with_name("kept")
    folder.rename(kept)
    folder.touch()
    try:
        result = guest("snapshot-create tiny s1.xml --redefine")
        assert result.err == "error: internal error: unable to save metadata for snapshot s1\n"
        assert guest.done("snapshot-list tiny --name").split() == ["s2"]
    finally:
        folder.unlink()
        kept.rename(folder)


def test_rule_40_becoming_current(qemu: Any, run: Any, files: Any, build: Any) -> None:
    """The clearing of revertDisks is 9.9.0's; here: becoming current changes nothing else of the
    document.
    """
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny s1")
    guest.done("snapshot-create-as tiny s2")
    before = guest.dump("s1")
    guest.done("snapshot-current tiny s1")
    assert guest.done("snapshot-current tiny --name").strip() == "s1"
    assert guest.dump("s1") == before
    guest.done("snapshot-create-as tiny s3")
    assert guest.done("snapshot-parent tiny s3").strip() == "s1"


def test_rule_41_libvirt_believes_the_document(qemu: Any) -> None:
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny s1")
    guest.write(
        "no",
        guest.dump("s1")
        .replace("<name>s1<", "<name>never<", 1)
        .replace(
            "<memory snapshot='internal'/>", "<memory snapshot='external' file='/no/such/file'/>"
        )
        .replace(
            "<disk name='vda' snapshot='internal'/>",
            "<disk name='vda'><source file='/no/such/image'/></disk>",
        ),
    )
    done = guest("snapshot-create tiny no.xml --redefine")
    assert done.status == 0
    assert "no.xml:7: image '/no/such/image' of disk 'vda' is missing (" in done.err
    assert "no.xml:5: memory file '/no/such/file' is missing (" in done.err
    assert guest.done("snapshot-list tiny --external --name").split() == ["never"]


def test_rule_42_what_success_says(run: Any, files: Any, build: Any) -> None:
    files(x=build.snapshot())
    result = run(*C, "snapshot-create test x.xml --redefine; snapshot-create-as test y")
    assert result.out == "Domain snapshot x created from 'x.xml'\nDomain snapshot y created\n"
    assert run("-q", *C, "snapshot-create test x.xml --redefine").out == ""


def test_rule_43_a_name_is_taken_once(run: Any) -> None:
    result = run(*C, "snapshot-create-as test x; snapshot-create-as test x")
    assert result.status == 1
    assert result.err == "error: operation failed: domain moment x already exists\n"


def test_rule_37f_asks_for_files_of_this_host_only(
    qemu: Any, run: Any, tmp_path: Path, build: Any
) -> None:
    """A daemon on a UNIX socket sees this host's files, one behind TCP is on another host."""
    import vsh
    from vsh.redefine.check import check
    from vsh.redefine.kinds.snapshot import SNAPSHOT
    from vsh.redefine.live import LiveTarget

    guest = qemu()
    with vsh.connect(guest.uri) as connection:
        domain = connection.domain("tiny")
        text = domain.get_xml_desc(3)
        image = re.search("<source file='(.*?)'", text)
        assert image is not None
        gone = text.replace(image[1], f"{tmp_path}/gone.qcow2")
        for nested, there in ((text, True), (gone, False)):
            xml = build.snapshot(
                "x", state="disk-snapshot", nested=nested,
                inside="<disks><disk name='vda' snapshot='external'/></disks>",
            )  # fmt: skip

            def rules(xml: str = xml) -> list[str]:
                found = check(domain, SNAPSHOT, LiveTarget(domain, SNAPSHOT), xml, 1)
                return [each.rule for each in found.problems]

            assert connection.driver.on_this_host
            assert rules() == (["E6-path"] if there else ["37f", "E6-path", "E41-image"])
            connection.driver.on_this_host = False
            assert rules() == ["E6-path"]
            connection.driver.on_this_host = True


@pytest.mark.parametrize(
    ("transport", "here"), [("unix", True), ("tcp", False), ("tls", False), ("ssh", False)]
)
def test_which_daemons_are_on_this_host(
    monkeypatch: pytest.MonkeyPatch, transport: str, here: bool
) -> None:
    """As the URI says it.  (The link is a stand-in: there is no other host here.)"""
    from vsh.drivers import remote as package

    class Link:
        close_reason = 3

        def __init__(self, *_: Any, **__: Any) -> None: ...
        def keepalive(self, *_: Any) -> None: ...

    monkeypatch.setattr(package, "Link", Link)
    monkeypatch.setattr(package, "find", lambda *_: lambda address: None)
    monkeypatch.setattr(package, "shake_hands", lambda link, address, ask: "")
    host = "" if transport == "unix" else "far"
    assert package.remote(f"qemu+{transport}://{host}/system").on_this_host is here


def test_rule_44_virtualbox(build: Any) -> None:
    """There is no VirtualBox here: its profile, in the place of the test driver's."""
    import vsh
    from vsh.redefine import check, profiles
    from vsh.redefine.kinds.snapshot import SNAPSHOT
    from vsh.redefine.live import LiveTarget

    with vsh.connect("test:///default") as connection:
        profiles._found[connection.driver] = profiles.PROFILES["vbox"]
        domain = connection.domain("test")
        found = check.check(domain, SNAPSHOT, LiveTarget(domain, SNAPSHOT), build.snapshot(), 1)
        assert [each.rule for each in found.problems] == ["44"]
        domain.destroy()
        orphan = build.snapshot(parent="p")
        found = check.check(domain, SNAPSHOT, LiveTarget(domain, SNAPSHOT), orphan, 1 | 16)
        assert [each.rule for each in found.problems] == ["6", "32", "34"]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (
            "--quiesce",
            (
                "Flags 'VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE' and "
                "'VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE' are mutually exclusive"
            ),
        )
    ],
)
def test_rule_45_flags_of_checkpoints(
    refused: Any, build: Any, run: Any, options: str, error: str
) -> None:
    found = refused(build.checkpoint(), options, kind="checkpoint")
    assert found.error == error
    assert found.rules == ["45"]
    for program in ("vsh", "virsh"):
        result = run(*C, "checkpoint-create test --redefine-validate", program=program)
        assert result.err == "error: Option --redefine is required by option --redefine-validate\n"


def test_rule_46_checkpoints_of_the_test_driver(refused: Any, build: Any, qemu: Any) -> None:
    found = refused(build.checkpoint(), "--redefine-validate", kind="checkpoint")
    assert found.error == "unsupported flags (0x4) in function testDomainCheckpointCreateXML"
    assert found.rules == ["46"]
    found = refused(build.checkpoint(), before="snapshot-create-as test s", kind="checkpoint")
    assert found.error == "Operation not supported: cannot create checkpoint while snapshot exists"
    found = refused(build.checkpoint(), before="destroy test", kind="checkpoint")
    assert found.error == "Operation not supported: cannot create checkpoint for inactive domain"
    guest = qemu()  # qemu takes them of a domain that is off
    guest.write(
        "c", "<domaincheckpoint><name>c</name><creationTime>1</creationTime></domaincheckpoint>"
    )
    guest.done("checkpoint-create tiny c.xml --redefine", program="virsh")


@pytest.mark.parametrize("name", ["a/b", ".a", "a b", ""])
def test_rule_47_checkpoints_are_validated(refused: Any, build: Any, name: str) -> None:
    found = refused(build.checkpoint(name), kind="checkpoint")
    assert found.error.startswith("XML document failed to validate against schema: ")
    assert found.error.endswith(
        "/domaincheckpoint.rng\nExtra element name in interleave\n"
        "Element domaincheckpoint failed to validate content\n"
    )
    assert found.rules[0] == "47"
    assert found.problems[0]["line"] == 2


def test_rule_48_name_and_time(refused: Any, asked: Any, build: Any) -> None:
    found = refused(build.checkpoint(None), kind="checkpoint")
    assert found.error == "XML error: a redefined checkpoint must have a name"
    found = refused(build.checkpoint(created=None), kind="checkpoint")
    assert found.error == "internal error: missing creationTime from existing checkpoint"
    assert found.rules == ["48"]
    assert asked(build.checkpoint(nested=""), "--lenient", kind="checkpoint").status == 0


def test_rule_49_the_parent_of_a_checkpoint(refused: Any, build: Any, files: Any) -> None:
    found = refused(build.checkpoint(parent="p"), kind="checkpoint")
    assert found.error == "invalid argument: parent p for moment x not found"
    assert found.rules == ["49"]
    found = refused(build.checkpoint(parent="x"), kind="checkpoint")
    assert found.error == "invalid argument: cannot set moment x as its own parent"
    files(a=build.checkpoint("x"), b=build.checkpoint("b", parent="x"))
    found = refused(
        build.checkpoint("x", parent="b"),
        kind="checkpoint",
        before=("checkpoint-create test a.xml --redefine; checkpoint-create test b.xml --redefine"),
    )
    assert found.error == "invalid argument: parent b would create cycle to x"


@pytest.mark.parametrize(
    ("disks", "devices", "error"),
    [
        ("", "", "domain must have at least one disk to perform checkpoints"),
        (
            "<disk name='vda'/><disk name='vdb'/>",
            None,
            "too many disk checkpoint requests for domain",
        ),
        ("<disk name='vdq'/>", None, "no disk named 'vdq'"),
        (
            "<disk name='vda'/>",
            "<disk type='file' device='cdrom'><target dev='vda'/></disk>",
            "disk 'vda' is empty or readonly",
        ),
    ],
)
def test_rule_50_domain_and_disks(
    refused: Any, build: Any, disks: str, devices: str | None, error: str
) -> None:
    inside = f"<disks>{disks}</disks>" if disks else ""
    nested = build.domain() if devices is None else build.domain(devices=devices)
    found = refused(build.checkpoint(inside=inside, nested=nested), kind="checkpoint")
    assert found.error == f"unsupported configuration: {error}"
    assert found.rules[0] == "50"


def test_rule_50_uuid_twice_and_defaults(refused: Any, build: Any, run: Any, files: Any) -> None:
    found = refused(
        build.checkpoint(nested=build.domain(uuid=build.UUID[:-1] + "0")), kind="checkpoint"
    )
    assert found.error == (
        f"invalid argument: definition for checkpoint x must use uuid {build.UUID}"
    )
    two = build.DISK + build.DISK.replace("vda", "vdb").replace("image1", "image2")
    found = refused(
        build.checkpoint(
            nested=build.domain(devices=two),
            inside="<disks><disk name='vda'/><disk name='/guest/diskimage1'/></disks>",
        ),
        kind="checkpoint",
    )
    assert found.error == "unsupported configuration: disk '/guest/diskimage1' specified twice"
    files(
        all=build.checkpoint("all", nested=build.domain(devices=two)),
        one=build.checkpoint(
            "one", nested=build.domain(devices=two), inside="<disks><disk name='vdb'/></disks>"
        ),
    )
    result = run(
        *C,
        "checkpoint-create test all.xml --redefine; checkpoint-create test one.xml --redefine"
        "; checkpoint-dumpxml test all --no-domain; checkpoint-dumpxml test one --no-domain",
    )
    assert (
        "<disk name='vda' checkpoint='bitmap' bitmap='all'/>\n"
        "    <disk name='vdb' checkpoint='bitmap' bitmap='all'/>"
    ) in result.out
    assert (
        "<disk name='vda' checkpoint='no'/>\n"
        "    <disk name='vdb' checkpoint='bitmap' bitmap='one'/>"
    ) in result.out


def test_rule_51_without_a_domain(run: Any, files: Any, build: Any) -> None:
    files(
        bare=build.checkpoint("bare", nested=""),
        some=build.checkpoint("some", nested="", inside="<disks><disk name='vdq'/></disks>"),
    )
    result = run(
        *C,
        "checkpoint-create test bare.xml --redefine; checkpoint-create test some.xml "
        "--redefine; checkpoint-dumpxml test bare; checkpoint-dumpxml test some",
        program="virsh",
    )
    assert result.err == ""
    assert (
        "<name>bare</name>\n  <creationTime>1600000000</creationTime>\n</domaincheckpoint>"
        in result.out
    )
    assert "<disk name='vdq' checkpoint='bitmap' bitmap='some'/>" in result.out


def test_rule_52_validation(qemu: Any) -> None:
    guest = qemu(start=True)
    guest.done("checkpoint-create-as tiny c1")
    xml = guest.dump("c1", "checkpoint")
    guest.write("c1", xml)
    guest.done("checkpoint-create tiny c1.xml --redefine --redefine-validate")
    guest.write("c9", xml.replace("<name>c1<", "<name>c9<").replace("bitmap='c1'", "bitmap='c9'"))
    result = guest("checkpoint-create tiny c9.xml --redefine --redefine-validate")
    assert result.err == (
        "error: checkpoint inconsistent: missing or broken bitmap 'c9' for disk 'vda'\n"
    )
    assert guest.done("checkpoint-list tiny --name").split() == ["c1"]
    guest.done("destroy tiny")
    for program in ("vsh", "virsh"):
        result = guest(
            "checkpoint-create tiny c1.xml --redefine --redefine-validate", program=program
        )
        assert result.err == "error: Requested operation is not valid: domain is not running\n"


def test_rule_53_the_current_checkpoint(run: Any, files: Any, build: Any) -> None:
    """The next checkpoint becomes a child of the current one: that is how a client sees which it
    is.
    """
    files(
        a=build.checkpoint("a"),
        b=build.checkpoint("b", parent="a"),
        side=build.checkpoint("side", parent="a"),
    )
    line = "; ".join(f"checkpoint-create test {name}.xml --redefine" for name in ("a", "b", "side"))
    result = run(*C, f"{line}; checkpoint-create-as test new; checkpoint-parent test new")
    assert result.out.endswith("created\nb\n")


def test_rule_54_replacing_compares_nothing(run: Any, files: Any, build: Any) -> None:
    files(
        a=build.checkpoint("a"),
        b=build.checkpoint("b", parent="a"),
        new=build.checkpoint("a", created=5, nested=build.domain(memory=1024, vcpus=1)),
    )
    result = run(
        *C,
        "checkpoint-create test a.xml --redefine; checkpoint-create test b.xml --redefine; "
        "checkpoint-create test new.xml --redefine; checkpoint-list test --parent --name; "
        "checkpoint-dumpxml test a",
    )
    assert result.err == ""
    assert "a\nb\ta\n" in result.out
    assert "<memory unit='KiB'>1024</memory>" in result.out


def test_rule_55_a_failed_write_changes_nothing(
    qemu: Any, run: Any, files: Any, build: Any
) -> None:
    guest = qemu()
    xml = "<domaincheckpoint><name>{}</name><creationTime>1</creationTime></domaincheckpoint>"
    guest.write("a", xml.format("a"))
    guest.write("b", xml.format("b"))
    made = run("-c", guest.uri, "checkpoint-create tiny a.xml --redefine", program="virsh")
    assert made.out == "Domain checkpoint a created from 'a.xml'\n"
    folder = guest.daemon.folder / "lib/qemu/checkpoint/tiny"
    kept = folder.with_name("kept")
    folder.rename(kept)
    folder.touch()
    try:
        result = guest("checkpoint-create tiny b.xml --redefine", program="virsh")
        assert result.err == "error: internal error: unable to save metadata for checkpoint b\n"
    finally:
        folder.unlink()
        kept.rename(folder)
    assert guest.done("checkpoint-list tiny --name").split() == ["a"]


def test_rule_56_flags_of_reverting(run: Any) -> None:
    result = run(
        *C,
        "snapshot-create-as test s; snapshot-revert test s --reset-nvram; "
        "snapshot-revert test s --running --paused; snapshot-revert test s --paused; "
        "domstate test; snapshot-revert test s --force",
    )
    assert result.err == (
        "error: Failed to revert snapshot s\n"
        "error: unsupported flags (0x8) in function testDomainRevertToSnapshot\n"
        "error: Failed to revert snapshot s\n"
        "error: Flags 'VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING' and "
        "'VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED' are "
        "mutually exclusive\n"
    )
    assert "paused\n" in result.out


def test_rule_57_a_transient_domain(run: Any, files: Any, build: Any) -> None:
    nested = build.domain(name="d", devices="")
    files(
        d=nested.replace(build.UUID, build.UUID[:-1] + "0"),
        off=build.snapshot(
            "off", state="shutoff", nested=nested.replace(build.UUID, build.UUID[:-1] + "0")
        ),
    )
    result = run(*C, "create d.xml; snapshot-create d off.xml --redefine; snapshot-revert d off")
    assert result.err.endswith(
        "error: Requested operation is not valid: transient domain needs to "
        "request run or pause to revert to inactive snapshot\n"
    )


def test_rule_58_no_domain_no_revert(run: Any, files: Any, tmp_path: Any) -> None:
    """The test driver's own file can have such a snapshot; --force does not help."""
    files(
        n="""<node><domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
<name>d</name><uuid>00000000-0000-4000-8000-000000000201</uuid><memory>1024</memory>
<os><type>hvm</type></os><test:domainsnapshot><name>old</name><creationTime>1600000500</creationTime>
<state>shutoff</state><active>1</active></test:domainsnapshot></domain></node>"""
    )
    refused = (
        "error: Failed to revert snapshot old\n"
        "error: revert requires force: snapshot 'old' lacks domain 'd' rollback info\n"
    )
    for force in ("", "--force"):
        line = f"snapshot-revert d old {force}"
        result = run("-c", f"test://{tmp_path}/n.xml", line)
        assert result.err.endswith(refused)
        assert result.err.startswith("warning: nobody knows what the domain was at that moment: ")
        assert run("-c", f"test://{tmp_path}/n.xml", line, program="virsh").err == refused


def test_rule_59_managed_save_needs_force(qemu: Any) -> None:
    guest = qemu()
    guest.done("snapshot-create-as tiny off")
    guest.daemon.virsh("start", "tiny")
    guest.guest.wait_for()
    guest.daemon.virsh("managedsave", "tiny")
    result = guest("snapshot-revert tiny off")
    assert result.err == (
        "error: Failed to revert snapshot off\n"
        "error: revert requires force: snapshot without memory state, removal of existing managed "
        "saved "
        "state strongly recommended to avoid corruption\n"
    )
    guest.done("snapshot-revert tiny off --force")


def test_rule_60_reverting_to_external_snapshots(qemu: Any) -> None:
    """This daemon is 9.0.0, which cannot; the conditions of 9.9.0 are the daemon's own."""
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny e1 --disk-only")
    result = guest("snapshot-revert tiny e1")
    assert result.err == (
        "error: Failed to revert snapshot e1\n"
        "error: unsupported configuration: revert to external snapshot not supported "
        "yet\n"
    )


def test_rule_61_running_after_a_revert_on_the_test_driver(run: Any) -> None:
    """libvirt's test driver says that it did and leaves the domain off; ours answers the same."""
    result = run(
        *C,
        "destroy test; snapshot-create-as test off; snapshot-revert test off --running; "
        "domstate test",
    )
    assert result.err == ""
    assert result.out.endswith("Domain snapshot off reverted\n\nshut off\n\n")


def test_rule_62_flags_of_deleting(run: Any) -> None:
    result = run(
        *C,
        "snapshot-create-as test s; snapshot-delete test s --metadata; "
        "snapshot-delete test s --children --children-only",
    )
    assert result.err == (
        "error: Failed to delete snapshot s\n"
        "error: unsupported flags (0x2) in function testDomainSnapshotDelete\n"
        "error: Failed to delete snapshot s\n"
        "error: Flags 'VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN' and "
        "'VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY' are mutually exclusive\n"
    )


def test_rule_63_deleting_external_snapshots(qemu: Any) -> None:
    guest = qemu(start=True)
    for name in ("e1", "e2"):
        guest.done(f"snapshot-create-as tiny {name} --disk-only")
    result = guest("snapshot-delete tiny e1 --children")
    assert result.status == 1
    assert result.err == (
        "error: Failed to delete snapshot e1\n"
        "error: unsupported configuration: deletion of external children disk snapshots "
        "not supported\n"
    )
    assert guest.done("snapshot-list tiny --name").split() == ["e1", "e2"]


def test_rule_64_children_and_current_move_up(run: Any, files: Any, build: Any, qemu: Any) -> None:
    before = _redefined(files, build)
    listed = "snapshot-list test --parent --name; snapshot-current test --name"
    result = run(
        *C, f"{before}; snapshot-delete test b; {listed}; snapshot-delete test c; {listed}"
    )
    assert result.out.endswith("a\nc\ta\n\nc\nDomain snapshot c deleted\n\na\n\na\n")
    result = run(*C, f"{before}; snapshot-delete test b --children; {listed}")
    assert result.out.endswith("a\n\na\n")
    guest = qemu(start=True)
    for name in ("a", "b", "c"):
        guest.done(f"snapshot-create-as tiny {name}")
    guest.done("snapshot-delete tiny b --metadata")
    assert guest.done("snapshot-list tiny --parent --name") == "a\nc\ta\n"
    guest.done("snapshot-delete tiny c --metadata")
    assert guest.done("snapshot-current tiny --name").strip() == "a"


def test_rule_65_undefining(qemu: Any) -> None:
    guest = qemu()
    domain = _domain(guest)
    guest.done("snapshot-create-as tiny s1")
    from vsh.errors import OperationInvalid

    with pytest.raises(OperationInvalid) as refusal:
        domain.undefine_flags(0)
    assert refusal.value.message == (
        "Requested operation is not valid: cannot delete inactive domain with 1 snapshots"
    )
    guest.done("snapshot-delete tiny s1")
    guest.write(
        "c", "<domaincheckpoint><name>c</name><creationTime>1</creationTime></domaincheckpoint>"
    )
    guest.done("checkpoint-create tiny c.xml --redefine", program="virsh")
    with pytest.raises(OperationInvalid) as refusal:
        domain.undefine_flags(0)
    assert refusal.value.message.endswith("cannot delete inactive domain with 1 checkpoints")
    guest.done("checkpoint-delete tiny c --metadata")
    guest.daemon.virsh("start", "tiny")
    guest.done("snapshot-create-as tiny s2")
    domain.undefine_flags(0)  # of a running one it succeeds, and the metadata ends with it
    guest.done("destroy tiny")
    assert guest("snapshot-list tiny").status == 1
    domain.connection.close()


def _domain(guest: Any) -> Any:
    import vsh

    return vsh.connect(guest.uri).domain("tiny")


def test_rule_66_migrating(qemu: Any) -> None:
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny s1")
    domain = _domain(guest)
    from vsh.api.types import TypedParams
    from vsh.errors import OperationInvalid

    with pytest.raises(OperationInvalid) as refusal:
        domain.migrate_begin3_params(TypedParams(), 0)
    assert refusal.value.message == (
        "Requested operation is not valid: cannot migrate domain with 1 snapshots"
    )
    domain.connection.close()


def test_rule_67_a_daemon_reads_its_files(qemu: Any) -> None:
    guest = qemu()
    for name in ("a", "b"):
        guest.done(f"snapshot-create-as tiny {name}")
    folder = guest.daemon.folder / "lib/qemu/snapshot/tiny"
    (folder / "broken.xml").write_text("<domainsnapshot>")
    (folder / "a.xml").unlink()
    guest.daemon.kill()
    guest.daemon.start()
    # the broken one is ignored, and b, whose parent is missing, is a root; nothing is current
    assert guest.done("snapshot-list tiny --roots --name").split() == ["b"]
    result = guest("snapshot-current tiny --name")
    assert result.err == "error: domain 'tiny' has no current snapshot\n"
    (folder / "broken.xml").unlink()
    text = (folder / "b.xml").read_text()
    for name in ("b", "c"):
        (folder / f"{name}.xml").write_text(
            text.replace("<name>b<", f"<name>{name}<", 1)
            .replace("<active>0<", "<active>1<")
            .replace("<parent>", "")
            .replace("<name>a</name>", "")
            .replace("</parent>", "")
        )
    guest.daemon.kill()
    guest.daemon.start()
    assert guest.done("snapshot-list tiny --roots --name").split() == ["b", "c"]
    assert guest.done("snapshot-current tiny --name") in ("b", "c")  # both claim to be: one is
