"""<domainbackup>: a backup of a guest's disks."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Text
from vsh.xml.engine.flags import INTERNAL
from vsh.xml.engine.given import Given
from vsh.xml.engine.structure import Child, Children
from vsh.xml.shared.image import FORMATS, STORAGE_TYPES, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

STATES = ("running", "complete", "failed", "cancelling", "cancelled")
MODES = ("full", "incremental")


class BackupServer(Element, tag="server"):
    """<server>: where a pulled backup can be fetched."""

    transport = Choice[str](
        "@transport",
        ("tcp", "unix", "rdma", "fd"),
        default="tcp",
        wrong=(ConfigUnsupported, "unknown protocol transport type '{}'"),
    )
    tls = Flag("@tls", after="port")
    name = Text("@name")
    port = Int("@port", high=65535, skip=0, wrong=(XmlError, "failed to parse port number '{}'"))
    socket = Text("@socket", after="transport")
    group = Text("@fdgroup")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        unix = self.transport == "unix"
        if unix and self.socket is None:
            yield "socket", XmlError("missing socket for unix transport")
        elif not unix and self.socket is not None:
            yield (
                "socket",
                XmlError(f"transport '{self.transport}' does not support socket attribute"),
            )
        elif self.transport == "fd" and self.group is None:
            missing = "Missing required attribute 'fdgroup' in element 'server'"
            yield "name", XmlError(missing)
        elif self.transport in ("tcp", "rdma") and self.name is None:
            yield "name", XmlError("missing name for host")
        elif self.transport == "rdma":
            yield "port", ConfigUnsupported("transport rdma is not supported for <server>")
        elif unix and not (self.socket or "").startswith("/"):
            yield "port", XmlError(f"backup socket path '{self.socket}' must be absolute")


class BackupDisk(Element, tag="disk"):
    """How one disk takes part."""

    name = Text[str](
        "@name",
        required=(XmlError, "missing name from disk backup element"),
        shape=shapes.TARGET + "|" + shapes.FILE,
        needed=True,
    )
    backup = Flag("@backup")
    state = Choice("@state", STATES, none="", after="mode")
    type = Choice(
        "@type", STORAGE_TYPES, wrong=(XmlError, "unknown disk source type '{}'"), after="mode"
    )
    mode = Choice("@backupmode", MODES, none="", after="export_bitmap")
    incremental = Text("@incremental")
    export_name = Text("@exportname")
    export_bitmap = Text("@exportbitmap")
    index = Int("@index", skip=0)
    driver_type = Choice(
        "driver/@type", FORMATS, wrong=(XmlError, "unknown driver format value '{}'")
    )
    target = Child(Source, "target")
    scratch = Child(Source, "scratch")

    def parsed(self, reading: Reading) -> Found:
        internal, push = reading.flags & INTERNAL, reading.facts == "push"
        if self.backup is None:
            self.backup = True
        if not self.backup:
            self.keep("name", "backup")
            return
        if push:
            self.drop("export_name", "export_bitmap")
        self.drop("scratch" if push else "target")
        if not internal:
            self.drop("state", "index")
        elif self.state is None:
            yield ("state", XmlError("Missing required attribute 'state' in element 'disk'"))
        self.type = self.type or "file"
        if self.type not in ("file", "block"):
            yield XmlError(f"unsupported disk backup type '{self.type}'")
        store = self.store
        if store is not None:
            yield from store.settle(self.type, reading)

    @property
    def store(self) -> Source | None:
        """The image that is written to."""
        found: Source | None = self.scratch if self.target is None else self.target
        return found


class DomainBackup(Element, tag="domainbackup"):
    """One backup."""

    mode = Choice[str](
        "@mode", ("push", "pull"), default="push",
        wrong=(ConfigUnsupported, "unknown backup mode '{}'"),
    )  # fmt: skip
    incremental = Given("incremental")
    server = Child(BackupServer, "server")
    disks = Children(BackupDisk, "disks/*")
    tls_secret_type = Text("privateData/objects/secret/@type")
    tls_secret_alias = Given("privateData/objects/secret/@alias")
    tls_alias = Given("privateData/objects/TLSx509/@alias")

    @classmethod
    def prepare(cls, element: _Element, reading: Reading) -> None:
        """Tell the disks the mode."""
        reading.facts = element.get("mode") or "push"

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        if self.server is not None and self.mode != "pull":
            yield "server", ConfigUnsupported("use of <server> requires pull mode backup")
        if not reading.flags & INTERNAL or self.tls_secret_type != "tlskey":  # noqa: S105 - a kind
            self.drop("tls_secret_type", "tls_secret_alias")
        if not reading.flags & INTERNAL:
            self.tls_alias = None

    def align(self, disks: list[Any], suffix: str) -> None:
        """Say something about every disk of the guest.  Raises the first problem.

        disks   the guest's disks: .target .type .source .readonly .empty()
        suffix  of the names of images that nobody named
        """
        if not disks:
            raise ConfigUnsupported("domain must have at least one disk to perform backup")
        known = {disk.target: disk for disk in disks}
        seen: set[str] = set()
        for disk in self.disks:
            if disk.name not in known:
                raise ConfigUnsupported(f"no disk named '{disk.name}'")
            if disk.name in seen:
                raise ConfigUnsupported(f"disk '{disk.name}' specified twice")
            seen.add(disk.name)
            if disk.mode == "incremental" and not disk.incremental and not self.incremental:
                raise ConfigUnsupported(
                    f"'incremental' backup mode of disk '{disk.name}' requires setting "
                    "'incremental' field for disk or backup"
                )
            if disk.backup:
                self._store(disk, known[disk.name], suffix)
        everything = not self.disks
        for guest_disk in disks:
            if guest_disk.target in seen:
                continue
            added = BackupDisk(name=guest_disk.target, backup=False)
            if everything and not guest_disk.empty() and not guest_disk.readonly:
                added.backup = True
                self._store(added, guest_disk, suffix)
            self.disks.append(added)
        for disk in self.disks:
            if disk.mode is None and disk.backup:
                disk.mode = MODES[1] if self.incremental or disk.incremental else MODES[0]
            if disk.mode == MODES[1] and not disk.incremental:
                disk.incremental = self.incremental

    def _store(self, disk: BackupDisk, guest_disk: Any, suffix: str) -> None:
        if guest_disk.empty():
            raise ConfigUnsupported(f"disk '{disk.name}' has no media")
        store = disk.store
        if store is not None and store.path:
            return
        if guest_disk.type not in (None, "file"):
            raise ConfigUnsupported(f"refusing to generate file name for disk '{disk.name}'")
        made = Source(file=f"{guest_disk.source.path}.{suffix}")
        disk.type = "file"
        if self.mode == "push":
            disk.target = made
        else:
            disk.scratch = made
