"""<volume>: a volume of a storage pool.

A volume is read with its pool's type as ``facts``: which formats there are depends on it.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Present, Text
from vsh.xml.engine.given import Given
from vsh.xml.engine.node import MERGED
from vsh.xml.engine.structure import Child, Children, Custom
from vsh.xml.engine.text import UINT_MAX, number
from vsh.xml.engine.values import Scaled
from vsh.xml.storage.kinds import KINDS, Amount, Permissions, Size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading
    from vsh.xml.shared.encryption import Encryption

TYPES = ("file", "block", "dir", "network", "netdir", "ploop")
FEATURES = ("lazy_refcounts", "extended_l2", "data_file")


def _read_features(element: _Element, reading: Reading) -> list[str]:
    from vsh.xml.engine.reader import local

    every = (element, *element.itersiblings(element.tag))  # as a path finds them
    found = [local(child.tag) for each in every for child in each if child.tag.__class__ is str]
    for name in found:
        if name not in FEATURES:
            raise ConfigUnsupported(f"unsupported feature {name}")
    return [name for name in FEATURES if name in found] or [""]


def _write_features(names: list[str], out: list[str], level: int, flags: int) -> None:
    space = "  " * level
    if names == [""]:
        out.append(f"{space}<features/>\n")
        return
    out.append(f"{space}<features>\n")
    out.extend(f"{space}  <{name}/>\n" for name in names)
    out.append(f"{space}</features>\n")


class Timestamps(Element, tag="timestamps"):
    """When a volume was used, as a driver finds it."""

    accessed = Text("atime")
    modified = Text("mtime")
    changed = Text("ctime")
    born = Text("btime")


class Image(Element):
    """Where an image is and how it is written."""

    path = Given("path")
    image_format = Given("format/@type", needed=True)
    permissions = Child(Permissions, "permissions")
    timestamps = Child(Timestamps, "timestamps", when=lambda image: image.timestamps)

    def settle(self, pool: str) -> Iterable[tuple[str, Error]]:
        """The format that its pool takes it for."""
        kind = KINDS[pool]
        if not kind.volumes:
            self.image_format = None
        elif self.image_format is None:
            self.image_format = kind.volume
        elif not kind.accepts(self.image_format):
            yield (
                "image_format",
                ConfigUnsupported(f"unknown volume format type {self.image_format}"),
            )


class BackingImage(Image, tag="backingStore"):
    """<backingStore>: the image below."""

    needs = ("path",)

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        self.timestamps = None
        if self.path is not None:
            yield from self.settle(str(reading.facts or "dir"))

    def view(self, flags: int) -> BackingImage | None:
        """Nothing where there is no path."""
        return None if self.path is None else self


class Target(Image, tag="target"):
    """<target>: the image itself."""

    in_parts = True
    repeated = MERGED

    encryption: Child[Encryption] = Child(
        "vsh.xml.shared.encryption:Encryption", "encryption", after="permissions"
    )
    compat = Given("compat", after="permissions")
    nocow = Present("nocow", when=lambda target: False)
    cluster_size = Scaled(
        "clusterSize",
        unit="B",
        step=1,
        bare=1,
        zero=False,
        xpath="./target/clusterSize",
        after="permissions",
    )
    features = Custom("features", _read_features, _write_features, after="permissions")

    open = (".",)

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        self.timestamps = None
        yield from self.settle(str(reading.facts or "dir"))
        if self.compat is not None and not _is_version(self.compat):
            yield "compat", XmlError("forbidden characters in 'compat' attribute")
        if self.features and self.compat is None:
            self.compat = "1.1"


def _is_version(text: str) -> bool:
    parts = text.split(".", 1)
    try:
        return len(parts) == 2 and all(0 <= number(part) <= UINT_MAX for part in parts)
    except ValueError:
        return False


class Extent(Element, tag="extent"):
    """A part of a device."""

    start = Text("@start")
    end = Text("@end")


class ExtentDevice(Element, tag="device"):
    """A device that a volume lies on, as a driver finds it."""

    path = Text("@path")
    extents = Children(Extent, "extent")


class StorageVolume(Element, tag="volume"):
    """One volume.  Sizes are in bytes."""

    needs = ("name",)
    repeated = MERGED

    type = Choice[str](
        "@type",
        TYPES,
        none="",
        default="file",
        wrong=(ConfigUnsupported, "unknown volume type '{}'"),
        after="key",
    )
    name = Given("name", shape=r"[^/]+")
    key = Given("key")
    extents = Children(ExtentDevice, "source/device", after="target")
    capacity = Size("capacity")
    allocation = Size("allocation")
    physical = Amount("physical", after="target")
    target = Child(Target, "target")
    backing = Child(BackingImage, "backingStore", after="key")

    has_allocation = False

    def parsed(self, reading: Reading) -> Found:
        self.extents = []
        self.type = self.type or TYPES[0]
        if self.name is None:
            yield "name", XmlError("missing volume name element")
        if self.target is None:
            self.target = Target()
            yield from self.target.settle(str(reading.facts or "dir"))
        if self.capacity is None and not any(
            problem.rank == self.fields["capacity"].rank for problem in reading.problems
        ):
            yield "capacity", XmlError("missing capacity element")
        self.has_allocation = self.allocation is not None
        if self.allocation is None:
            self.allocation = self.capacity
        if self.backing is not None and self.backing.path is None:
            self.backing = None


class ClonedVolume(StorageVolume, tag="volume"):
    """A volume to be made from another: its size may be the other's."""

    def parsed(self, reading: Reading) -> Found:
        for found in super().parsed(reading):
            if not (isinstance(found, tuple) and found[0] == "capacity"):
                yield found
        self.capacity = self.capacity or 0
        self.allocation = self.allocation or 0
