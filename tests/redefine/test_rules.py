"""Rules 1 to 37: one test for each, by its number (38 to 67 are in test_rules_effects.py).

They run on the test driver where it can show the rule, on a real libvirtd where that is QEMU's, and
on the profile of a driver that cannot be here.  ``refused`` compares three ways to the same text:
the rules' engine, the plain format and the driver itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

C = ("-c", "test:///default")


def test_rule_01_current_needs_redefine(run: Callable[..., Any]) -> None:
    for program in ("vsh", "virsh"):
        result = run(*C, "snapshot-create test --current", program=program)
        assert result.status == 1
        assert result.err == (
            "error: Flag 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' is required by flag "
            "'VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT'\n"
        )


def test_rule_02_redefine_excludes_no_metadata(refused: Any, build: Any) -> None:
    found = refused(build.snapshot(), "--no-metadata")
    assert found.error == (
        "Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' and "
        "'VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA' are mutually exclusive"
    )
    assert found.rules[0] == "2"


def test_rule_03_redefine_excludes_halt(refused: Any, build: Any, run: Any, files: Any) -> None:
    found = refused(build.snapshot(), "--halt")
    assert found.error == (
        "Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' and "
        "'VIR_DOMAIN_SNAPSHOT_CREATE_HALT' are mutually exclusive"
    )
    assert found.rules == ["3"]
    files(x=build.snapshot())
    for program in ("vsh", "virsh"):  # and the domain goes on
        result = run(
            *C, "snapshot-create test x.xml --redefine --halt; domstate test", program=program
        )
        assert "running" in result.out


def test_rule_04_readonly_and_drivers_without_the_call(run: Any, build: Any, files: Any) -> None:
    files(x=build.snapshot())
    for program in ("vsh", "virsh"):
        result = run("-r", *C, "snapshot-create test x.xml --redefine", program=program)
        assert result.status == 1
        assert result.err == (
            "error: operation forbidden: read only access prevents virDomainSnapshotCreateXML\n"
        )
    from vsh.api.domain import Domain
    from vsh.drivers.driver import Driver
    from vsh.errors import NoSupport

    with pytest.raises(NoSupport) as none:
        Driver().call(Domain.snapshot_create_xml, None, ("<domainsnapshot/>", 0))
    assert none.value.message == (
        "this function is not supported by the connection driver: virDomainSnapshotCreateXML"
    )


def test_rule_05_flag_values() -> None:
    from vsh.cli.parse import find

    bits = {
        "redefine": 1,
        "current": 2,
        "no-metadata": 4,
        "halt": 8,
        "disk-only": 16,
        "reuse-external": 32,
        "quiesce": 64,
        "atomic": 128,
        "live": 256,
        "validate": 512,
    }
    command = find("snapshot-create")
    assert command is not None
    assert {each.name: each.number for each in command.options if each.number} == bits


def test_rule_06_flags_of_each_driver(refused: Any, build: Any, qemu: Any) -> None:
    found = refused(build.snapshot(state="disk-snapshot"), "--disk-only")
    assert found.error == "unsupported flags (0x10) in function testDomainSnapshotCreateXML"
    assert found.rules[0] == "6"
    from vsh.drivers.test.domain import moments as test_driver
    from vsh.redefine.profiles import PROFILES

    assert PROFILES["test"].flags == test_driver.SNAPSHOT_CREATE
    assert PROFILES["vbox"].flags == 1 | 2 | 4 | 512
    assert PROFILES["esx"].flags == 4 | 16 | 64 | 512
    assert not PROFILES["esx"].flags & 1  # it cannot redefine at all
    assert PROFILES["vz"].flags == 512
    guest = qemu(start=True)  # accepts all ten, with rules of its own between them
    result = guest("snapshot-create tiny --quiesce", program="virsh")
    assert "VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY' is required by flag" in result.err
    guest.write("x", "<domainsnapshot/>")
    result = guest("snapshot-create tiny x.xml --redefine --live", program="virsh")
    assert result.err == (
        "error: Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_LIVE' and "
        "'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' are mutually exclusive\n"
    )


def test_rule_07_no_snapshot_beside_a_checkpoint(refused: Any, build: Any) -> None:
    found = refused(build.snapshot(), before="checkpoint-create-as test c")
    assert found.error == "Operation not supported: cannot create snapshot while checkpoint exists"
    assert found.rules == ["7"]


def test_rule_08_no_halt_of_a_transient_domain(run: Any, files: Any) -> None:
    files(
        d="<domain type='test'><name>d</name><memory>1</memory><os><type>hvm</type></os></domain>"
    )
    result = run(*C, "create d.xml; snapshot-create d --halt; domstate d")
    assert result.err == (
        "error: Requested operation is not valid: cannot halt after transient domain snapshot\n"
    )
    assert result.out.endswith("running\n\n")


def test_rule_09_validate(refused: Any, asked: Any, build: Any) -> None:
    xml = build.snapshot(inside="<foo/>")
    found = refused(xml, "--validate")
    assert found.error.startswith(
        "XML document failed to validate against schema: Unable to validate doc against "
    )
    assert "/domainsnapshot.rng\nElement domainsnapshot has extra content: foo\n" in found.error
    assert found.rules == ["9", "E2"]
    assert found.problems[0]["line"] == 5
    assert asked(xml).status == 0  # without it the element is dropped


@pytest.mark.parametrize(
    ("xml", "error"),
    [
        (
            "<domainsnapshot>\n<name>x</nam></domainsnapshot>",
            "at line 2: Opening and ending tag mismatch: name line 2 and nam\n",
        ),
        ("", "at line 1: Document is empty\n"),
    ],
)
def test_rule_10_well_formed(refused: Any, xml: str, error: str) -> None:
    found = refused(xml)
    assert found.error.startswith(error)
    assert found.rules == ["10"]
    assert found.problems[0]["line"] == int(error[8])


def test_rule_11_the_root(refused: Any, build: Any) -> None:
    found = refused(build.domain())
    assert found.error == "XML error: expecting root element of 'domainsnapshot', not 'domain'"
    assert found.rules == ["11"]


def test_rule_12_a_name(refused: Any, build: Any, run: Any) -> None:
    found = refused(build.snapshot(None))
    assert found.error == "XML error: a redefined snapshot must have a name"
    assert found.rules == ["12"]
    result = run(*C, "snapshot-create test --redefine")  # no file: the document is empty
    assert result.err == "error: XML error: a redefined snapshot must have a name\n"


@pytest.mark.parametrize("created", [None, "", "yesterday", "1x"])
def test_rule_13_creation_time(refused: Any, build: Any, created: str | None) -> None:
    found = refused(build.snapshot(created=created))
    assert found.error == "internal error: missing creationTime from existing snapshot"
    assert found.rules == ["13"]


def test_rule_13_any_integer_is_taken(asked: Any, build: Any) -> None:
    for created in (-5, 0, 99999999999):
        assert asked(build.snapshot(created=created)).status == 0


def test_rule_14_no_parent_is_a_root(run: Any, files: Any, build: Any) -> None:
    files(x=build.snapshot())
    result = run(
        *C,
        "snapshot-create test x.xml --redefine; snapshot-list test --roots --name; "
        "snapshot-parent test x",
    )
    assert result.out.endswith("x\n\n\n")
    assert result.err == "error: snapshot 'x' has no parent\n"


def test_rule_15_the_state(refused: Any, build: Any, asked: Any) -> None:
    found = refused(build.snapshot(state=None))
    assert found.error == "XML error: missing state from existing snapshot"
    assert found.rules == ["15"]
    for word in ("nostate", "zz"):
        found = refused(build.snapshot(state=word))
        assert found.error == (
            f"unsupported configuration: Invalid state '{word}' in domain snapshot XML"
        )
        assert found.problems[0]["line"] == 3
    for word in ("running", "blocked", "paused", "shutdown", "shutoff", "crashed", "pmsuspended"):
        assert asked(build.snapshot(state=word)).status == 0


def test_rule_16_the_domain(refused: Any, build: Any) -> None:
    found = refused(build.snapshot(nested=build.domain().replace("<vcpu>2<", "<vcpu>two<")))
    assert found.error == "XML error: maximum vcpus count must be an integer"
    assert found.rules == ["16"]
    assert found.problems[0]["line"] == 5
    # without a type it counts as absent
    found = refused(build.snapshot(nested=f"<domain><uuid>{build.UUID}</uuid></domain>"))
    assert found.error == "internal error: missing domain in snapshot"


def test_rule_17_the_inactive_domain(refused: Any, build: Any, run: Any, files: Any) -> None:
    inactive = build.domain(tag="inactiveDomain")
    found = refused(build.snapshot(inside=inactive.replace("<vcpu>2<", "<vcpu>two<")))
    assert found.error == "XML error: maximum vcpus count must be an integer"
    files(x=build.snapshot(inside=inactive))
    result = run(*C, "snapshot-create test x.xml --redefine; snapshot-dumpxml test x")
    assert "<inactiveDomain type='test'>" in result.out


def test_rule_18_where_the_memory_is(refused: Any, build: Any, run: Any, files: Any) -> None:
    found = refused(build.snapshot(inside="<memory snapshot='zz'/>"))
    assert (
        found.error
        == "XML error: Invalid value for attribute 'snapshot' in element 'memory': 'zz'."
    )
    found = refused(build.snapshot(inside="<memory snapshot='manual'/>"))
    assert found.error == "XML error: 'manual' memory snapshot mode not supported"
    assert found.rules == ["18"]
    files(a=build.snapshot("a"), b=build.snapshot("b", state="shutoff"))
    result = run(
        *C,
        "snapshot-create test a.xml --redefine; snapshot-create test b.xml --redefine; "
        "snapshot-dumpxml test a; snapshot-dumpxml test b",
    )
    assert "<memory snapshot='internal'/>" in result.out
    assert "<memory snapshot='no'/>" in result.out


def test_rule_19_a_file_is_external(refused: Any, build: Any) -> None:
    found = refused(build.snapshot(inside="<memory snapshot='internal' file='/m'/>"))
    assert found.error == "XML error: memory filename '/m' requires external snapshot"
    assert found.rules == ["19"]


def test_rule_20_external_has_a_file(refused: Any, build: Any) -> None:
    found = refused(build.snapshot(inside="<memory snapshot='external'/>"))
    assert found.error == "XML error: external memory snapshots require a filename"
    assert found.rules == ["20"]


@pytest.mark.parametrize("state", ["shutoff", "disk-snapshot"])
def test_rule_21_off_has_no_memory(refused: Any, build: Any, state: str) -> None:
    found = refused(build.snapshot(state=state, inside="<memory snapshot='internal'/>"))
    assert found.error == (
        "XML error: memory state cannot be saved with offline or disk-only snapshot"
    )
    assert found.rules[0] == "21"


def test_rule_22_an_absolute_file(refused: Any, build: Any) -> None:
    found = refused(build.snapshot(inside="<memory file='m.save'/>"))
    assert found.error == "XML error: memory snapshot file path (m.save) must be absolute"
    assert found.rules[0] == "22"


@pytest.mark.parametrize(
    ("disk", "error"),
    [
        ("<disk/>", "internal error: missing name from disk snapshot element"),
        (
            "<disk name='vda' snapshot='zz'/>",
            "XML error: Invalid value for attribute 'snapshot' in element 'disk': 'zz'.",
        ),
        ("<disk name='vda' type='volume'/>", "XML error: unsupported disk snapshot type 'volume'"),
        ("<disk name='vda' type='dir'/>", "XML error: unsupported disk snapshot type 'dir'"),
        (
            "<disk name='vda'><driver type='zz'/></disk>",
            "unsupported configuration: unknown disk snapshot driver 'zz'",
        ),
        (
            "<disk name='vda'><source file='a.img'/></disk>",
            "XML error: disk snapshot image path 'a.img' must be absolute",
        ),
    ],
)
def test_rule_23_each_disk(refused: Any, build: Any, disk: str, error: str) -> None:
    found = refused(build.snapshot(inside=f"<disks>\n{disk}\n</disks>"))
    assert found.error == error
    assert found.rules == ["23"]
    assert found.problems[0]["line"] == 6


def test_rule_23_a_source_means_external(run: Any, files: Any, build: Any) -> None:
    files(
        x=build.snapshot(
            state="disk-snapshot",
            inside="<disks><disk name='vda'><source file='/a.img'/></disk></disks>",
        )
    )
    result = run(*C, "snapshot-create test x.xml --redefine; snapshot-dumpxml test x")
    assert "<disk name='vda' snapshot='external' type='file'>" in result.out


def test_rule_24_disks_to_revert_to(
    refused: Any, asked: Any, build: Any, run: Any, files: Any
) -> None:
    found = refused(build.snapshot(inside="<revertDisks><disk/></revertDisks>"))
    assert found.error == "internal error: missing name from disk snapshot element"
    assert found.rules == ["24"]
    # they are not matched with the domain: libvirt takes what vsh refuses (E6)
    xml = build.snapshot(inside="<revertDisks>\n<disk name='vdq' snapshot='no'/></revertDisks>")
    assert asked(xml).rules == ["E6-revert"]
    files(x=xml)
    result = run(
        *C, "snapshot-create test x.xml --redefine; snapshot-dumpxml test x", program="virsh"
    )
    assert "<revertDisks>\n    <disk name='vdq' snapshot='no'/>" in result.out


def test_rule_25_active_is_not_read(run: Any, files: Any, build: Any) -> None:
    files(x=build.snapshot(inside="<active>1</active>"))
    result = run(
        *C, "snapshot-create test x.xml --redefine; snapshot-current test --name", program="virsh"
    )
    assert result.err == "error: domain 'test' has no current snapshot\n"


def test_rule_26_the_cookie(qemu: Any) -> None:
    """QEMU's driver keeps its CPU there; it travels with a dump, and not with a snapshot of a
    domain that was
    off."""
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny s1")
    xml = guest.dump("s1")
    assert "<cookie>" in xml
    guest.done("snapshot-delete tiny s1 --metadata")
    guest.write("s1", xml)
    guest.done("snapshot-create tiny s1.xml --redefine")
    assert guest.dump("s1") == xml
    from vsh.xml.engine.flags import REDEFINE
    from vsh.xml.engine.reader import read
    from vsh.xml.moment.snapshot import DomainSnapshot

    assert read(xml, DomainSnapshot, flags=REDEFINE).cookie is not None
    off = xml.replace("<state>running<", "<state>shutoff<").replace("'internal'", "'no'")
    assert read(off, DomainSnapshot, flags=REDEFINE).cookie is None


@pytest.mark.parametrize(
    ("name", "why"), [("a/b", "can't contain '/'"), (".a", "can't start with '.'")]
)
def test_rule_27_names_that_are_files(
    qemu: Any, asked: Any, build: Any, name: str, why: str
) -> None:
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny s1")
    guest.write("x", guest.dump("s1").replace("<name>s1<", f"<name>{name}<", 1))
    for program in ("vsh", "virsh"):  # refused here, and by the daemon
        result = guest("snapshot-create tiny x.xml --redefine", program=program)
        assert result.err == f"error: invalid snapshot name '{name}': name {why}\n"
    assert asked(build.snapshot(name)).rules == ["E6-name"]  # where the driver would take it


def test_rule_28_live_is_a_full_snapshot(qemu: Any) -> None:
    """Nothing of redefinition: --live is refused there by rule 6 and E1."""
    guest = qemu(start=True)
    result = guest("snapshot-create-as tiny s1 --live --disk-only", program="virsh")
    assert result.status == 1
    assert result.err == (
        "error: Operation not supported: live snapshot creation is supported only "
        "during full system snapshots\n"
    )


def test_rule_29_states_of_qemu(qemu: Any) -> None:
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny s1")
    for word, error in (
        (
            "pmsuspended",
            "Operation not supported: qemu doesn't support taking snapshots of PMSUSPENDED guests",
        ),
        ("blocked", "internal error: Invalid domain state blocked"),
    ):
        guest.write(
            "x",
            guest.dump("s1")
            .replace("<name>s1<", "<name>x<", 1)
            .replace("<state>running<", f"<state>{word}<"),
        )
        for program in ("vsh", "virsh"):
            result = guest("snapshot-create tiny x.xml --redefine", program=program)
            assert result.err == f"error: {error}\n"


def test_rule_30_a_busy_domain(qemu: Any) -> None:
    """As far as a client sees it: redefinition takes its turn with another client's job."""
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny s1")
    guest.write("s1", guest.dump("s1"))
    import threading

    other = threading.Thread(target=guest.daemon.virsh, args=("snapshot-create-as", "tiny", "s2"))
    other.start()
    guest.done("snapshot-create tiny s1.xml --redefine")
    other.join()
    assert guest.done("snapshot-list tiny --name").split() == ["s1", "s2"]


