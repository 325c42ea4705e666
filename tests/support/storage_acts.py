"""Acts on a guest's disks, snapshots, devices and definition, each with what there is before it;
for tests of what becomes of an act in the middle of which something ends."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from killed_guest import World, owners
from picture import Picture, picture

from vsh.api.types import TypedParams
from vsh.words.domain.block import (
    DomainBlockCommit,
    DomainBlockCopy,
    DomainBlockJobAbort,
    DomainBlockResize,
)
from vsh.words.domain.lifecycle import DomainUndefine
from vsh.words.snapshot import SnapshotCreate, SnapshotDelete, SnapshotRevert

if TYPE_CHECKING:
    from collections.abc import Callable

    from tiny_guest import TinyGuest

    from vsh.api.checkpoint import Checkpoint
    from vsh.api.connection import Connection

    Step = Callable[[World, Connection], object]

DISK_ONLY = SnapshotCreate.DISK_ONLY
VDB_NOT = "<disks><disk name='vdb' snapshot='no'/></disks>"
MEMORY = "<memory snapshot='external' file='FOLDER/tiny-memory'/>"
EVERYTHING = (
    DomainUndefine.MANAGED_SAVE | DomainUndefine.SNAPSHOTS_METADATA
    | DomainUndefine.CHECKPOINTS_METADATA | DomainUndefine.NVRAM
)  # fmt: skip


class Storage(World):
    """A guest with two disks, whose images can be had again as they were."""

    def __init__(self, root: str, tiny: TinyGuest) -> None:
        super().__init__(root, tiny)
        self.path = Path(root.partition("root=")[2])
        self._pristine = self.path / "pristine"
        self._pristine.mkdir(parents=True, mode=0o700)
        for base in self.bases:
            shutil.copy(base, self._pristine)

    def look(self, connection: Connection) -> Picture:
        """All that there is; no QEMU is without an owner."""
        running = connection.list_all_domains(1)
        assert owners(str(self.path)) == len(running), "a QEMU without an owner"
        return picture(connection, self.folder, self.path, "tiny")

    def renew(self, connection: Connection, before: Step) -> None:
        """All is as at the beginning."""
        for domain in connection.list_all_domains(0):
            if domain.is_active():
                domain.destroy()
        for domain in connection.list_all_domains(0):
            domain.undefine_flags(EVERYTHING)
        for file in self.folder.iterdir():
            if file.is_file() and file.suffix != ".xml":
                file.unlink()
        for file in self._pristine.iterdir():
            shutil.copy(file, self.folder)
        before(self, connection)


# ---- what there is before


def off(world: World, connection: Connection) -> None:
    connection.domain_define_xml(world.xml)


def on(world: World, connection: Connection) -> None:
    connection.domain_define_xml(world.xml).create()


def then(*steps: Step) -> Step:
    def act(world: World, connection: Connection) -> None:
        for step in steps:
            step(world, connection)

    return act


def snapshot(name: str = "new", flags: int = 0, more: str = "") -> Step:
    def act(world: World, connection: Connection) -> None:
        inside = more.replace("FOLDER", str(world.folder))
        world.domain(connection).snapshot_create_xml(
            f"<domainsnapshot><name>{name}</name>{inside}</domainsnapshot>", flags
        )

    return act


def do(method: str, *words: object) -> Step:
    """A method of the domain, with the folder filled into its words."""

    def act(world: World, connection: Connection) -> None:
        given = [
            each.replace("FOLDER", str(world.folder)) if isinstance(each, str) else each
            for each in words
        ]
        getattr(world.domain(connection), method)(*given)

    return act


def to_snapshot(method: str, name: str, flags: int = 0) -> Step:
    def act(world: World, connection: Connection) -> None:
        getattr(world.domain(connection).snapshot_lookup_by_name(name), method)(flags)

    return act


def settled(world: World, connection: Connection) -> None:
    """The jobs on the disk have come as far as they come by themselves."""
    domain = world.domain(connection)
    while (told := domain.get_block_job_info("vda")).found and (
        told.cur != told.end or not told.end
    ):
        pass


CHAIN = then(on, snapshot("one", DISK_ONLY | 4, VDB_NOT), snapshot("two", DISK_ONLY | 4, VDB_NOT))
"""Two images above that of vda, and no snapshots."""
COPY = do(
    "block_copy", "vda",
    "<disk type='file'><source file='FOLDER/tiny-copy'/><driver type='qcow2'/></disk>",
    TypedParams(), DomainBlockCopy.TRANSIENT_JOB,
)  # fmt: skip
POINT = do("checkpoint_create_xml", "<domaincheckpoint><name>point</name></domaincheckpoint>")
PULL_BACKUP = do(
    "backup_begin",
    "<domainbackup mode='pull'><server transport='unix' socket='FOLDER/nbd'/><disks>"
    "<disk name='vda' type='file'><scratch file='FOLDER/vda.scratch'/></disk>"
    "<disk name='vdb' type='file'><scratch file='FOLDER/vdb.scratch'/></disk>"
    "</disks></domainbackup>",
    "<domaincheckpoint><name>later</name></domaincheckpoint>",
)
PIVOT, ABORT = DomainBlockJobAbort.PIVOT, 0
USB_DISK = "<disk type='file'><source file='FOLDER/more.raw'/><target dev='sda' bus='usb'/></disk>"
CARD = "<interface type='user'><mac address='52:54:00:00:00:01'/><model type='e1000'/></interface>"


def more(world: World, connection: Connection) -> None:
    (world.folder / "more.raw").write_bytes(bytes(1 << 20))


DRIVE = (
    "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/>{}"
    "<target dev='hdc' bus='ide'/><readonly/></disk>"
)


def on_with_drive(world: World, connection: Connection) -> None:
    drive = DRIVE.format(f"<source file='{world.folder}/one.iso'/>")
    image("one.iso")(world, connection)
    connection.domain_define_xml(world.xml.replace("<serial ", f"{drive}<serial ", 1)).create()


def image(name: str) -> Step:
    def act(world: World, connection: Connection) -> None:
        (world.folder / name).write_bytes(bytes(1 << 20))

    return act


def checkpoint(world: World, connection: Connection) -> Checkpoint:
    return world.domain(connection).checkpoint_lookup_by_name("point")


def device(act: str, xml: str, flags: int) -> Step:
    return do(f"{act}_device_flags", xml, flags)


def overlays(world: World, connection: Connection) -> None:
    """Images that somebody has made for a snapshot."""
    import subprocess

    for index in range(2):
        subprocess.run(
            ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2",
             "-b", f"{world.folder}/tiny-{index}.qcow2", f"{world.folder}/made-{index}"],
            check=True,
        )  # fmt: skip


MADE = "<disks>" + "".join(
    f"<disk name='vd{'ab'[index]}'><source file='FOLDER/made-{index}'/></disk>" for index in (0, 1)
) + "</disks>"  # fmt: skip
ACTS: dict[str, tuple[Step, Step]] = {
    # jobs on disks
    "commit-active": (CHAIN, do("block_commit", "vda", None, None, 0, DomainBlockCommit.ACTIVE)),
    "commit-inside": (
        CHAIN,
        then(
            do("block_commit", "vda", None, "FOLDER/tiny-0.one", 0, DomainBlockCommit.DELETE),
            settled,
        ),
    ),
    "commit-abort": (
        then(CHAIN, do("block_commit", "vda", None, None, 0, DomainBlockCommit.ACTIVE), settled),
        do("block_job_abort", "vda", ABORT),
    ),
    "pull": (CHAIN, then(do("block_pull", "vda", 0, 0), settled)),
    "copy-pivot": (then(on, COPY, settled), do("block_job_abort", "vda", PIVOT)),
    "copy-abort": (then(on, COPY, settled), do("block_job_abort", "vda", ABORT)),
    "resize": (on, do("block_resize", "vda", 2 << 20, DomainBlockResize.BYTES)),
    "copy-start": (on, COPY),
    "throttle": (
        on,
        do("set_block_io_tune", "vda", TypedParams().set("total_iops_sec", "ullong", 100), 3),
    ),
    "threshold": (on, do("set_block_threshold", "vda", 1 << 20, 0)),
    # backups
    "backup-pull": (then(on, POINT), PULL_BACKUP),
    "backup-abort": (then(on, POINT, PULL_BACKUP), do("abort_job")),
    "checkpoint": (on, POINT),
    "checkpoint-delete": (
        then(on, POINT),
        lambda world, connection: checkpoint(world, connection).delete(0),
    ),
    "checkpoint-no-metadata": (
        then(on, POINT),
        lambda world, connection: checkpoint(world, connection).delete(2),
    ),
    # snapshots
    "snapshot-inside": (on, snapshot("new")),
    "snapshot-disks": (on, snapshot("new", DISK_ONLY)),
    "snapshot-memory": (on, snapshot("new", 0, MEMORY)),
    "snapshot-halt": (on, snapshot("new", SnapshotCreate.HALT)),
    "snapshot-disks-halt": (on, snapshot("new", DISK_ONLY | SnapshotCreate.HALT)),
    "snapshot-memory-halt": (on, snapshot("new", SnapshotCreate.HALT, MEMORY)),
    "snapshot-memory-live": (on, snapshot("new", SnapshotCreate.LIVE, MEMORY)),
    "snapshot-reuse": (
        then(on, overlays),
        snapshot("new", DISK_ONLY | SnapshotCreate.REUSE_EXT, MADE),
    ),
    "snapshot-reuse-off": (
        then(off, overlays),
        snapshot("new", DISK_ONLY | SnapshotCreate.REUSE_EXT, MADE),
    ),
    "snapshot-bare": (on, snapshot("new", DISK_ONLY | SnapshotCreate.NO_METADATA, VDB_NOT)),
    "delete-middle": (
        then(on, snapshot("one", DISK_ONLY), snapshot("two", DISK_ONLY)),
        to_snapshot("delete", "one"),
    ),
    "delete-middle-off": (
        then(off, snapshot("one", DISK_ONLY), snapshot("two", DISK_ONLY)),
        to_snapshot("delete", "one"),
    ),
    "delete-inside": (then(on, snapshot("one")), to_snapshot("delete", "one")),
    "delete-memory": (then(on, snapshot("one", 0, MEMORY)), to_snapshot("delete", "one")),
    "delete-metadata": (
        then(on, snapshot("one", DISK_ONLY), snapshot("two", DISK_ONLY)),
        to_snapshot("delete", "one", SnapshotDelete.METADATA_ONLY | SnapshotDelete.CHILDREN),
    ),
    "revert-memory-off": (
        then(on, snapshot("one", 0, MEMORY), do("destroy")),
        to_snapshot("revert_to_snapshot", "one"),
    ),
    "revert-to-off": (
        then(off, snapshot("one"), do("create")),
        to_snapshot("revert_to_snapshot", "one"),
    ),
    "revert-to-off-disks": (
        then(off, snapshot("one", DISK_ONLY), do("create")),
        to_snapshot("revert_to_snapshot", "one"),
    ),
    "revert-from-off": (
        then(on, snapshot("one"), do("destroy")),
        to_snapshot("revert_to_snapshot", "one"),
    ),
    "revert-running": (
        then(off, snapshot("one", DISK_ONLY)),
        to_snapshot("revert_to_snapshot", "one", SnapshotRevert.RUNNING),
    ),
    "revert-inside": (
        then(on, snapshot("one"), do("suspend")),
        to_snapshot("revert_to_snapshot", "one"),
    ),
    "revert-transient": (
        then(
            lambda world, connection: connection.domain_create_xml(world.xml),
            snapshot("one", 0, MEMORY),
            do("suspend"),
        ),
        to_snapshot("revert_to_snapshot", "one"),
    ),
    "revert-across": (
        then(on, snapshot("one", DISK_ONLY), snapshot("two", 0, MEMORY)),
        to_snapshot("revert_to_snapshot", "one"),
    ),
    # devices
    "attach-disk": (then(on, more), device("attach", USB_DISK, 3)),
    "attach-disk-live": (then(on, more), device("attach", USB_DISK, 1)),
    "attach-disk-config": (then(on, more), device("attach", USB_DISK, 2)),
    "attach-card": (on, device("attach", CARD, 3)),
    "detach-disk-live": (
        then(on, more, device("attach", USB_DISK, 3)),
        device("detach", USB_DISK, 1),
    ),
    "detach-disk-config": (
        then(on, more, device("attach", USB_DISK, 3)),
        device("detach", USB_DISK, 2),
    ),
    "attach-off": (then(off, more), device("attach", USB_DISK, 2)),
    "attach-rng": (
        on,
        device(
            "attach",
            "<rng model='virtio'><backend model='egd' type='unix'>"
            "<source mode='bind' path='FOLDER/egd'/></backend></rng>",
            3,
        ),
    ),
    "attach-controller": (on, device("attach", "<controller type='scsi' model='virtio-scsi'/>", 3)),
    "attach-redirection": (
        on,
        device(
            "attach",
            "<redirdev bus='usb' type='unix'><source mode='bind' path='FOLDER/redir'/></redirdev>",
            3,
        ),
    ),
    "iothread": (on, do("add_iothread", 3, 3)),
    "medium": (
        then(on_with_drive, image("two.iso")),
        device("update", DRIVE.format("<source file='FOLDER/two.iso'/>"), 3),
    ),
    # the guest as a whole
    "managed-save": (on, do("managed_save")),
    "lifecycle-action": (on, do("set_lifecycle_action", 0, 1, 3)),
    "suspend": (on, do("suspend")),
    "resume": (then(on, do("suspend")), do("resume")),
    "save": (on, do("save", "FOLDER/aside")),
    "restore": (
        then(on, do("save", "FOLDER/aside")),
        lambda world, connection: connection.domain_restore(f"{world.folder}/aside"),
    ),
    "restore-transient": (
        then(on, do("save", "FOLDER/aside"), do("undefine")),
        lambda world, connection: connection.domain_restore(f"{world.folder}/aside"),
    ),
    "transient": (
        lambda world, connection: None,
        lambda world, connection: connection.domain_create_xml(world.xml),
    ),
    "dump": (on, do("core_dump", "FOLDER/core", 4)),
    "undefine-everything": (
        then(on, snapshot("one", DISK_ONLY), POINT, do("managed_save")),
        do("undefine_flags", EVERYTHING),
    ),
    "undefine-running": (then(on, snapshot("one"), POINT), do("undefine_flags", EVERYTHING)),
}


AGAIN = {"delete-memory", "delete-middle"}
"""Acts that may leave what is neither: a snapshot that is merged in part, which is said (libvirt's
deleteInProgress).  Done again they are done."""
