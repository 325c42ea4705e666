"""<filesystem>: a directory or image of the host that the guest mounts."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, NoSource, XmlError
from vsh.xml.domain.devices._info import VIRTIO_MODELS, Device, virtio
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Int, Present, Switch, Text
from vsh.xml.engine.given import Given
from vsh.xml.engine.node import MERGED
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import LONG_MIN, ULONG_MAX, number, unsigned
from vsh.xml.engine.values import Scaled, scale
from vsh.xml.shared.image import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


TYPES = ("mount", "block", "file", "template", "ram", "bind", "volume")


_BAD_RANGE = (XmlError, "invalid idmap start/target/count settings")


class IdRange(Element):
    """A range of ids that are mapped."""

    start = Int[int]("@start", required=_BAD_RANGE, wrong=_BAD_RANGE)
    target = Int[int]("@target", required=_BAD_RANGE, wrong=_BAD_RANGE)
    count = Int[int]("@count", required=_BAD_RANGE, wrong=_BAD_RANGE)


class UidRange(IdRange, tag="uid"):
    """A range of user ids."""


class GidRange(IdRange, tag="gid"):
    """A range of group ids."""


class IdMap(Element, tag="idmap"):
    """<idmap>: how ids inside relate to ids outside."""

    in_parts = True
    repeated = MERGED

    omit_empty = True

    uids = Children(UidRange, "uid")
    gids = Children(GidRange, "gid")

    def parsed(self, reading: Reading) -> Found:
        for name in ("uids", "gids"):
            self.__dict__[name] = sorted(getattr(self, name), key=lambda item: item.start or 0)
        return ()


class FileSystem(Device, tag="filesystem"):
    """One file system of a domain."""

    takes_boot = True
    merged = ("target", "idmap")

    type = Choice[str]("@type", TYPES, default="mount")
    accessmode = Choice("@accessmode", ("passthrough", "mapped", "squash"), none="")
    model = Choice("@model", VIRTIO_MODELS)
    multidevs = Choice("@multidevs", ("remap", "forbid", "warn"), none="default")
    fmode = Text("@fmode")
    dmode = Text("@dmode")
    driver_type = Choice("driver/@type", ("path", "handle", "loop", "nbd", "ploop", "virtiofs",
                                          "mtp"), none="default")  # fmt: skip
    driver_format = Choice(
        "driver/@format", FORMATS, wrong=(ConfigUnsupported, "unknown driver format value '{}'")
    )
    wrpolicy = Choice("driver/@wrpolicy", ("immediate",), none="default")
    queue = Int(
        "driver/@queue",
        0,
        ULONG_MAX,
        skip=0,
        blank=True,
        wraps=True,
        wrong=(XmlError, "cannot parse queue size '{}' for virtiofs"),
    )
    iommu, ats, packed, page_per_vq, has_driver = virtio()
    binary = Given("binary/@path")
    xattr = Switch("binary/@xattr")
    cache = Choice("binary/cache/@mode", ("none", "always"))
    sandbox = Choice("binary/sandbox/@mode", ("namespace", "chroot"))
    lock_posix = Switch("binary/lock/@posix")
    lock_flock = Switch("binary/lock/@flock")
    thread_pool_size = Int(
        "binary/thread_pool/@size",
        -(2**31),
        blank=True,
        wrong=(XmlError, "cannot parse thread pool size '{}' for virtiofs"),
    )
    openfiles = Int(
        "binary/openfiles/@max",
        LONG_MIN,
        ULONG_MAX,
        skip=0,
        blank=True,
        wrong=(XmlError, "cannot parse openfiles '{}' for virtiofs"),
    )
    idmap = Child(IdMap, "idmap")
    source_dir = Text("source/@dir")
    source_socket = Text("source/@socket")
    source_dev = Text("source/@dev")
    source_file = Text("source/@file")
    source_name = Text("source/@name")
    usage = Text("source/@usage")
    units = Text("source/@units")
    pool = Text("source/@pool")
    volume = Text("source/@volume")
    target = Text("target/@dir", needed=True)
    readonly = Present("readonly")
    boot_order = Device.fields["boot_order"]
    alias = Device.fields["alias"]
    master_startport = Device.fields["master_startport"]
    acpi_index = Device.fields["acpi_index"]
    acpi_nodeset = Device.fields["acpi_nodeset"]
    address = Device.fields["address"]
    space_hard_limit = Scaled(
        "space_hard_limit", unit="bytes", step=1, bare=1, xpath="./space_hard_limit[1]", zero=False
    )
    space_soft_limit = Scaled(
        "space_soft_limit", unit="bytes", step=1, bare=1, xpath="./space_soft_limit[1]", zero=False
    )

    def read_device(self, reading: Reading) -> Found:
        kind = self.type
        yield from self._modes()
        used = {"mount": "source_dir", "bind": "source_dir", "file": "source_file",
                "block": "source_dev", "template": "source_name"}.get(kind)  # fmt: skip
        for name in ("source_dir", "source_dev", "source_file", "source_name"):
            if name != used:
                self.drop(name)
        if kind != "ram":
            self.drop("usage", "units")
        if kind != "volume":
            self.drop("pool", "volume")
        elif (self.pool is None) != (self.volume is None):
            yield XmlError("'pool' and 'volume' must be specified together for 'pool' type source")
        if kind not in ("mount", "bind"):
            pass
        elif self.source_socket is not None:
            self.drop("source_dir")
        if self.driver_type != "virtiofs":
            self.drop("queue", "binary", "xattr", "cache", "sandbox", "lock_posix", "lock_flock",
                      "thread_pool_size", "openfiles", "idmap")  # fmt: skip
        else:
            if self.thread_pool_size is not None and self.thread_pool_size < 0:
                self.thread_pool_size = None
            if self.idmap is not None and not self.idmap.uids:
                self.idmap = None
        if self.driver_type is None:
            self.drop("driver_format", "wrpolicy")
        if used and getattr(self, used) is None and self.source_socket is None:
            nothing = "missing source information for device"
            yield NoSource(self.target) if self.target else NoSource.whole(nothing)
        if kind == "ram":
            yield from self._ram()

    def _modes(self) -> Iterable[Error]:
        for name in ("fmode", "dmode"):
            text = self.__dict__.get(name)
            if text is None:
                continue
            try:
                value = number(text, 8)
            except ValueError:
                value = -1
            if value < 0:
                yield XmlError(
                    f"Invalid value for attribute '{name}' in element 'filesystem': '{text}'. "
                    "Expected non-negative integer value"
                )
            elif value > 0o777:
                yield XmlError(f"invalid {name}: '0{value:o}'")
            else:
                self.__dict__[name] = f"{value:04o}" if value else None

    def _ram(self) -> Iterable[Error]:
        if self.usage is None:
            yield XmlError("missing 'usage' attribute for RAM filesystem")
            return
        try:
            value = unsigned(self.usage)
        except ValueError:
            yield XmlError(f"cannot parse usage '{self.usage}' for RAM filesystem")
            return
        self.usage = str(scale(value, self.units, 1024) // 1024)
        self.units = "KiB"

    def complete(self) -> None:
        """The default way of access."""
        if self.accessmode is None and self.source_socket is None:
            self.accessmode = "passthrough"
