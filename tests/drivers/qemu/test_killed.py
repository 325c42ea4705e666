"""A vsh that is killed before every single write of an act: the next opener finds what was before,
or what comes after it, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from killed_guest import World, asked
from killing import walk

import vsh
from vsh.api.types import TypedParams

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vsh.api.connection import Connection

SNAPSHOT = "<domainsnapshot><name>{}</name></domainsnapshot>"
TABLET = "<input type='tablet' bus='usb'/>"
DISK_ONLY = 16


@pytest.fixture
def world(root: str, tmp_path: Path) -> World:
    from tiny_guest import TinyGuest

    return World(root, TinyGuest(tmp_path, "tiny", disks=2))


def running(world: World, connection: Connection) -> None:
    connection.domain_define_xml(world.xml).create()


def resting(world: World, connection: Connection) -> None:
    connection.domain_define_xml(world.xml)


def nothing(world: World, connection: Connection) -> None:
    """The guest is not there yet."""


def snapshot(flags: int, more: str = "") -> Callable[[World, Connection], None]:
    def act(world: World, connection: Connection) -> None:
        document = SNAPSHOT.format("new").replace("</name>", f"</name>{more}")
        world.domain(connection).snapshot_create_xml(
            document.replace("FOLDER", str(world.folder)), flags
        )

    return act


def without_snapshot(world: World, connection: Connection) -> None:
    domain = world.domain(connection)
    for each in domain.list_all_snapshots():
        each.delete()


def define(world: World, connection: Connection) -> None:
    connection.domain_define_xml(world.xml)


def undefine(world: World, connection: Connection) -> None:
    if connection.list_all_domains(0):
        world.domain(connection).undefine()


def start(world: World, connection: Connection) -> None:
    world.domain(connection).create()


def destroy(world: World, connection: Connection) -> None:
    domain = world.domain(connection)
    if domain.is_active():
        domain.destroy()


def save(world: World, connection: Connection) -> None:
    world.domain(connection).managed_save()


def run_on(world: World, connection: Connection) -> None:
    domain = world.domain(connection)
    if not domain.is_active():
        domain.create()


def saved(world: World, connection: Connection) -> None:
    running(world, connection)
    save(world, connection)


def save_again(world: World, connection: Connection) -> None:
    domain = world.domain(connection)
    assert domain.is_active() != domain.has_managed_save_image(), "what was saved is lost, or twice"
    if domain.is_active():
        domain.managed_save()


def taken(
    before: Callable[[World, Connection], None], flags: int = 0, more: str = ""
) -> Callable[[World, Connection], None]:
    """The guest has a snapshot."""

    def act(world: World, connection: Connection) -> None:
        before(world, connection)
        snapshot(flags, more)(world, connection)

    return act


def delete(world: World, connection: Connection) -> None:
    world.domain(connection).snapshot_lookup_by_name("new").delete()


def again(flags: int) -> Callable[[World, Connection], None]:
    def act(world: World, connection: Connection) -> None:
        if not world.domain(connection).list_all_snapshots():
            snapshot(flags)(world, connection)

    return act


def revert(world: World, connection: Connection) -> None:
    world.domain(connection).snapshot_lookup_by_name("new").revert_to_snapshot()


def attach(world: World, connection: Connection) -> None:
    world.domain(connection).attach_device_flags(TABLET, 3)


def detach(world: World, connection: Connection) -> None:
    domain = world.domain(connection)
    for flag, bit in ((0, 1), (2, 2)):
        if "type='tablet'" in domain.get_xml_desc(flag):
            domain.detach_device_flags(TABLET, bit)


def change(path: str) -> Callable[[World, Connection], None]:
    def act(world: World, connection: Connection) -> None:
        world.domain(connection).update_device_flags(
            f"<disk type='file' device='cdrom'><source file='{world.folder}/{path}'/>"
            "<target dev='hdc' bus='ide'/></disk>", 3,
        )  # fmt: skip

    return act


def with_drive(world: World, connection: Connection) -> None:
    for name in ("one.iso", "two.iso"):
        (world.folder / name).write_bytes(bytes(1 << 20))
    drive = (
        f"<disk type='file' device='cdrom'><source file='{world.folder}/one.iso'/>"
        "<target dev='hdc' bus='ide'/></disk>"
    )
    connection.domain_define_xml(world.xml.replace("</devices>", drive + "</devices>")).create()


def backup(world: World, connection: Connection) -> None:
    disks = "".join(
        f"<disk name='{target}' type='file'><target file='{world.folder}/{target}.backup'/></disk>"
        for target in ("vda", "vdb")
    )
    world.domain(connection).backup_begin(
        f"<domainbackup><disks>{disks}</disks></domainbackup>",
        "<domaincheckpoint><name>point</name></domaincheckpoint>",
    )


def backed_up(world: World, connection: Connection) -> None:
    domain = world.domain(connection)
    while domain.get_job_info().type:
        pass
    there = {file.name for file in world.folder.glob("*.backup")}
    points = domain.list_all_checkpoints()
    assert len(there) == 2 * len(points), "half of a backup"
    for file in there:
        (world.folder / file).unlink()
    for point in points:
        point.delete()


def checkpoint(world: World, connection: Connection) -> None:
    world.domain(connection).checkpoint_create_xml(
        "<domaincheckpoint><name>point</name></domaincheckpoint>"
    )


def without_checkpoint(world: World, connection: Connection) -> None:
    domain = world.domain(connection)
    nodes = asked(domain, "query-named-block-nodes", flat=True)
    bitmaps = [each for node in nodes for each in node.get("dirty-bitmaps", [])]
    points = domain.list_all_checkpoints()
    assert len(bitmaps) == 2 * len(points)
    for point in points:
        point.delete()


def copy(world: World, connection: Connection) -> None:
    target = world.folder / "tiny-copy"
    world.domain(connection).block_copy(
        "vda", f"<disk type='file'><source file='{target}'/><driver type='qcow2'/></disk>",
        TypedParams(), 4,
    )  # fmt: skip


def without_copy(world: World, connection: Connection) -> None:
    domain = world.domain(connection)
    if domain.get_block_job_info("vda").found:
        domain.block_job_abort("vda", 0)
    (world.folder / "tiny-copy").unlink(missing_ok=True)


def committing(world: World, connection: Connection) -> None:
    """What was written above the disk goes into it; all of it is there."""
    domain = world.domain(connection)
    if not domain.get_block_job_info("vda").found:
        if f"{world.folder}/tiny-0.new" not in domain.get_xml_desc(0):
            snapshot(DISK_ONLY | 4, VDB_NOT)(world, connection)
        domain.block_commit("vda", None, None, 0, 6)  # active, and delete it then
    while (told := domain.get_block_job_info("vda")).cur != told.end or not told.end:
        pass


def commit(world: World, connection: Connection) -> None:
    running(world, connection)
    committing(world, connection)


def pivot(world: World, connection: Connection) -> None:
    world.domain(connection).block_job_abort("vda", 2)


def rename(world: World, connection: Connection) -> None:
    connection.list_all_domains(0)[0].rename("other")


def named_again(world: World, connection: Connection) -> None:
    domain = connection.list_all_domains(0)[0]
    assert f"<name>{domain.name}</name>" in domain.get_xml_desc(0)
    if domain.name != "tiny":
        domain.rename("tiny")


VDB_NOT = "<disks><disk name='vdb' snapshot='no'/></disks>"
MEMORY = "<memory snapshot='external' file='FOLDER/tiny-memory'/>"
ACTS = {
    "define": (nothing, define, undefine),
    "undefine": (resting, undefine, define),
    "start": (resting, start, destroy),
    "destroy": (running, destroy, run_on),
    "managed-save": (running, save, run_on),
    "start-from-save": (saved, start, save_again),
    "snapshot-inside-off": (resting, snapshot(0), without_snapshot),
    "snapshot-inside": (running, snapshot(0), without_snapshot),
    "snapshot-disks-off": (resting, snapshot(DISK_ONLY), without_snapshot),
    "snapshot-disks": (running, snapshot(DISK_ONLY), without_snapshot),
    "snapshot-memory": (running, snapshot(0, MEMORY), without_snapshot),
    "delete-inside-off": (taken(resting), delete, again(0)),
    "delete-inside": (taken(running), delete, again(0)),
    "delete-disks-off": (taken(resting, DISK_ONLY), delete, again(DISK_ONLY)),
    "delete-disks": (taken(running, DISK_ONLY), delete, again(DISK_ONLY)),
    "revert-inside-off": (taken(resting), revert, nothing),
    "revert-inside": (taken(running), revert, run_on),
    "revert-disks-off": (taken(resting, DISK_ONLY), revert, nothing),
    "revert-disks": (taken(running, DISK_ONLY), revert, run_on),
    "revert-memory": (taken(running, 0, MEMORY), revert, run_on),
    "attach": (running, attach, detach),
    "change-medium": (with_drive, change("two.iso"), change("one.iso")),
    "backup": (running, backup, backed_up),
    "checkpoint": (running, checkpoint, without_checkpoint),
    "copy": (running, copy, without_copy),
    "pivot": (commit, pivot, committing),
    "rename": (resting, rename, named_again),
}

RUNS_ON = ("snapshot", "revert-inside", "revert-memory")
"""What leaves a guest that ran running."""


@pytest.mark.parametrize("name", sorted(ACTS))
def test_killed_before_every_write(world: World, name: str) -> None:
    before, act, back = ACTS[name]
    with vsh.connect(world.root) as connection:
        before(world, connection)
        was_active = bool(connection.list_all_domains(1))
    count = 0
    for count in walk(world.root, lambda connection: act(world, connection)):
        with vsh.connect(world.root) as connection:
            domain = world.check(connection)
            if domain is not None and was_active and name.startswith(RUNS_ON):
                assert domain.get_state().state == 1, f"write {count}: it does not run"
            back(world, connection)
    assert count >= 2