def test_rule_31_its_own_parent(refused: Any, build: Any) -> None:
    found = refused(build.snapshot(parent="x"))
    assert found.error == "invalid argument: cannot set moment x as its own parent"
    assert found.rules == ["31"]
    assert found.problems[0]["line"] == 4


def test_rule_32_a_parent_that_is_missing(refused: Any, build: Any) -> None:
    found = refused(build.snapshot(parent="p"))
    assert found.error == "invalid argument: parent p for moment x not found"
    assert found.rules == ["32"]


def test_rule_33_a_circle(refused: Any, build: Any, files: Any) -> None:
    files(
        a=build.snapshot("x"), b=build.snapshot("b", parent="x"), c=build.snapshot("c", parent="b")
    )
    before = "; ".join(f"snapshot-create test {name}.xml --redefine" for name in "abc")
    found = refused(build.snapshot("x", parent="c"), before=before)
    assert found.error == "invalid argument: parent b would create cycle to x"
    assert found.rules == ["33"]


def test_rule_34_disk_only_needs_the_state(qemu: Any) -> None:
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny s1")
    guest.write("s1", guest.dump("s1"))
    for program in ("vsh", "virsh"):
        result = guest("snapshot-create tiny s1.xml --redefine --disk-only", program=program)
        assert result.err == (
            "error: invalid argument: disk-only flag for snapshot s1 requires disk-snapshot state\n"
        )


