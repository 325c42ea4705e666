"""A vsh that is killed before every single write of a change to a guest: to its devices, its
settings, its checkpoints, what was saved of it; the next opener finds what was before or after."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from killed_guest import World, asked
from killing import walk

import vsh
from vsh.api.types import TypedParams
from vsh.drivers.qemu.devices import detach as detach_module

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vsh.api.connection import Connection

    Step = Callable[[World, Connection], object]

BOTH = 3
USER = (
    "<interface type='user'><mac address='52:54:00:00:00:0{}'/>{}<model type='virtio'/></interface>"
)
NVRAM = 4
TPM = 1 << 5


@pytest.fixture
def world(root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    from tiny_guest import TinyGuest

    monkeypatch.setattr(detach_module, "WAIT", 0.1)  # the guest does not answer
    return World(root, TinyGuest(tmp_path, "tiny", disks=2))


def running(world: World, connection: Connection) -> None:
    connection.domain_define_xml(world.xml).create()


def resting(world: World, connection: Connection) -> None:
    connection.domain_define_xml(world.xml)


def agree(world: World, connection: Connection, *parts: str) -> bool:
    """Whether both documents have all of some parts: what runs and what is planned agree."""
    domain = world.domain(connection)
    found = {part in domain.get_xml_desc(flag) for part in parts for flag in (0, 2)}
    assert len(found) == 1, f"one document has it and the other has not: {parts}"
    return found.pop()


def with_device(xml: str) -> Step:
    def act(world: World, connection: Connection) -> None:
        running(world, connection)
        world.domain(connection).attach_device_flags(xml.format(world.folder), BOTH)

    return act


def detach(xml: str) -> Step:
    def act(world: World, connection: Connection) -> None:
        world.domain(connection).detach_device_flags(xml.format(world.folder), BOTH)

    return act


def attached(xml: str, mark: str, devices: Callable[[World, Connection], int]) -> Step:
    """The device is there and QEMU has it, or is not there; then it is attached again."""

    def back(world: World, connection: Connection) -> None:
        domain = world.domain(connection)
        for flag, bit in ((0, 1), (2, 2)):
            if mark not in domain.get_xml_desc(flag):
                domain.attach_device_flags(xml.format(world.folder), bit)
        assert devices(world, connection) == 1

    return back


def cards(world: World, connection: Connection) -> int:
    return len(asked(world.domain(connection), "query-rx-filter"))


def third_disks(world: World, connection: Connection) -> int:
    found = asked(world.domain(connection), "query-block")
    return sum(f"{world.folder}/more.raw" in str(each.get("inserted")) for each in found)


def link(state: str) -> Step:
    def act(world: World, connection: Connection) -> None:
        changed = USER.format(1, f"<link state='{state}'/>")
        world.domain(connection).update_device_flags(changed, BOTH)

    return act


def link_is_one(world: World, connection: Connection) -> None:
    """Both documents say the same of it."""
    if agree(world, connection, "<link state='down'/>"):
        link("up")(world, connection)


def with_card(world: World, connection: Connection) -> None:
    with_device(USER.format(1, "<link state='up'/>"))(world, connection)


def two_vcpus(world: World, connection: Connection) -> None:
    xml = world.xml.replace("<vcpu>1</vcpu>", "<vcpu current='1'>2</vcpu>")
    connection.domain_define_xml(xml).create()


def plug_vcpu(world: World, connection: Connection) -> None:
    world.domain(connection).set_vcpus_flags(2, BOTH)


def unplug_vcpu(world: World, connection: Connection) -> None:
    """What QEMU has is what the document says; the guest cannot let go of one, so it boots."""
    domain = world.domain(connection)
    has = len(asked(domain, "query-cpus-fast"))
    live = domain.get_vcpus_flags(1)
    assert has == live
    domain.destroy()
    domain.set_vcpus_flags(1, 2)
    domain.create()


def shrink(world: World, connection: Connection) -> None:
    world.domain(connection).set_memory_flags(8192, BOTH)


def grow(world: World, connection: Connection) -> None:
    """What runs has what its guest gave, which has no driver for that."""
    world.domain(connection).set_memory_flags(16384, BOTH)


def with_balloon(world: World, connection: Connection) -> None:
    xml = world.xml.replace("<memballoon model='none'/>", "<memballoon model='virtio'/>")
    connection.domain_define_xml(xml).create()


def throttle(iops: int) -> Step:
    def act(world: World, connection: Connection) -> None:
        params = TypedParams().set("total_iops_sec", "ullong", iops)
        world.domain(connection).set_block_io_tune("vda", params, BOTH)

    return act


def throttled_as_said(world: World, connection: Connection) -> None:
    domain = world.domain(connection)
    told = domain.get_xml_desc(0).partition("<total_iops_sec>")[2].partition("<")[0]
    (has,) = {
        each["inserted"]["iops"]
        for each in asked(domain, "query-block")
        if str(world.folder / "tiny-0") in str(each.get("inserted"))
    }
    assert has == int(told or 0)
    agree(world, connection, "<total_iops_sec>500</total_iops_sec>")
    throttle(0)(world, connection)


def autostart(wanted: int) -> Step:
    return lambda world, connection: world.domain(connection).set_autostart(wanted)


def title(world: World, connection: Connection) -> None:
    world.domain(connection).set_metadata(1, "new", None, None, BOTH)


def untitled(world: World, connection: Connection) -> None:
    agree(world, connection, "<title>new</title>")
    world.domain(connection).set_metadata(1, None, None, None, BOTH)


# ---- checkpoints and backups


def checkpoint(world: World, connection: Connection) -> None:
    world.domain(connection).checkpoint_create_xml(
        "<domaincheckpoint><name>point</name></domaincheckpoint>"
    )


def with_checkpoint(world: World, connection: Connection) -> None:
    running(world, connection)
    checkpoint(world, connection)


def drop_checkpoint(world: World, connection: Connection) -> None:
    world.domain(connection).checkpoint_lookup_by_name("point").delete()


def bitmaps_are_its(world: World, connection: Connection) -> None:
    """A checkpoint that is there has all of its bitmaps; one that is not has none."""
    domain = world.domain(connection)
    nodes = asked(domain, "query-named-block-nodes", flat=True)
    names = [each["name"] for node in nodes for each in node.get("dirty-bitmaps", [])]
    points = domain.list_all_checkpoints()
    assert names == ["point"] * 2 * len(points)
    if not points:
        checkpoint(world, connection)


def pull(world: World, connection: Connection) -> None:
    scratch = "".join(
        f"<disk name='{target}' type='file'>"
        f"<scratch file='{world.folder}/{target}.scratch'/></disk>"
        for target in ("vda", "vdb")
    )
    world.domain(connection).backup_begin(
        "<domainbackup mode='pull'><server transport='unix' "
        f"socket='{world.folder}/nbd'/><disks>{scratch}</disks></domainbackup>"
    )


def pulling(world: World, connection: Connection) -> None:
    running(world, connection)
    pull(world, connection)


def stop_pulling(world: World, connection: Connection) -> None:
    world.domain(connection).abort_job()


def pulled(world: World, connection: Connection) -> None:
    """It goes on with its server, or nothing is left of it."""
    domain = world.domain(connection)
    files = {each.name for each in world.folder.glob("*.scratch")}
    there = bool(domain.get_job_info().type)
    assert files == ({"vda.scratch", "vdb.scratch"} if there else set())
    exports = asked(domain, "query-block-exports")
    assert len(exports) == 2 * there
    if not there:
        pull(world, connection)


# ---- what was saved


def saved(world: World, connection: Connection) -> None:
    running(world, connection)
    world.domain(connection).managed_save()


def forget_save(world: World, connection: Connection) -> None:
    world.domain(connection).managed_save_remove()


def save_again(world: World, connection: Connection) -> None:
    domain = world.domain(connection)
    if not domain.has_managed_save_image():
        domain.create()
        domain.managed_save()


def titled(xml: str) -> str:
    return xml.replace("</name>", "</name><title>other</title>")


def edit_save(world: World, connection: Connection) -> None:
    domain = world.domain(connection)
    domain.managed_save_define_xml(titled(domain.managed_save_get_xml_desc()))


def edited(world: World, connection: Connection) -> None:
    """The saved memory can be gone on with, whatever its document says."""
    domain = world.domain(connection)
    document = domain.managed_save_get_xml_desc()
    assert document.endswith("</domain>\n")
    domain.managed_save_define_xml(document.replace("  <title>other</title>\n", ""))
    domain.create()
    domain.managed_save()


def saved_aside(world: World, connection: Connection) -> None:
    running(world, connection)
    world.domain(connection).save(f"{world.folder}/aside")


def edit_image(world: World, connection: Connection) -> None:
    path = f"{world.folder}/aside"
    connection.domain_save_image_define_xml(
        path, titled(connection.domain_save_image_get_xml_desc(path))
    )


def edited_image(world: World, connection: Connection) -> None:
    path = f"{world.folder}/aside"
    document = connection.domain_save_image_get_xml_desc(path)
    plain = document.replace("  <title>other</title>\n", "")
    connection.domain_save_image_define_xml(path, plain)
    connection.domain_restore(path)
    domain = world.domain(connection)
    domain.save(path)
    assert "<title>" not in domain.get_xml_desc(2)


# ---- groups of limits, and a snapshot that is redefined


def group(limit: int) -> Step:
    def act(world: World, connection: Connection) -> None:
        params = TypedParams().set("total_iops_sec", "ullong", limit)
        world.domain(connection).set_throttle_group("slow", params, BOTH)

    return act


def with_group(world: World, connection: Connection) -> None:
    running(world, connection)
    group(100)(world, connection)


def drop_group(world: World, connection: Connection) -> None:
    world.domain(connection).del_throttle_group("slow", BOTH)


def group_as_said(world: World, connection: Connection) -> None:
    """QEMU knows it as both documents say it; then it is as at the beginning."""
    domain = world.domain(connection)
    there = agree(world, connection, "<group_name>slow<")
    much = agree(world, connection, "<total_iops_sec>500<")
    objects = [each["name"] for each in asked(domain, "qom-list", path="/objects")]
    assert ("throttle-slow" in objects) == there
    if there:
        wanted = {"path": "throttle-slow", "property": "limits"}
        answer = domain.monitor_command(json.dumps({"execute": "qom-get", "arguments": wanted}), 0)
        assert json.loads(answer)["return"]["iops-total"] == (500 if much else 100)
    group(100)(world, connection)


def with_snapshot(world: World, connection: Connection) -> None:
    running(world, connection)
    world.domain(connection).snapshot_create_xml("<domainsnapshot><name>s</name></domainsnapshot>")


def redefine(world: World, connection: Connection) -> None:
    domain = world.domain(connection)
    text = domain.snapshot_lookup_by_name("s").get_xml_desc(1)
    again = text.replace("</name>", "</name><description>again</description>", 1)
    domain.snapshot_create_xml(again, 1 | 2)  # and it is the current one


def redefined(world: World, connection: Connection) -> None:
    domain = world.domain(connection)
    text = domain.snapshot_current().get_xml_desc(1)
    assert "<inactiveDomain" in text
    assert "<cookie>" in text
    domain.snapshot_create_xml(text.replace("  <description>again</description>\n", ""), 1)


# ---- undefining


def defined_with_files(world: World, connection: Connection) -> None:
    """A guest with variables of a firmware, the state of a TPM and a saved memory."""
    template = world.folder / "template.fd"
    template.write_bytes(bytes(1 << 10))
    xml = world.xml.replace(
        "</type></os>",
        "</type><loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>"
        f"<nvram template='{template}'>{world.folder}/vars.fd</nvram></os>",
    ).replace("</devices>", "<tpm model='tpm-tis'><backend type='emulator'/></tpm></devices>")
    domain = connection.domain_define_xml(xml)
    (world.folder / "vars.fd").write_bytes(b"variables")
    state = state_of_tpm(world, domain.uuid)
    state.mkdir(parents=True, exist_ok=True)
    (state / "tpm2-00.permall").write_bytes(b"secrets")


def state_of_tpm(world: World, uuid: str) -> Path:
    from pathlib import Path

    return Path(world.root.partition("root=")[2], "swtpm", uuid)


def undefine(world: World, connection: Connection) -> None:
    world.domain(connection).undefine_flags(NVRAM | TPM)


def with_all_or_nothing(world: World, connection: Connection) -> None:
    there = bool(connection.list_all_domains(0))
    state = state_of_tpm(world, "5b3f6f0e-6f53-4d5c-8f0e-3c1d2b7a9e10")
    assert (world.folder / "vars.fd").exists() == there
    assert state.exists() == there
    if not there:
        defined_with_files(world, connection)


DISK = "<disk type='file'><source file='{}/more.raw'/><target dev='sda' bus='usb'/></disk>"


def with_disk(world: World, connection: Connection) -> None:
    (world.folder / "more.raw").write_bytes(bytes(1 << 20))
    with_device(DISK)(world, connection)


ACTS = {
    "detach-disk": (with_disk, detach(DISK), attached(DISK, "'sda'", third_disks)),
    "detach-interface": (
        with_card,
        detach(USER.format(1, "")),
        attached(USER.format(1, "<link state='up'/>"), "52:54:00:00:00:01", cards),
    ),
    "update-link": (with_card, link("down"), link_is_one),
    "autostart": (resting, autostart(1), autostart(0)),
    "setvcpus": (two_vcpus, plug_vcpu, unplug_vcpu),
    "setmem": (with_balloon, shrink, grow),
    "blkdeviotune": (running, throttle(500), throttled_as_said),
    "metadata": (running, title, untitled),
    "throttle-group": (with_group, group(500), group_as_said),
    "throttle-group-drop": (with_group, drop_group, group_as_said),
    "snapshot-redefine": (with_snapshot, redefine, redefined),
    "checkpoint-delete": (with_checkpoint, drop_checkpoint, bitmaps_are_its),
    "backup-end": (pulling, stop_pulling, pulled),
    "managed-save-remove": (saved, forget_save, save_again),
    "managed-save-edit": (saved, edit_save, edited),
    "save-image-edit": (saved_aside, edit_image, edited_image),
    "undefine-files": (defined_with_files, undefine, with_all_or_nothing),
}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_killed_before_every_write(world: World, name: str) -> None:
    before, act, back = ACTS[name]
    with vsh.connect(world.root) as connection:
        before(world, connection)
    for _ in walk(world.root, lambda connection: act(world, connection)):
        with vsh.connect(world.root) as connection:
            world.check(connection)
            back(world, connection)
