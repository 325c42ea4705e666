"""The images of a disk as QEMU has them open: found by name, taken in the place of others."""

from __future__ import annotations

import contextlib
import os

from vsh.drivers.qemu.blocks import chain
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.errors import InternalError, InvalidArgument
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import struct, structs, text
from vsh.xml.shared.image import BackingStore, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.disk import Disk, Mirror

    Image = Disk | BackingStore


_PLAIN = ("slice-sto", "storage")
"""What the node is called that an image without one for its format is read from."""


def disk_named(definition: Definition, name: str) -> Disk:
    """The disk with that target or source.  Raises InvalidArgument."""
    for disk in definition.disks:
        if disk.target == name:
            return disk
    for disk in definition.disks:
        if name.startswith("/") and disk.source is not None and disk.source.path == name:
            return disk
    raise InvalidArgument(f"disk '{name}' not found in domain")


def images(disk: Disk) -> list[Image]:
    """All images of a disk, the one that is written to first."""
    return [] if disk.empty() else [disk, *chain.layers(disk)]


def source_of(image: Image) -> Source:
    """Where an image is.  Raises InternalError where it is nowhere."""
    if image.source is None:
        raise InternalError("an image without a source")
    return image.source


def path_of(image: Image) -> str:
    """The path of an image, for messages and for what QEMU writes into images above it."""
    return str(source_of(image).path)


def format_of(image: Image) -> str:
    """The format of an image."""
    found = image.format_type if isinstance(image, BackingStore) else image.driver_type
    return str(found or "raw")


def number_of(image: Image) -> int:
    """The number of an image's block nodes."""
    found = image.index if isinstance(image, BackingStore) else source_of(image).index
    if not found:
        raise InternalError(f"the block nodes of '{path_of(image)}' are not known")
    return int(found)


def plain(guest: Guest) -> dict[int, str]:
    """The nodes that images are read from which have none for their format, by number.

    QEMU is asked when somebody first wants to know: it may have been started by another vsh.
    """
    run = guest.running
    if run.plain is None:
        names = {
            text(node["node-name"]).removeprefix("libvirt-").partition("-")[::2]
            for node in structs(guest.ask("query-named-block-nodes", {"flat": True}))
        }
        run.plain = {}
        for number, kind in sorted(names):  # "slice-sto" comes before "storage"
            if number.isdecimal() and kind in _PLAIN and (number, "format") not in names:
                run.plain.setdefault(int(number), f"libvirt-{number}-{kind}")
    return run.plain


def node(guest: Guest, number: int) -> str:
    """The node that the content of the image with that number is read from."""
    return plain(guest).get(number) or f"libvirt-{number}-format"


def node_of(guest: Guest, image: Image) -> str:
    """The node that an image's content is read from."""
    return node(guest, number_of(image))


def top_of(guest: Guest, disk: Disk) -> str:
    """The node that a disk's device has: its image's, or the last filter's above it."""
    filters = disk.throttle_filters
    return f"libvirt-{filters[-1].number}-filter" if filters else node_of(guest, disk)


def with_number(disk: Disk, number: int) -> Image | None:
    """The image of a disk whose nodes have a number."""
    return next((each for each in images(disk) if number_of(each) == number), None)


def lookup(disk: Disk, name: str | None, below: Image | None = None) -> Image:
    """The image of a chain that a name means: a path, ``TARGET[NUMBER]``; None is the last.

    below  only images under this one

    Raises InvalidArgument.
    """
    number = 0
    if name is not None and name.endswith("]"):
        target, bracket, digits = name[:-1].rpartition("[")
        if bracket and digits.isdecimal():
            number = int(digits)
            if number and target != disk.target:
                raise InvalidArgument(
                    f"requested target '{target}' does not match target '{disk.target}'"
                )
    candidates = images(disk)
    if below is not None:
        candidates = candidates[candidates.index(below) + 1 :]
    above = below
    for image in candidates:
        if number:
            fits = (image.index if isinstance(image, BackingStore) else _index(image)) == number
        elif name is None:
            fits = image is candidates[-1]
        else:
            fits = _is_named(image, name, above)
        if fits:
            return image
        above = image
    if number:
        what = f"could not find backing store index '{number}'"
    elif name is None:
        what = "could not find base image"
    elif below is not None:
        what = f"could not find image '{name}' beneath '{path_of(below)}'"
    else:
        what = f"could not find image '{name}'"
    raise InvalidArgument(f"{what} in chain for '{disk.target}'")


def _index(disk: Disk) -> int | None:
    return None if disk.source is None else disk.source.index


def _is_named(image: Image, name: str, above: Image | None) -> bool:
    path = path_of(image)
    if name == path:
        return True
    folder = "." if above is None else os.path.dirname(path_of(above))
    with contextlib.suppress(OSError):
        return os.path.samefile(os.path.join(folder, name), path)
    return False


def parent_of(disk: Disk, image: Image) -> Image | None:
    """The image right above another."""
    found = images(disk)
    place = found.index(image)
    return found[place - 1] if place else None


def take_over(disk: Disk, image: BackingStore | Mirror, number: int) -> None:
    """A disk has another image for its own from now on."""
    disk.type = str(image.type)
    disk.driver_type = image.format_type
    disk.source = image.source
    if disk.source is not None:
        disk.source.index = number or None
    disk.backing_store = image.backing_store


