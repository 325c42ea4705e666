"""What goes with a domain's definition: what would be lost, and the volumes of its disks."""

from __future__ import annotations

from vsh.commands.domain._devices_xml import text_at, tree
from vsh.errors import CommandError, Error, InvalidArgument, NoSupport, failing
from vsh.output.document import Done, Said
from vsh.words.domain.lifecycle import DomainUndefine
from vsh.words.snapshot import SnapshotList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from lxml.etree import _Element

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document

SOURCES = ("file", "dir", "name", "dev", "volume")


class Kept:
    """What libvirt keeps of a domain that does not run; nothing where it runs (``None``)."""

    def __init__(self, domain: Domain | None) -> None:
        self.saved = False
        self.snapshots = 0
        self.metadata = 0
        self.metadata_known = False
        if domain is None:
            return
        self.saved = bool(_number(domain.has_managed_save_image, 0))
        self.snapshots = _number(domain.snapshot_num, 0)
        if self.snapshots:
            try:
                self.metadata = domain.snapshot_num(SnapshotList.METADATA)
                self.metadata_known = True
            except Error:
                self.metadata = self.snapshots


def _number(ask: Any, flags: int) -> int:
    try:
        return int(ask(flags))
    except NoSupport:
        return 0


def forget(session: Session, domain: Domain, flags: int, kept: Kept) -> None:
    """Undefine the domain, or refuse to lose what is kept of it.  Raises CommandError."""
    saved_safe = bool(flags & DomainUndefine.MANAGED_SAVE) or not kept.saved or kept.metadata_known
    snapshots_safe = (
        bool(flags & DomainUndefine.SNAPSHOTS_METADATA) or not kept.metadata or kept.metadata_known
    )
    if not kept.saved:
        flags &= ~DomainUndefine.MANAGED_SAVE
    if not kept.metadata:
        flags &= ~DomainUndefine.SNAPSHOTS_METADATA
    failed = f"Failed to undefine domain '{domain.called}'"
    if (saved_safe and snapshots_safe) or flags & DomainUndefine.NVRAM:
        try:
            domain.undefine_flags(flags)
            return
        except (NoSupport, InvalidArgument) as error:
            # virsh asks again without any flag; vsh does not do something else than was asked
            if flags & DomainUndefine.NVRAM or (flags and not session.lenient):
                raise CommandError(failed) from error
        except Error as error:
            raise CommandError(failed) from error
    if kept.saved:
        if not flags & DomainUndefine.MANAGED_SAVE:
            raise CommandError(
                "Refusing to undefine while domain managed save image exists",
                hint="--managed-save removes it too",
            )
        domain.managed_save_remove(0)
    if kept.metadata:
        if flags & DomainUndefine.SNAPSHOTS_METADATA:
            raise CommandError(f"Unable to remove metadata of {kept.metadata} snapshots")
        raise CommandError(
            f"Refusing to undefine while {kept.metadata} snapshots exist",
            hint="--snapshots-metadata forgets them too",
        )
    with failing(failed):
        domain.undefine()


class Volume:
    """A volume that is the source of one of the domain's disks."""

    def __init__(self, handle: Any, target: str, source: str) -> None:
        self.handle = handle
        self.target = target
        self.source = source

    def remove(self, session: Session, flags: int, *, wipe: bool) -> Iterator[Document]:
        """Remove it; where that fails it is reported, and the next one is tried."""
        from vsh.cli.run import report

        name = f"'{self.target}'({self.source})"
        if wipe:
            yield Said(f"Wiping volume {name} ... ")
            try:
                with failing("Failed! Volume not removed."):
                    self.handle.wipe(0)
            except CommandError as error:
                report(session, error)
                session.status = 1
                return
            yield Done("Done.")
        try:
            with failing(f"Failed to remove storage volume {name}"):
                self.handle.delete(flags)
        except CommandError as error:
            report(session, error)
            session.status = 1
            return
        yield Done("Volume '{target}'({source}) removed.", target=self.target, source=self.source)


def volumes_of(session: Session, domain: Domain, storage: str | None) -> Iterator[Volume]:
    """The volumes of the domain's disks; with ``storage`` only those listed there.

    A disk whose source is no volume is told of, and left.  Raises CommandError for a word that
    names no disk.
    """
    from vsh.commands.virsh.echo import split_commas

    wanted = split_commas(storage) if storage else None
    found = []
    for disk in tree(domain.get_xml_desc(0)).xpath("/domain/devices/disk"):
        target = text_at(disk, "./target/@dev") or ""
        source = text_at(disk, "|".join(f"./source/@{name}" for name in SOURCES))
        if source is None:
            continue
        if wanted is not None:
            named = [word for word in wanted if word in (target, source)]
            if not named:
                continue
            wanted.remove(named[0])
        volume = _look_up(session, domain.connection, disk, target, source)
        if volume is not None:
            found.append(volume)
    for word in wanted or ():
        session.error(f"Volume '{word}' was not found in domain's definition.")
    if wanted:
        raise CommandError("")
    yield from found


def _look_up(
    session: Session, connection: Connection, disk: _Element, target: str, source: str
) -> Any:
    pool = text_at(disk, "./source/@pool")
    try:
        if pool is None:
            return Volume(connection.storage_vol_lookup_by_path(source), target, source)
        try:
            holder = connection.storage_pool_lookup_by_name(pool)
        except Error:
            session.error(f"Storage pool '{pool}' for volume '{target}' not found.")
            return None
        return Volume(holder.vol_lookup_by_name(source), target, source)
    except Error:
        session.error(
            f"Storage volume '{target}'({source}) is not managed by libvirt. Remove it manually."
        )
        return None