def test_rule_35_the_uuid(refused: Any, asked: Any, build: Any) -> None:
    other = build.UUID[:-1] + "0"
    found = refused(build.snapshot(nested=build.domain(uuid=other)))
    assert found.error == (
        f"invalid argument: definition for snapshot x must use uuid {build.UUID}"
    )
    assert found.rules == ["35"]
    assert found.problems[0]["line"] == 5
    assert asked(build.snapshot(nested=build.domain(name="other"))).status == 0


def _twice(build: Any, files: Any, **first: Any) -> str:
    files(a=build.snapshot("x", **first))
    return "snapshot-create test a.xml --redefine"


def test_rule_36a_online_stays_online(refused: Any, asked: Any, build: Any, files: Any) -> None:
    before = _twice(build, files)
    found = refused(build.snapshot(state="shutoff"), before=before)
    assert found.error == (
        "invalid argument: cannot change between online and offline snapshot state in snapshot x"
    )
    assert found.rules == ["36a"]
    assert asked(build.snapshot(state="paused"), before=before).status == 0


def test_rule_36b_disk_only_stays_disk_only(refused: Any, build: Any, files: Any) -> None:
    before = _twice(build, files, state="shutoff")
    disk = "<disks><disk name='vda'><source file='/a'/></disk></disks>"
    found = refused(build.snapshot(state="disk-snapshot", inside=disk), before=before)
    assert found.error == (
        "invalid argument: cannot change between disk only and full system in snapshot x"
    )
    assert found.rules == ["36b"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"memory": 4194304}, "Target domain max memory 4194304 does not match source 8388608"),
        ({"vcpus": 4}, "Target domain vCPU max 4 does not match source 2"),
        ({"name": "other"}, "Target domain name 'other' does not match source 'test'"),
        ({"devices": ""}, "Target domain disk count 0 does not match source 1"),
    ],
)
def test_rule_36c_the_same_machine(
    refused: Any, build: Any, files: Any, change: dict[str, Any], error: str
) -> None:
    found = refused(build.snapshot(nested=build.domain(**change)), before=_twice(build, files))
    assert found.error == f"unsupported configuration: {error}"
    assert found.rules[0] == "36c"
    assert found.problems[0]["line"] == 5


