"""Snapshots that a vsh was killed over: what was begun is finished, or taken back.

Before anything is done to images or to a QEMU the state file has what is about to be done, and how
the snapshot's metadata will look; both are written over in one act with what follows from it.
"""

from __future__ import annotations

import contextlib
import os

from vsh.drivers.qemu import happenings, images, memory_stream, moments, variables
from vsh.drivers.qemu.blocks import overlays
from vsh.drivers.qemu.blocks.images import format_of, path_of, remove_files
from vsh.qmp.value import struct, text
from vsh.words.domain.state import DomainShutoffReason, DomainState
from vsh.words.event import DomainEventStoppedDetailType
from vsh.xml.moment.snapshot import DomainSnapshot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.qmp.value import Struct
    from vsh.xml.domain import Domain as Definition


def resolve(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> None:
    """For a guest that still runs: the overlays are in use and the snapshot is, or it never was."""
    run = guest.running
    name = text(facts["name"])
    taken = False
    if facts["overlays"]:
        taken = overlays.resolve(guest, facts)
        if taken:
            _adopt(hypervisor, guest, facts)
        elif facts["memory"] is not None:
            remove_files([text(facts["memory"])])
        if run.saving is not None:
            run.saving = None
            memory_stream.stop(guest)
    elif facts["moment"] is None or guest.snapshots.find(name) is None:
        guest.ask("human-monitor-command", {"command-line": f'delvm "{name}"'}, timeout=None)
    if taken and facts.get("halt"):
        resolve_taken(hypervisor, guest, {"halt": True})
    elif facts["ran"] and not (taken and facts["manual"]):
        _go_on(hypervisor, guest)


def resolve_taken(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> None:
    """A snapshot was taken of a guest, which was to go on then, or to end."""
    if facts["halt"]:
        happenings.end(
            hypervisor,
            guest,
            DomainShutoffReason.FROM_SNAPSHOT,
            DomainEventStoppedDetailType.FROM_SNAPSHOT,
        )
    elif facts["ran"]:
        _go_on(hypervisor, guest)


def _go_on(hypervisor: Hypervisor, guest: Guest) -> None:
    status = text(struct(guest.ask("query-status"))["status"])
    if status in ("paused", "postmigrate"):
        guest.state = DomainState.PAUSED
        guest.ask("cont")
        hypervisor.digest(guest)


def resolve_resting(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> None:
    """For a guest that is off, or whose QEMU has ended meanwhile, too."""
    found = overlays.listed(facts["overlays"])
    if not found:
        _drop_inside(guest.definition, text(facts["name"]))
        return
    disks = {disk.target: disk for disk in guest.definition.disks if not disk.empty()}
    if facts["active"] and all(
        _is_on_top(path, path_of(disks[target])) for target, path, *_ in found if target in disks
    ):
        for target, path, kind, format in found:
            if target in disks:
                overlays.put_on_resting(disks[target], path, kind, format)
        _adopt(hypervisor, guest, facts)
        return
    if facts["made"]:
        remove_files([path for _, path, *_ in found])
    if facts["memory"] is not None:
        remove_files([text(facts["memory"])])


def _is_on_top(path: str, below: str) -> bool:
    """Whether there is an image at a path that is on top of another: QEMU may have written it."""
    try:
        return images.info(path).get("full-backing-filename") == below
    except (images.ImageRefused, ValueError):
        return False


def _adopt(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> None:
    """The snapshot was taken: it has its metadata, too."""
    name, tree = text(facts["name"]), guest.snapshots
    if not isinstance(facts["moment"], list) or tree.find(name) is not None:
        return
    before = tree.current
    moment = moments.adopt(tree, moments.read_back(facts, DomainSnapshot))
    if before is not None and before.document.revert_disks:
        before.document.revert_disks = []
        moments.keep(hypervisor.state, guest, "snapshot", before)
    moments.keep(hypervisor.state, guest, "snapshot", moment)


def _drop_inside(definition: Definition, name: str) -> None:
    """No image has a snapshot of that name inside."""
    disks = [disk for disk in definition.disks if not disk.empty()]
    paths = [path_of(disk) for disk in disks if format_of(disk) == "qcow2"]
    for path in filter(os.path.exists, (*paths, *variables.image(definition))):
        with contextlib.suppress(images.ImageRefused):
            if images.has_snapshot(path, name):
                images.snapshot(path, name, "-d")
