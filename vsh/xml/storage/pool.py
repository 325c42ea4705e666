"""<pool>: a storage pool."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, InternalError, NoSupport, XmlDetail, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Text
from vsh.xml.engine.given import Given
from vsh.xml.engine.node import MERGED
from vsh.xml.engine.structure import Child, Children, Custom, Settled
from vsh.xml.engine.text import INT_MAX, INT_MIN, escape
from vsh.xml.engine.values import Uuid, generate_uuid
from vsh.xml.shared.link import PciPlace
from vsh.xml.storage.kinds import (
    ADAPTER,
    DEVICE,
    DIR,
    HOST,
    IQN,
    KINDS,
    NAME,
    NETWORK,
    POOL_TYPES,
    Amount,
    Permissions,
    clean_path,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading
    from vsh.xml.shared.encryption import Auth
    from vsh.xml.storage.kinds import PoolKind

FS_OPTIONS = "http://libvirt.org/schemas/storagepool/fs/1.0"
RBD_OPTIONS = "http://libvirt.org/schemas/storagepool/rbd/1.0"
_MOUNTED = ("fs", "netfs")
_HEX = frozenset("0123456789abcdefABCDEF")


class SourceHost(Element, tag="host"):
    """A server."""

    name = Text[str]("@name", required=(XmlError, "missing storage pool host name"))
    port = Int("@port", INT_MIN, INT_MAX, skip=0)


class FreeExtent(Element, tag="freeExtent"):
    """A free part of a device, as a driver finds it."""

    start = Text("@start")
    end = Text("@end")


class SourceDevice(Element, tag="device"):
    """A device that a pool is made of."""

    path = Text[str](
        "@path",
        required=(XmlError, "missing storage pool source device path"),
        shape=shapes.NONEMPTY,
    )
    part_separator = Flag("@part_separator")
    free_extents = Children(FreeExtent, "freeExtent")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        self.free_extents = []
        return ()


class ParentAddress(Element, tag="parentaddr"):
    """Where the host adapter sits."""

    unique_id = Int[int](
        "@unique_id",
        0,
        INT_MAX,
        wrong=(XmlError, "Missing or invalid scsi adapter 'unique_id' value"),
        required=(XmlError, "Missing or invalid scsi adapter 'unique_id' value"),
        after="address",
    )
    address = Child(PciPlace, "address")

    def parsed(self, reading: Reading) -> Found:
        if self.address is None:
            yield "address", XmlError("Missing scsi_host PCI address element")
        else:
            self.address.type = None


_WORLD_WIDE = ("wwnn", "wwpn", "parent_wwnn", "parent_wwpn", "parent_fabric_wwn")


class Adapter(Element, tag="adapter"):
    """<adapter>: a SCSI or Fibre Channel host adapter."""

    type = Choice("@type", ("scsi_host", "fc_host"))
    name = Text("@name")
    parent = Text("@parent")
    parent_wwnn = Text("@parent_wwnn")
    parent_wwpn = Text("@parent_wwpn")
    parent_fabric_wwn = Text("@parent_fabric_wwn")
    managed = Flag("@managed")
    wwnn = Text("@wwnn")
    wwpn = Text("@wwpn")
    parent_address = Child(ParentAddress, "parentaddr")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.type is None:
            if self.wwnn is not None or self.wwpn is not None or self.parent is not None:
                yield XmlError(
                    "Use of 'wwnn', 'wwpn', and 'parent' attributes requires use of the adapter "
                    "'type'"
                )
            elif self.parent_address is not None:
                self.drop("parent_address")
                yield XmlError("Use of 'parentaddr' element requires use of the adapter 'type'")
            elif self.name is not None:
                self.type = "scsi_host"
            else:
                self.drop("managed")
        if self.type == "scsi_host":
            self.drop("parent", "managed", *_WORLD_WIDE)
        elif self.type == "fc_host":
            self.drop("name", "parent_address")

    def problem(self) -> Error | None:
        """What is wrong with it as the source of a pool."""
        if self.type is None:
            return XmlError("missing storage pool source adapter")
        if self.type == "scsi_host":
            if self.name is None and self.parent_address is None:
                return XmlError(
                    "Either 'name' or 'parent' must be specified for the 'scsi_host' adapter"
                )
            if self.name is not None and self.parent_address is not None:
                return XmlError(
                    "Both 'name' and 'parent' cannot be specified for the 'scsi_host' adapter"
                )
            return None
        if self.wwnn is None or self.wwpn is None:
            return XmlError("'wwnn' and 'wwpn' must be specified for adapter type 'fchost'")
        for name in ("wwnn", "wwpn"):
            error = _world_wide(getattr(self, name))
            if error is not None:
                return error
        for name, other in (("parent_wwnn", "parent_wwpn"), ("parent_wwpn", "parent_wwnn")):
            if getattr(self, name) is not None and getattr(self, other) is None:
                return XmlError(
                    f"when providing {name}='{getattr(self, name)}', the {other} must also be "
                    "provided"
                )
        for name in _WORLD_WIDE[2:]:
            error = _world_wide(getattr(self, name))
            if error is not None:
                return error
        return None


def _world_wide(name: str | None) -> Error | None:
    if name is None:
        return None
    digits = name.removeprefix("0x")
    if len(digits) == 16 and _HEX.issuperset(digits):
        return None
    return InternalError(f"Malformed wwn: {name}")


class PoolSource(Element, tag="source"):
    """<source>: what a pool is made of.  To be read with its pool's type as ``facts``."""

    hosts = Children(SourceHost, "host")
    devices = Children(SourceDevice, "device")
    dir = Given("dir/@path")
    adapter = Child(Adapter, "adapter")
    name = Given("name", after="")
    initiator = Given("initiator/iqn/@name", after="hosts")
    source_format = Given("format/@type", after="")
    auth: Child[Auth] = Child("vsh.xml.shared.encryption:Auth", "auth")
    protocol = Given("protocol/@ver")
    vendor = Given("vendor/@name")
    product = Given("product/@name")

    open = (".",)

    def parsed(self, reading: Reading) -> Found:
        kind = KINDS.get(str(reading.facts))
        if kind is None:
            return
        if reading.facts == "rbd" and self.name is None:
            yield "name", XmlError("element 'name' is mandatory for RBD pool")
        yield from self._format(kind)
        if self.dir is not None:
            self.dir = clean_path(self.dir)
        elif reading.facts == "gluster":
            self.dir = "/"
        if self.auth is not None and self.auth.type is None:
            yield "auth", ConfigUnsupported("storage pool missing auth type")
        if self.protocol is not None:
            if self.source_format not in (None, "auto", "nfs"):
                yield (
                    "protocol",
                    ConfigUnsupported(
                        "storage pool protocol ver unsupported for pool type "
                        f"'{_network_format(kind, str(self.source_format))}'"
                    ),
                )
            elif "," in self.protocol:
                yield (
                    "protocol",
                    XmlDetail(f"storage pool protocol ver '{self.protocol}' must not contain ','"),
                )

    def _format(self, kind: PoolKind) -> Iterable[tuple[str, Error]]:
        if not kind.formats:
            self.source_format = None
        elif self.source_format is None:
            self.source_format = kind.format
        elif self.source_format not in kind.formats:
            yield (
                "source_format",
                ConfigUnsupported(f"unknown pool format type {self.source_format}"),
            )

    def only(self, kind: PoolKind) -> None:
        """Forget what a pool of that kind does not have."""
        for part, names in (
            (HOST, ("hosts",)),
            (DEVICE, ("devices",)),
            (DIR, ("dir",)),
            (ADAPTER, ("adapter",)),
            (NAME, ("name",)),
            (IQN, ("initiator",)),
        ):
            if not kind.parts & part:
                self.forget(*names)