def test_rule_37_a_new_name_needs_a_domain(
    refused: Any, asked: Any, build: Any, files: Any
) -> None:
    found = refused(build.snapshot(nested=""))
    assert found.error == "internal error: missing domain in snapshot"
    assert found.rules == ["37"]
    assert asked(build.snapshot(nested=""), before=_twice(build, files)).status == 0


@pytest.mark.parametrize(
    ("rule", "disks", "error"),
    [
        (
            "37a",
            "<disk name='vda'/>\n<disk name='vdb'/>",
            "too many disk snapshot requests for domain",
        ),
        ("37b", "<disk name='vdq'/>", "no disk named 'vdq'"),
        ("37c", "<disk name='vda' snapshot='no'/>", "disk 'vda' must use snapshot mode 'internal'"),
        (
            "37d",
            "<disk name='vda' snapshot='internal'><source file='/a'/></disk>",
            "file '/a' for disk 'vda' requires use of external snapshot mode",
        ),
    ],
)
def test_rule_37_disks_fit_the_domain(
    refused: Any, build: Any, rule: str, disks: str, error: str
) -> None:
    found = refused(build.snapshot(inside=f"<disks>\n{disks}\n</disks>"))
    assert found.error == f"unsupported configuration: {error}"
    assert found.rules[0] == rule


