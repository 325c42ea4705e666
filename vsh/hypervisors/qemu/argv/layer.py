"""One image of a disk's chain: what is known of it, and the names of its block nodes."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.shared.encryption import Auth, Encryption
    from vsh.xml.shared.image import BackingStore, Source


def images_below(disk: Disk) -> Iterator[BackingStore]:
    """The images below a disk's own, nearest first."""
    below = disk.backing_store
    while below is not None and below.source is not None and below.type is not None:
        yield below
        below = below.backing_store


class Treatment:
    """What a disk says about all of its chain."""

    def __init__(
        self,
        cache: str | None = None,
        io: str | None = None,
        discard: str | None = None,
        floppy: bool = False,
    ) -> None:
        self.cache, self.io, self.discard, self.floppy = cache, io, discard, floppy


def detection(mode: str | None, discard: str | None) -> str | None:
    """What is done about zeroes: they can only be unmapped where discarding is allowed."""
    return "on" if mode == "unmap" and discard != "unmap" else mode


class Given:
    """Open files that somebody gave for an image.

    descriptors  their numbers
    writable     whether they may be written
    set          the number that QEMU knows them by
    """

    def __init__(self, line: Line, source: Source, number: int) -> None:
        self.descriptors, self.writable = line.host.group(str(source.fdgroup))
        self.set = line.file_set(number)

    @property
    def path(self) -> str:
        """The name that they have for QEMU."""
        return f"/dev/fdset/{self.set}"


class Device(Given):
    """A device of the kernel's that is opened for QEMU."""

    def __init__(self, line: Line, source: Source, number: int) -> None:
        self.descriptors, self.writable = [line.host.vdpa(str(source.dev))], True
        self.set = line.file_set(number)


class Layer:
    """One image of a chain, with the names of its nodes.

    format          the image's format
    detect_zeroes   what is done about zeroes that are written; of the top only
    metadata_cache  the most that QEMU keeps of the image's tables, in bytes
    whole_clusters  whether what is discarded keeps its place in the image; None: as QEMU likes
    data            the image that the data of this one is kept in, or None

    ``name`` stands for a number in the names of the nodes; those of what is not ``numbered`` are it
    alone. What is ``layered`` has a node for its format whatever that is.
    """

    def __init__(
        self,
        line: Line,
        kind: str | None,
        source: Source,
        format: str | None,
        whole: Treatment | None = None,
        *,
        readonly: bool,
        name: str | None = None,
        numbered: bool = True,
        layered: bool = False,
    ) -> None:
        whole = whole or Treatment()
        self.kind = kind
        self.source = source
        self.format = format or "raw"
        self.readonly = readonly
        self.cache, self.io, self.discard = whole.cache, whole.io, whole.discard
        self.floppy = whole.floppy
        self.modern = line.domain.newest
        self.cdrom = False
        self.detect_zeroes: str | None = None
        self.metadata_cache: int | None = None
        self.whole_clusters: bool | None = None
        self.auth: Auth | None = source.auth
        self.encryption: Encryption | None = source.encryption
        self._layered = layered or not line.can.masks_protocols
        self.number = 0 if name else line.node()
        prefix = name or f"libvirt-{self.number}"
        self.files = Given(line, source, self.number) if source.fdgroup else None
        if kind == "vhostvdpa":
            self.files = Device(line, source, self.number)
        self.storage = f"{prefix}-storage" if numbered else prefix
        self._format = f"{prefix}-format" if numbered else prefix
        self.data = self._data(line, whole)

    def _data(self, line: Line, whole: Treatment) -> Layer | None:
        store = self.source.data_store
        if store is None or store.source is None:
            return None
        kept = Layer(
            line, store.type, store.source, store.format_type, whole, readonly=self.readonly
        )
        line.host.numbered(store.source, kept.number)
        return kept

    @property
    def plain(self) -> bool:
        """Whether nothing is to be done about the format, so that no node is made for it.

        A QEMU of 9.0 or newer can then still be told not to name the node below in other images.
        A file that was given open for writing has to be read through a node that may not write.
        """
        given = self.files if self.kind in ("file", "block") else None
        one = given is not None and len(given.descriptors) == 1 and given.writable
        found = self.encryption
        luks = found is not None and found.scheme == "luks" and found.engine != "librbd"
        return self.format == "raw" and not self._layered and not one and not luks

    @property
    def node(self) -> str:
        """The name of the node that the content is read from."""
        return (self.slice or self.storage) if self.plain else self._format

    @property
    def own_encryption(self) -> Encryption | None:
        """The encryption that QEMU does itself."""
        found = self.encryption
        return found if found is not None and found.secrets and found.engine != "librbd" else None

    @property
    def locked(self) -> bool:
        """Whether it is encrypted by LUKS in a way that nothing opens."""
        found = self.encryption
        return found is not None and found.scheme == "luks" and not found.secrets

    def key(self, number: int = 0) -> str:
        """The name of a secret that opens the image."""
        return f"{self.storage if self.plain else self._format}-encryption-secret{number}"

    @property
    def slice(self) -> str | None:
        """The node that is a part of the file only, where there is one."""
        sliced = any(each.type == "storage" for each in self.source.slices)
        encrypted = self.encryption is not None and bool(self.encryption.secrets)
        within = self._layered and self.format == "raw" and not encrypted  # its own node's part
        return f"libvirt-{self.number}-slice-sto" if sliced and not within else None