def _network_format(kind: PoolKind, name: str) -> str:
    """What libvirt calls a format: by its number, as if the pool were a netfs."""
    known, number = KINDS["netfs"].formats, kind.formats.index(name)
    return known[number] if number < len(known) else "(null)"


class PoolTarget(Element, tag="target"):
    """<target>: where a pool's volumes show up."""

    path = Given("path")
    permissions = Child(Permissions, "permissions")

    open = (".",)
    in_parts = True

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        if self.path is None and _wants_path(str(reading.facts)):
            yield "path", XmlError("missing storage pool target path")


def _wants_path(kind: str | None) -> bool:
    """Whether it has to be said where a pool's volumes show up."""
    known = KINDS.get(kind or "")
    return known is not None and not known.parts & NETWORK and kind not in ("logical", "zfs")


def _read_fs(element: _Element, reading: Reading) -> list[str]:
    found: list[str] = []
    if reading.facts not in _MOUNTED:
        return found
    for option in element.findall(f"{{{FS_OPTIONS}}}option"):
        name = option.get("name")
        if name is None:
            raise XmlError("no fs mount option name specified")
        found.append(name)
    return found


def _write_fs(names: list[str], out: list[str], level: int, flags: int) -> None:
    space = "  " * level
    out.append(f"{space}<fs:mount_opts>\n")
    out.extend(f"{space}  <fs:option name='{escape(name)}'/>\n" for name in names)
    out.append(f"{space}</fs:mount_opts>\n")


def _read_rbd(element: _Element, reading: Reading) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if reading.facts != "rbd":
        return found
    for option in element.findall(f"{{{RBD_OPTIONS}}}option"):
        name, value = option.get("name"), option.get("value")
        if name is None:
            raise XmlError("no rbd option name specified")
        if not name:
            raise XmlError("empty rbd option name specified")
        if value is None:
            raise XmlError(f"no rbd option value specified for name '{name}'")
        if not value:
            raise XmlError(f"empty rbd option value specified for name '{name}'")
        found.append((name, value))
    return found


