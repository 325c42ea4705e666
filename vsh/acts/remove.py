"""Removal of a domain: its definition, and what goes with it: saved states, metadata, volumes."""

from __future__ import annotations

from vsh.acts.note import Note
from vsh.errors import Error, InvalidArgument, NoSupport, OperationFailed, OperationInvalid, doing
from vsh.words.domain.lifecycle import DomainUndefine
from vsh.words.snapshot import SnapshotList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lxml.etree import _Element

    from vsh.acts.note import Act
    from vsh.api.domain import Domain
    from vsh.api.volume import Volume

SOURCES = ("file", "dir", "name", "dev", "volume")


class Disk:
    """A disk of the domain whose source is a volume: as the guest and as the host call it."""

    __slots__ = ("source", "target", "volume")

    def __init__(self, volume: Volume, target: str, source: str) -> None:
        self.volume = volume
        self.target = target
        self.source = source

    @property
    def called(self) -> str:
        """What messages call it."""
        return f"'{self.target}'({self.source})"


class NotManaged(Note):
    """A disk's source is no volume; it stays."""


class Undefined(Note):
    """The domain's definition has gone."""


class Wiping(Note):
    """A volume is being overwritten."""


class Wiped(Note):
    """A volume is overwritten."""


class Removed(Note):
    """A volume has gone."""

    __slots__ = ("disk",)

    def __init__(self, disk: Disk) -> None:
        super().__init__(f"Volume {disk.called} removed.")
        self.disk = disk


class Stayed(Note):
    """A volume could not be removed; the next one is tried."""

    __slots__ = ("error",)

    def __init__(self, error: Error) -> None:
        super().__init__(str(error))
        self.error = error


class UnknownDisks(InvalidArgument):
    """Words that name no disk of the domain: ``words``."""

    words: Sequence[str] = ()


def remove(
    domain: Domain,
    flags: int = 0,
    *,
    disks: Sequence[str] | None = None,
    all_disks: bool = False,
    wipe: bool = False,
    volume_flags: int = 0,
    lenient: bool = False,
    called: str = "",
) -> Act[None]:
    """Undefine a domain, and remove the volumes of its disks if that is asked for.

    flags         ``DomainUndefine``; what there is nothing of is not asked for
    disks         the targets or sources of disks whose volumes are removed;  all_disks  all of them
    wipe          the volumes are overwritten before;  volume_flags  ``StorageVolDelete``
    lenient       where the hypervisor does not know a flag it is asked without any, as virsh does
    called        what messages call the domain, where that is not its name
    Yields what was done.  Raises UnknownDisks, OperationInvalid where something would be lost that
    no flag names or the domain runs, and the hypervisor's Error; then nothing has been removed.
    """
    running = domain.is_active()
    kept = _Kept(None if running else domain)
    found: list[Disk] = []
    if disks or all_disks:
        if running:
            raise OperationInvalid.whole(
                "Storage volume deletion is supported only on stopped domains"
            )
        if disks and all_disks:
            raise InvalidArgument.whole("Specified both --storage and --remove-all-storage")
        found = yield from _disks(domain, disks)
    _undefine(domain, flags, kept, called or domain.name, lenient=lenient)
    yield Undefined(f"Domain '{called or domain.name}' has been undefined")
    for disk in found:
        yield from _remove(disk, volume_flags, wipe=wipe)


class _Kept:
    """What libvirt keeps of a domain that does not run; nothing where it runs (``None``)."""

    def __init__(self, domain: Domain | None) -> None:
        self.saved = False
        self.metadata = 0
        self.metadata_known = False
        if domain is None:
            return
        self.saved = bool(_number(domain.has_managed_save_image))
        self.metadata = _number(domain.snapshot_num)
        if self.metadata:
            try:
                self.metadata = domain.snapshot_num(SnapshotList.METADATA)
                self.metadata_known = True
            except Error:
                return  # all of them count then


def _number(ask: Callable[[int], int]) -> int:
    try:
        return ask(0)
    except NoSupport:
        return 0


