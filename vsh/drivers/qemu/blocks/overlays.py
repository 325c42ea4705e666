"""Overlays on top of a guest's images: made, written to from one moment on, all or none."""

from __future__ import annotations

import os

from vsh.drivers.qemu import images as files
from vsh.drivers.qemu.blocks import bitmaps, images, starting
from vsh.errors import InternalError
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import struct, structs, text, texts
from vsh.xml.domain.devices.disk import Disk
from vsh.xml.shared.image import BackingStore, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.qmp.value import Struct, Value
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.moment.snapshot import SnapshotDisk


class Overlay:
    """One overlay that is to be taken.

    disk    the guest's disk
    wanted  the image on top of it
    made    whether there was nothing before at its place
    """

    def __init__(self, disk: Disk, wanted: Disk) -> None:
        self.disk = disk
        self.wanted = wanted
        self.made = False
        self.number = 0

    @property
    def path(self) -> str:
        """Where the overlay is."""
        return images.path_of(self.wanted)


def chosen(definition: Definition, disks: list[SnapshotDisk]) -> list[Overlay]:
    """The overlays that a snapshot's document asks for.  Raises InternalError."""
    found = []
    for disk in disks:
        if disk.snapshot != "external":
            continue
        own = definition.disk(str(disk.name))
        if own is None or disk.source is None:
            raise InternalError(f"the domain has no disk '{disk.name}'")
        kind = disk.type or "file"
        source = Source(**{"dev" if kind == "block" else "file": disk.source.path})
        source.storage_type = kind
        wanted = Disk(type=kind, source=source, driver_type=disk.driver_type or "qcow2")
        found.append(Overlay(own, wanted))
    return found


def take_resting(guest: Guest, overlays: list[Overlay], *, reuse: bool) -> None:
    """Put overlays on the images of a guest that is off."""
    made: list[str] = []
    try:
        for overlay in overlays:
            if not reuse:
                files.overlay(
                    overlay.path, images.format_of(overlay.wanted), images.path_of(overlay.disk),
                    images.format_of(overlay.disk), modern=is_modern(guest.definition),
                )  # fmt: skip
                made.append(overlay.path)
    except BaseException:
        images.remove_files(made)
        raise
    for overlay in overlays:
        below = overlay.disk.backing_store
        _put_on(overlay.disk, overlay, 0)
        if reuse or below is None or below.type is None:
            overlay.disk.backing_store = None  # a configuration that had no chain has none


def take_running(
    hypervisor: Hypervisor, guest: Guest, overlays: list[Overlay], *, reuse: bool
) -> None:
    """Have a QEMU write into overlays from now on, all in one transaction."""
    opened: list[Overlay] = []
    made: list[str] = []
    actions: list[dict[str, object]] = []
    found = bitmaps.known(guest)
    try:
        for overlay in overlays:
            if not reuse:
                os.close(os.open(overlay.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
                made.append(overlay.path)
            steps, overlay.number = starting.target_steps(
                hypervisor, guest, overlay.disk, overlay.wanted
            )
            starting.open_new(
                guest, overlay.disk, overlay.wanted, steps, overlay.disk, make=not reuse
            )
            opened.append(overlay)
            new = images.node(guest, overlay.number)
            actions += bitmaps.passed_on(images.node_of(guest, overlay.disk), new, found)
            actions.append({
                "type": "blockdev-snapshot",
                "data": {"node": images.node_of(guest, overlay.disk), "overlay": new},
            })  # fmt: skip
        guest.ask("transaction", {"actions": actions}, timeout=None)
    except BaseException:
        images.close_nodes(guest, [overlay.number for overlay in opened])
        images.remove_files(made)
        hypervisor.guests.keep(guest)  # numbers of nodes are not used again
        raise
    for overlay in overlays:
        _put_on_both(guest, overlay)


def _put_on_both(guest: Guest, overlay: Overlay) -> None:
    """What runs has the overlay now, and so has the configuration if it had the same image."""
    before = images.path_of(overlay.disk)
    _put_on(overlay.disk, overlay, overlay.number)
    for other in guest.planned.disks if guest.planned is not None else ():
        if (
            other.target == overlay.disk.target
            and other.source is not None
            and other.source.path == before
        ):
            _put_on(other, overlay, 0)


def put_on_resting(disk: Disk, path: str, kind: str, format: str) -> None:
    """The configuration of a disk has an overlay from now on."""
    _put_on(disk, _of(disk, path, kind, format), 0)


def _of(disk: Disk, path: str, kind: str, format: str) -> Overlay:
    source = Source(**{"dev" if kind == "block" else "file": path})
    source.storage_type = kind
    return Overlay(disk, Disk(type=kind, source=source, driver_type=format))


def resolve(guest: Guest, facts: Struct) -> bool:
    """A vsh was killed while it put overlays on: QEMU writes into them, or they go.

    Gives which of the two.
    """
    tops, used = {}, False
    for each in structs(guest.ask("query-block")):
        image = struct(struct(each.get("inserted")).get("image"))  # of what is below filters, too
        file = text(image.get("filename"), "")
        tops[text(each.get("qdev"), "").replace("/virtio-backend", "").rpartition("/")[2]] = file
    known = {
        text(struct(node.get("image")).get("filename"), ""): text(node["node-name"])
        for node in structs(guest.ask("query-named-block-nodes", {"flat": True}))
    }
    for target, path, kind, format in listed(facts["overlays"]):
        disk = guest.definition.disk(target)
        if disk is None:
            continue
        number = _number(known.get(path, ""))
        if number and tops.get(str(disk.alias)) == path and number != images.number_of(disk):
            overlay = _of(disk, path, kind, format)
            overlay.number, used = number, True
            _put_on_both(guest, overlay)
            if guest.run is not None:
                guest.run.nodes = max(guest.run.nodes, number)
            continue
        left = _number(known.get(path, ""))
        if left:
            images.close_nodes(guest, [left])
        if facts["made"]:
            images.remove_files([path])
    return used


def listed(value: Value) -> list[list[str]]:
    """Overlays as the state file has them: target, path, type and format of each."""
    return [texts(each) for each in value] if isinstance(value, list) else []


def _number(node: str) -> int:
    """The number in the name of a node of ours."""
    digits = node.removeprefix("libvirt-").partition("-")[0]
    return int(digits) if digits.isdecimal() else 0


def _put_on(disk: Disk, overlay: Overlay, number: int) -> None:
    """A disk's image is the one below from now on; ``number``: of the new one's nodes, or 0."""
    below = BackingStore(
        type=disk.type,
        format_type=disk.driver_type,
        source=disk.source,
        index=images.number_of(disk) if number else None,
        backing_store=disk.backing_store,
    )
    if below.source is not None:
        below.source.index = None
    disk.backing_store = below
    disk.type, disk.driver_type = overlay.wanted.type, overlay.wanted.driver_type
    disk.source = images.source_of(overlay.wanted).copy()
    disk.source.index = number or None
