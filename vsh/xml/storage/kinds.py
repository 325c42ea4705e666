"""What pools and volumes share: the kinds of pools and their formats, sizes, permissions."""

from __future__ import annotations

from vsh.errors import XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Counted, Int
from vsh.xml.engine.given import Given
from vsh.xml.engine.text import LONG_MAX, ULONG_MAX, number
from vsh.xml.engine.values import scale

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

# what can be part of a pool's source
HOST, DEVICE, DIR, ADAPTER, NAME, IQN, NETWORK = 1, 2, 4, 8, 16, 32, 64

POOL_TYPES = (
    "dir", "fs", "netfs", "logical", "disk", "iscsi", "iscsi-direct", "scsi", "mpath", "rbd",
    "sheepdog", "gluster", "zfs", "vstorage",
)  # fmt: skip
FILE_FORMATS = (
    "none", "raw", "dir", "bochs", "cloop", "dmg", "iso", "vpc", "vdi", "fat", "vhd", "ploop",
    "cow", "qcow", "qcow2", "qed", "vmdk",
)  # fmt: skip
DISK_VOLUMES = (
    "none", "linux", "fat16", "fat32", "linux-swap", "linux-lvm", "linux-raid", "extended",
)  # fmt: skip
FILE_SYSTEMS = (
    "auto", "ext2", "ext3", "ext4", "ufs", "iso9660", "udf", "gfs", "gfs2", "vfat", "hfs+", "xfs",
    "ocfs2", "vmfs",
)  # fmt: skip
NET_FILE_SYSTEMS = ("auto", "nfs", "glusterfs", "cifs")
PARTITION_TABLES = ("unknown", "dos", "dvh", "gpt", "mac", "bsd", "pc98", "sun", "lvm2")


class PoolKind:
    """What holds for one type of pool.

    parts     what its source may have
    formats   words for the source's format; empty where there is none
    format    the one that is meant where none is given
    volumes   words for the format of a volume; empty where there is none
    volume    the one that is meant where none is given
    """

    __slots__ = ("format", "formats", "parts", "volume", "volumes")

    def __init__(
        self,
        parts: int = 0,
        formats: tuple[str, ...] = (),
        format: str | None = None,
        volumes: tuple[str, ...] = (),
        volume: str | None = None,
    ) -> None:
        self.parts = parts
        self.formats = formats
        self.format = format or (formats[0] if formats else None)
        self.volumes = volumes
        self.volume = volume or ("raw" if volumes is FILE_FORMATS else None)

    def accepts(self, format: str) -> bool:
        """Whether a volume may have a format."""
        return format in self.volumes and not (self.volumes is FILE_FORMATS and format == "none")


KINDS = {
    "dir": PoolKind(volumes=FILE_FORMATS),
    "fs": PoolKind(DEVICE, FILE_SYSTEMS, volumes=FILE_FORMATS),
    "netfs": PoolKind(HOST | DIR, NET_FILE_SYSTEMS, volumes=FILE_FORMATS),
    "logical": PoolKind(NAME | DEVICE, ("unknown", "lvm2"), "lvm2"),
    "disk": PoolKind(DEVICE, PARTITION_TABLES, volumes=DISK_VOLUMES, volume="none"),
    "iscsi": PoolKind(HOST | DEVICE | IQN),
    "iscsi-direct": PoolKind(HOST | DEVICE | NETWORK | IQN),
    "scsi": PoolKind(ADAPTER),
    "mpath": PoolKind(),
    "rbd": PoolKind(HOST | NETWORK | NAME, volumes=FILE_FORMATS),
    "sheepdog": PoolKind(HOST | NETWORK | NAME),
    "gluster": PoolKind(HOST | NETWORK | NAME | DIR, volumes=FILE_FORMATS),
    "zfs": PoolKind(NAME | DEVICE),
    "vstorage": PoolKind(NAME, volumes=FILE_FORMATS),
}


def clean_path(path: str) -> str:
    """A path without doubled and trailing slashes; what looks like a URI stays."""
    mark = path.find("://")
    if mark >= 0 and path.find("/") > mark:
        return path
    start = ""
    if path.startswith("//") and path[2:3] != "/":
        start, path = "//", path[2:]
    parts = [part for part in path.split("/") if part]
    lead = "/" if path.startswith("/") and (parts or not start) else ""
    return start + lead + "/".join(parts)


class Amount(Counted[int | None]):
    """A number of bytes that is written only: what a document says is nothing to go by."""

    suffix = " unit='bytes'"

    def parse(self, text: str) -> None:
        return None

    def show(self, value: object) -> str:
        return str(value)


class Size(Counted[int | None]):
    """A number of bytes, read with a unit."""

    suffix = " unit='bytes'"

    def parse_text(self, element: _Element, text: str) -> int:
        try:
            value = number(text)
        except ValueError:
            value = -1
        if not 0 <= value <= ULONG_MAX:
            raise XmlError("malformed capacity element")
        return scale(value, element.get("unit"), 1, LONG_MAX)

    def show(self, value: object) -> str:
        return str(value)


class Owner(Int):
    """A user or a group; -1 is nobody in particular."""

    filled = True

    def __init__(self, path: str) -> None:
        super().__init__(
            path, -1, 0xFFFFFFFF, shape=r"-1|[0-9]+", wrong=(XmlError, f"malformed {path} element")
        )

    def parse(self, text: str) -> int | None:
        value = super().parse(text)
        return None if value in (-1, 0xFFFFFFFF) else value

    def show(self, value: object) -> str:
        assert isinstance(value, int)
        return str(value - (1 << 32) if value > 0x7FFFFFFF else value)


class Permissions(Element, tag="permissions"):
    """<permissions>: whose a pool's folder or a volume is."""

    mode = Int("mode", 0, 0o777, base=8, form="0{:o}", wrong=(XmlError, "malformed octal mode"))
    owner = Owner("owner")
    group = Owner("group")
    label = Given("label")

    omit_empty = True