def _undefine(domain: Domain, flags: int, kept: _Kept, called: str, *, lenient: bool) -> None:
    """Undefine the domain, or refuse to lose what is kept of it."""
    saved_safe = bool(flags & DomainUndefine.MANAGED_SAVE) or not kept.saved or kept.metadata_known
    snapshots_safe = (
        bool(flags & DomainUndefine.SNAPSHOTS_METADATA) or not kept.metadata or kept.metadata_known
    )
    if not kept.saved:
        flags &= ~DomainUndefine.MANAGED_SAVE
    if not kept.metadata:
        flags &= ~DomainUndefine.SNAPSHOTS_METADATA
    with doing(f"Failed to undefine domain '{called}'"):
        if (saved_safe and snapshots_safe) or flags & DomainUndefine.NVRAM:
            try:
                domain.undefine_flags(flags)
                return
            except (NoSupport, InvalidArgument):
                # what was asked for is not left out in silence, unless the caller wants that
                if flags & DomainUndefine.NVRAM or (flags and not lenient):
                    raise
    _refuse_a_loss(domain, flags, kept)
    with doing(f"Failed to undefine domain '{called}'"):
        domain.undefine()


def _refuse_a_loss(domain: Domain, flags: int, kept: _Kept) -> None:
    """Where flags do not help: a saved state is removed if asked for, metadata cannot be."""
    if kept.saved:
        if not flags & DomainUndefine.MANAGED_SAVE:
            error = OperationInvalid.whole(
                "Refusing to undefine while domain managed save image exists"
            )
            error.hint = "--managed-save removes it too"
            raise error
        domain.managed_save_remove(0)
    if kept.metadata:
        if flags & DomainUndefine.SNAPSHOTS_METADATA:
            raise OperationFailed.whole(f"Unable to remove metadata of {kept.metadata} snapshots")
        error = OperationInvalid.whole(
            f"Refusing to undefine while {kept.metadata} snapshots exist"
        )
        error.hint = "--snapshots-metadata forgets them too"
        raise error


def _disks(domain: Domain, wanted: Sequence[str] | None) -> Act[list[Disk]]:
    """The disks that are volumes; with ``wanted`` only those named there."""
    from vsh.xml.engine.reader import parse

    left = None if wanted is None else [*wanted]
    found = []
    for element in parse(domain.get_xml_desc(0)).findall("./devices/disk"):
        target = _text(element, "target", "dev") or ""
        source = _text(element, "source", *SOURCES)
        if source is None:
            continue
        if left is not None:
            named = [word for word in left if word in (target, source)]
            if not named:
                continue
            left.remove(named[0])
        try:
            volume = _volume(domain, _text(element, "source", "pool"), target, source)
        except Error as error:
            yield NotManaged(str(error))
        else:
            found.append(Disk(volume, target, source))
    if left:
        unknown = UnknownDisks.whole(f"Volume '{left[0]}' was not found in domain's definition.")
        unknown.words = left
        raise unknown
    return found


def _text(disk: _Element, tag: str, *names: str) -> str | None:
    """The first of an element's attributes that there is."""
    found = disk.find(tag)
    values = [found.get(name) for name in names] if found is not None else []
    return next((value for value in values if value is not None), None)


def _volume(domain: Domain, pool: str | None, target: str, source: str) -> Volume:
    """The volume that is a disk's source.  Raises OperationFailed with the whole of what to say."""
    connection = domain.connection
    try:
        if pool is None:
            return connection.storage_vol_lookup_by_path(source)
        try:
            holder = connection.storage_pool_lookup_by_name(pool)
        except Error:
            raise OperationFailed.whole(
                f"Storage pool '{pool}' for volume '{target}' not found."
            ) from None
        return holder.vol_lookup_by_name(source)
    except OperationFailed:
        raise
    except Error:
        raise OperationFailed.whole(
            f"Storage volume '{target}'({source}) is not managed by libvirt. Remove it manually."
        ) from None


def _remove(disk: Disk, flags: int, *, wipe: bool) -> Iterator[Note]:
    """Remove a volume; where that fails it is told, and no more is done to it."""
    try:
        if wipe:
            yield Wiping(f"Wiping volume {disk.called} ... ")
            with doing("Failed! Volume not removed."):
                disk.volume.wipe(0)
            yield Wiped("Done.")
        with doing(f"Failed to remove storage volume {disk.called}"):
            disk.volume.delete(flags)
    except Error as error:
        yield Stayed(error)
    else:
        yield Removed(disk)