def configure(planned: Definition | None, before: str | None, disk: Disk) -> None:
    """The configuration of a disk follows: it had the image that the running one had before.

    Where the image that the guest has now is in its chain, what is above goes out of it; else it
    has the chain of the running one, down to what was only found below images.
    """
    for other in _configured(planned, disk, before):
        assert planned is not None
        modern, now = is_modern(planned), path_of(disk)
        layer = next((each for each in chain.layers(other) if path_of(each) == now), None)
        if layer is not None:
            take_over(other, layer, 0)
            end = other.backing_store
            if end is not None and end.type is None and modern:
                other.backing_store = None  # newer libvirt knows it, and keeps it to itself
        else:
            other.type, other.driver_type = disk.type, disk.driver_type
            other.source = source_of(disk).copy()
            other.source.index = None
            other.backing_store = _not_found(disk.backing_store, modern=modern)


def _not_found(below: BackingStore | None, *, modern: bool) -> BackingStore | None:
    """A chain for a configuration.  Its end is found, too: newer libvirt keeps that to itself."""
    if below is None:
        return BackingStore()
    if below.found and (below.type is not None or modern):
        return None
    copy = below.copy()
    copy.index, copy.found = None, False
    if copy.source is not None:
        copy.source.index = None
    copy.backing_store = None
    if below.type is not None:
        copy.backing_store = _not_found(below.backing_store, modern=modern)
    return copy


def shorten(planned: Definition | None, disk: Disk, above: str, base: str | None) -> None:
    """In the configuration, too, what is between an image and one below it is out of the chain.

    above, base  their paths; without a base nothing is below any more

    A chain that is another one is forgotten.
    """
    for other in _configured(planned, disk, path_of(disk)):
        found: list[Image] = [other, *chain.layers(other)]
        paths = [path_of(each) for each in found]
        if above in paths and base in paths:
            low = found[paths.index(base)]
            assert isinstance(low, BackingStore)
            found[paths.index(above)].backing_store = low
        elif above in paths and base is None and len(found) > 1:
            found[paths.index(above)].backing_store = BackingStore()
        else:
            other.backing_store = None


def _configured(planned: Definition | None, disk: Disk, path: str | None) -> list[Disk]:
    """The disk of the configuration that is the same, with the same image."""
    return [
        other
        for other in (planned.disks if planned is not None else ())
        if other.target == disk.target and other.source is not None and other.source.path == path
    ]


def close_nodes(guest: Guest, numbers: list[int]) -> None:
    """Have QEMU close images that nothing is backed by any more."""
    for number in numbers:
        if guest.run is not None and guest.run.plain is not None:
            guest.run.plain.pop(number, None)
        for kind in ("format", *_PLAIN):
            with contextlib.suppress(CommandRefused, MonitorClosed, MonitorSilent):
                guest.ask("blockdev-del", {"node-name": f"libvirt-{number}-{kind}"})


def close_path(guest: Guest, path: str) -> None:
    """Have QEMU close an image that it has open by that path."""
    for node in structs(guest.ask("query-named-block-nodes", {"flat": True})):
        name = text(node["node-name"])
        if text(struct(node.get("image")).get("filename"), "") == path and "-" in name:
            close_nodes(guest, [int(name.split("-")[1])])


def remove_files(paths: list[str]) -> None:
    """Delete images that are not needed any more."""
    for path in paths:
        with contextlib.suppress(OSError):
            os.unlink(path)


def with_storage(definition: Definition, node: str) -> tuple[Disk, Image] | None:
    """The image whose file a node is, and its disk."""
    for disk in definition.disks:
        for image in images(disk):
            if f"libvirt-{number_of(image)}-storage" == node:
                return disk, image
    return None


def copies(guest: Guest, target: str) -> list[tuple[int, str, str | None]]:
    """What a disk is copied to, and what a backup of it writes: number, type and path of each."""
    disk = guest.definition.disk(target)
    mirror = None if disk is None else disk.mirror
    found = []
    if mirror is not None and mirror.job == "copy" and mirror.source is not None:
        found.append((mirror.source.index or 0, str(mirror.type), mirror.source.path))
    backup = None if guest.run is None else guest.run.backup
    return found + [
        (part.index or 0, str(part.type), part.store.path)
        for part in (() if backup is None else backup.document.disks)
        if part.name == target and part.store is not None
    ]


def by_device(guest: Guest, name: str) -> tuple[Disk, int]:
    """The image that ``TARGET`` or ``TARGET[NUMBER]`` means: its disk, and the number of its nodes.

    It is one of the chain of a disk, what that is copied to, or what a backup of it writes.
    Raises InvalidArgument.
    """
    target, bracket, rest = name.partition("[")
    digits = rest.removesuffix("]")
    if bracket and not (rest.endswith("]") and digits.isdecimal()):
        raise InvalidArgument(f"failed to parse block device '{name}'")
    disk = next((each for each in guest.definition.disks if each.target == target), None)
    if disk is None:
        raise InvalidArgument(f"failed to find disk '{target}'")
    number = int(digits) if bracket else 0
    if not number:
        return disk, number_of(disk)
    known = [copy[0] for copy in copies(guest, target)]
    if with_number(disk, number) is None and number not in known:
        raise InvalidArgument(f"failed to find disk '{name}'")
    return disk, number


def watched_as(guest: Guest, node: str) -> tuple[list[str], str | None]:
    """Under which names the growth of the file that a node is, is told; and its path."""
    run = guest.run
    assert run is not None
    for disk in guest.definition.disks:
        for image in images(disk):
            if node == f"libvirt-{number_of(image)}-storage":
                numbered = f"{disk.target}[{number_of(image)}]"
                alone = image is not disk or numbered in run.thresholds
                path = path_of(image) if image.type in ("file", "block") else None
                return [numbered] if alone else [str(disk.target), numbered], path
        for number, kind, path in copies(guest, str(disk.target)):
            if node == f"libvirt-{number}-storage":
                return [f"{disk.target}[{number}]"], path if kind in ("file", "block") else None
    return [], None