def test_rule_37b_one_disk_twice(refused: Any, build: Any) -> None:
    devices = build.DISK + build.DISK.replace("vda", "vdb").replace("image1", "image2")
    found = refused(
        build.snapshot(
            nested=build.domain(devices=devices),
            inside="<disks>\n<disk name='vda'/>\n<disk name='/guest/diskimage1'/>\n</disks>",
        )
    )
    assert found.error == "unsupported configuration: disk '/guest/diskimage1' specified twice"
    assert found.rules == ["37b"]
    assert found.problems[0]["line"] == 7


def test_rule_37e_disks_are_completed(run: Any, files: Any, build: Any) -> None:
    devices = (
        build.DISK
        + "<disk type='file' device='cdrom'><target dev='vdb'/></disk>"
        + build.DISK.replace("vda", "vdc").replace("image1", "image3")
    )
    files(
        x=build.snapshot(
            nested=build.domain(devices=devices),
            inside="<disks><disk name='/guest/diskimage3'/></disks>",
        )
    )
    result = run(*C, "snapshot-create test x.xml --redefine; snapshot-dumpxml test x")
    assert result.err == ""
    assert (
        "    <disk name='vda' snapshot='internal'/>\n    <disk name='vdb' snapshot='no'/>\n"
        "    <disk name='vdc' snapshot='internal'/>\n"
    ) in result.out


def test_rule_37f_a_path_that_is_made_up(
    refused: Any, asked: Any, build: Any, run: Any, files: Any, tmp_path: Any
) -> None:
    found = refused(build.snapshot(state="disk-snapshot"))
    assert found.error == (
        "unsupported configuration: source for disk 'vda' (/guest/diskimage1) doesn't exist or is "
        "not a "
        "regular file; refusing to generate external snapshot name"
    )
    assert found.rules == ["37f", "E6-path"]
    image = tmp_path / "disk.img"
    image.touch()
    xml = build.snapshot(
        state="disk-snapshot",
        nested=build.domain(devices=build.DISK.replace("/guest/diskimage1", str(image))),
    )
    assert asked(xml).rules == ["E6-path"]  # libvirt would write down a file that nobody made
    files(x=xml)
    result = run(
        *C, "snapshot-create test x.xml --redefine; snapshot-dumpxml test x", program="virsh"
    )
    assert f"<source file='{tmp_path}/disk.x'/>" in result.out
