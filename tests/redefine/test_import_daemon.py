"""Imports and exports on a real libvirtd: E7, E9 to E11, and that a guest can be reverted."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    import pytest


# ---- E10: checkpoints


def _checkpoints(guest: Any) -> None:
    for name in ("c1", "c2", "c3"):
        guest.done(f"checkpoint-create-as tiny {name}")
    guest.done("checkpoint-export tiny out")
    for name in ("c3", "c2", "c1"):
        guest.done(f"checkpoint-delete tiny {name} --metadata")
    assert guest.done("checkpoint-list tiny --name") == ""


def _names(guest: Any, kind: str = "checkpoint") -> str:
    return str(guest.done(f"{kind}-list tiny --parent --name"))


def test_e10_policies(qemu: Any) -> None:
    guest = qemu(start=True)
    _checkpoints(guest)
    guest.done("checkpoint-import tiny out --validate")
    assert _names(guest) == "c1\nc2\tc1\nc3\tc2\n"
    for name in ("c3", "c2", "c1"):
        guest.done(f"checkpoint-delete tiny {name} --metadata")
    # the bitmap of c2 is gone behind libvirt's back
    nodes = json.loads(
        guest.daemon.virsh("qemu-monitor-command", "tiny", '{"execute":"query-named-block-nodes"}')
    )["return"]
    node = next(each["node-name"] for each in nodes if each.get("dirty-bitmaps"))
    command = {"execute": "block-dirty-bitmap-remove", "arguments": {"node": node, "name": "c2"}}
    guest.daemon.virsh("qemu-monitor-command", "tiny", json.dumps(command))
    refused = guest("checkpoint-import tiny out --validate")
    assert refused.status == 3
    assert "checkpoint inconsistent: missing or broken bitmap 'c2' for disk 'vda'" in refused.err
    assert "undone: c1 deleted" in refused.err
    assert _names(guest) == ""
    cut = guest("checkpoint-import tiny out --truncate-at-invalid")
    assert cut.status == 0
    assert "broken bitmap 'c2'" in cut.err
    assert _names(guest) == "c1\n"
    guest.done("checkpoint-import tiny out --no-validate")
    assert _names(guest) == "c1\nc2\tc1\nc3\tc2\n"
    guest.daemon.virsh("destroy", "tiny")
    off = guest("checkpoint-import tiny out --validate --explain")
    assert off.status == 1
    assert "Rule E10" in off.err


# ---- a real daemon


def _tree(guest: Any) -> dict[str, str]:
    """s1 - e1 (disks only) - s2, and s1 - s3; s3 is current."""
    guest.done("snapshot-create-as tiny s1")
    guest.done("snapshot-create-as tiny s2")
    guest.done("snapshot-revert tiny s1")
    guest.done("snapshot-create-as tiny s3")
    return {name: guest.dump(name) for name in ("s1", "s2", "s3")}


def _lost(guest: Any) -> None:
    """The metadata goes with the definition, which comes back."""
    guest.write("definition", guest.done("dumpxml tiny --inactive --security-info"))
    guest.daemon.virsh("destroy", "tiny", check=False)
    guest.done("undefine tiny --snapshots-metadata")
    guest.done("define definition.xml")
    assert guest.done("snapshot-list tiny --name") == ""


def test_export_lose_import_revert(qemu: Any) -> None:
    guest = qemu(start=True)
    before = _tree(guest)
    guest.done("snapshot-export tiny out")
    guest.done("snapshot-export tiny --file all.xml")
    for source in ("out", "all.xml"):
        _lost(guest)
        guest.done(f"snapshot-import tiny {source}")
        assert _names(guest, "snapshot") == "s1\ns2\ts1\ns3\ts1\n"
        assert guest.done("snapshot-current tiny --name") == "s3"
        assert {name: guest.dump(name) for name in before} == before
    guest.done("snapshot-import tiny out")
    guest.done("snapshot-revert tiny s2")
    assert guest.done("domstate tiny").strip() == "running"


def test_disk_only_snapshots_of_a_real_daemon(qemu: Any) -> None:
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny e1 --disk-only")
    guest.done("snapshot-create-as tiny e2 --disk-only")
    before = {name: guest.dump(name) for name in ("e1", "e2")}
    guest.done("snapshot-export tiny out")
    for name in ("e2", "e1"):
        guest.done(f"snapshot-delete tiny {name} --metadata")
    guest.done("snapshot-import tiny out")
    assert {name: guest.dump(name) for name in before} == before
    assert guest.done("snapshot-current tiny --name") == "e2"


def test_the_daemons_own_files_can_be_imported(qemu: Any) -> None:
    guest = qemu(start=True)
    _tree(guest)
    own = guest.daemon.folder / "lib/qemu/snapshot/tiny"
    saved = guest.folder / "saved"
    saved.mkdir()
    for path in own.iterdir():
        (saved / path.name).write_text(path.read_text())
    _lost(guest)
    guest.done("snapshot-import tiny saved")
    assert _names(guest, "snapshot") == "s1\ns2\ts1\ns3\ts1\n"
    assert guest.done("snapshot-current tiny --name") == "s3"


def test_another_uuid_and_other_paths(qemu: Any) -> None:
    guest = qemu(start=True)
    _tree(guest)
    guest.done("snapshot-export tiny out")
    guest.daemon.virsh("destroy", "tiny")
    guest.done("undefine tiny --snapshots-metadata")
    disk = guest.guest.disks[0]
    moved = disk.with_name("moved.qcow2")
    disk.rename(moved)
    xml = guest.guest.file.read_text().replace(str(disk), str(moved)).replace("<uuid>", "<!--")
    xml = xml.replace("</uuid>", "-->").replace("<name>tiny<", "<name>other<")
    guest.write("other", xml)
    guest.done("define other.xml")
    try:
        refused = guest("snapshot-import other out")
        assert refused.status == 1
        guest.done(f"snapshot-import other out --map-uuid --map-name --map-path {disk}={moved}")
        assert guest.done("snapshot-list other --name --topological").split()[0] == "s1"
        words = f"other out --map-uuid --map-name --map-path {disk}={moved}"
        plan = guest.done(f"snapshot-import {words} --dry-run")
        assert [line.split()[1] for line in plan.splitlines()] == ["unchanged"] * 3
        guest.done("snapshot-revert other s2")
        assert str(moved) in guest.done("domblklist other")
    finally:
        guest.daemon.virsh("destroy", "other", check=False)
        guest.daemon.virsh("undefine", "other", "--snapshots-metadata", check=False)


def test_e9_a_real_failure_in_the_middle(qemu: Any) -> None:
    """The daemon cannot write s2's file: a folder of that name is in its way."""
    guest = qemu(start=True)
    before = _tree(guest)
    guest.done("snapshot-export tiny out")
    guest.done("snapshot-delete tiny s3 --metadata")
    guest.done("snapshot-delete tiny s2 --metadata")
    obstacle = guest.daemon.folder / "lib/qemu/snapshot/tiny/s2.xml"
    obstacle.mkdir()
    (obstacle / "x").touch()
    result = guest("snapshot-import tiny out")
    assert result.status == 3, result.err
    assert result.err.startswith("error: Failed to import snapshot s2 into domain 'tiny'; undone: ")
    assert _names(guest, "snapshot") == "s1\n"
    assert guest.done("snapshot-current tiny --name") == "s1"
    assert guest.dump("s1") == before["s1"]
    (obstacle / "x").unlink()
    obstacle.rmdir()
    guest.done("snapshot-import tiny out")
    assert {name: guest.dump(name) for name in before} == before