def _write_rbd(options: list[tuple[str, str]], out: list[str], level: int, flags: int) -> None:
    space = "  " * level
    out.append(f"{space}<rbd:config_opts>\n")
    for name, value in options:
        out.append(f"{space}  <rbd:option name='{escape(name)}' value='{escape(value)}'/>\n")
    out.append(f"{space}</rbd:config_opts>\n")


_NAMED = ("logical", "rbd", "sheepdog", "gluster", "zfs")  # types whose source has a name


class StoragePool(Element, tag="pool"):
    """One storage pool.  Sizes are in bytes, and the driver's to say."""

    type = Choice[str]("@type", POOL_TYPES, required=True)
    name = Given("name", shape=shapes.LINE)
    uuid = Uuid("uuid", wrong=(XmlError, "malformed uuid element"))
    capacity = Amount("capacity", after="refresh")
    allocation = Amount("allocation", after="refresh")
    available = Amount("available", after="refresh")
    cow = Flag("features/cow/@state")
    source = Settled(PoolSource, "source", after="type")
    target = Child(PoolTarget, "target")
    refresh = Choice(
        "refresh/volume/@allocation",
        ("default", "capacity"),
        none="",
        wrong=(ConfigUnsupported, "unknown storage pool volume refresh allocation type {}"),
    )

    repeated = MERGED

    @classmethod
    def form(cls, element: _Element) -> Iterable[str]:
        """A pool has a source and a name, but where its type makes them up."""
        kind = element.get("type")
        if element.find("name") is None and kind not in (
            "logical",
            "rbd",
            "sheepdog",
            "gluster",
            "zfs",
        ):
            yield "Missing element name in element pool"
        if element.find("source") is None and kind not in ("dir", "mpath", "logical", "zfs"):
            yield "Missing element source in element pool"

    @classmethod
    def prepare(cls, element: _Element, reading: Reading) -> None:
        """Tell the source what kind of pool it is for."""
        reading.facts = element.get("type")

    @property
    def kind(self) -> PoolKind:
        """What holds for pools of its type."""
        return KINDS[self.type or "dir"]

    def parsed(self, reading: Reading) -> Found:
        self.capacity = self.allocation = self.available = 0
        if self.type is None:
            return
        if self.source is None:
            self.source = PoolSource(source_format=self.kind.format)
        yield from self._names()
        if self.cow is not None and self.type not in ("fs", "dir"):
            yield "cow", NoSupport("cow feature may only be used for 'fs' and 'dir' pools")
        for error in self._source():
            yield "cow", error
        yield from self._target()
        if self.type == "iscsi-direct" and self.source.initiator is None:
            yield "target", ConfigUnsupported("missing initiator IQN")
        self.source.only(self.kind)

    def _names(self) -> Iterable[tuple[str, Error]]:
        by_name = self.kind.parts & NAME
        if self.name is None and by_name:
            self.name = self.source.name
        if self.name is None:
            yield "name", XmlError("missing pool source name element")
        elif "/" in self.name:
            yield "name", XmlError(f"name {self.name} cannot contain '/'")
        if self.uuid is None:
            self.uuid = generate_uuid()
        if by_name and self.source.name is None:
            self.source.name = self.name

    def _source(self) -> Iterable[Error]:
        parts, source = self.kind.parts, self.source
        if parts & HOST and not source.hosts:
            yield XmlError("missing storage pool source host name")
        if parts & DIR and source.dir is None:
            yield XmlError("missing storage pool source path")
        if parts & ADAPTER:
            error = (source.adapter or Adapter()).problem()
            if error is not None:
                yield error
        if parts == DEVICE and not source.devices:
            yield XmlError("missing storage pool source device name")

    def _target(self) -> Iterable[tuple[str, Error]]:
        if self.kind.parts & NETWORK:
            self.target = None
            return
        missing = self.target is None and _wants_path(self.type)
        target = self.target = self.target or PoolTarget()
        if self.type == "logical":
            target.path = f"/dev/{self.source.name}"
        elif self.type == "zfs":
            target.path = f"/dev/zvol/{self.source.name}"
        elif missing:
            yield "target", XmlError("missing storage pool target path")
        if target.path is not None:
            target.path = clean_path(target.path)


class BackedPool(StoragePool, tag="pool"):
    """A pool of a driver that mounts or maps it, with options for that."""

    fs_namespace = Text("@xmlns:fs")
    rbd_namespace = Text("@xmlns:rbd")
    fs_options = Custom(f"{{{FS_OPTIONS}}}mount_opts", _read_fs, _write_fs)
    rbd_options = Custom(f"{{{RBD_OPTIONS}}}config_opts", _read_rbd, _write_rbd)

    def parsed(self, reading: Reading) -> Found:
        yield from super().parsed(reading)
        self.fs_options, self.rbd_options = self.fs_options or None, self.rbd_options or None
        self.fs_namespace = FS_OPTIONS if self.fs_options else None
        self.rbd_namespace = RBD_OPTIONS if self.rbd_options else None