CRASH = """
import os
from vsh.api.connection import Connection
from vsh.main import main

many = Connection.many
volleys = 0

def crashing(connection, requests):
    global volleys
    requests = list(requests)
    if any(call.slot == "domain_snapshot_create_xml" for call, _, _ in requests):
        volleys += 1
        if volleys == 2:
            os._exit(9)
    return many(connection, requests)

Connection.many = crashing
main(["-c", {uri!r}, "snapshot-import", "tiny", "out"])
"""


def _crash(guest: Any) -> None:
    """The program ends between two redefinitions."""
    program = textwrap.dedent(CRASH.replace("{uri!r}", repr(guest.uri)))
    done = subprocess.run([sys.executable, "-c", program], cwd=guest.folder, timeout=60)
    assert done.returncode == 9
    assert _names(guest, "snapshot") == "s1\n"


def test_e9_a_crash_and_rollback_and_resume(qemu: Any) -> None:
    guest = qemu(start=True)
    before = _tree(guest)
    guest.done("snapshot-export tiny out")
    _lost(guest)
    _crash(guest)
    refused = guest("snapshot-import tiny out")
    assert refused.err == "error: an import of snapshots into domain 'tiny' was cut off\n"
    guest.done("snapshot-import tiny --rollback")
    assert guest.done("snapshot-list tiny --name") == ""
    _crash(guest)
    guest.done("snapshot-import tiny --resume")
    assert {name: guest.dump(name) for name in before} == before
    assert guest.done("snapshot-current tiny --name") == "s3"


def test_e11_a_daemon_that_dies_meanwhile(qemu: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from vsh.api.connection import Connection

    guest = qemu(start=True)
    before = _tree(guest)
    guest.done("snapshot-export tiny out")
    _lost(guest)
    many = Connection.many

    def dying(connection: Any, requests: Any) -> Any:
        requests = list(requests)
        if any("<name>s2</name>" in str(values) for _, _, values in requests):
            guest.daemon.kill()
        return many(connection, requests)

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "many", dying)
        result = guest("snapshot-import tiny out")
    assert result.status == 4
    assert "what was done before could not be undone: " in result.err
    guest.daemon.start()
    assert _names(guest, "snapshot") == "s1\n"
    guest.done("snapshot-import tiny --resume")
    assert {name: guest.dump(name) for name in before} == before


def test_e7_a_deadly_document_in_a_batch(qemu: Any) -> None:
    guest = qemu(start=True)
    guest.done("snapshot-create-as tiny e1 --disk-only")
    xml = guest.dump("e1")
    guest.write("x", xml[: xml.index("  <disks>")] + "</domainsnapshot>\n")
    result = guest("snapshot-import tiny x.xml --lenient")
    assert result.status == 1
    assert "a daemon of version 9.0.0 would crash at this document" in result.err
    assert guest.daemon.alive()
