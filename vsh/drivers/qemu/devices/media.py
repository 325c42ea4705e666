"""Changing what is in a drive."""

from __future__ import annotations

import contextlib
import select
import time

from vsh.drivers.qemu import changing
from vsh.drivers.qemu.blocks import chain
from vsh.drivers.qemu.devices import plugging
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.drivers.state.locks import Aside
from vsh.errors import OperationFailed, OperationUnsupported
from vsh.hypervisors.qemu.argv.aliases import device_of
from vsh.hypervisors.qemu.argv.plug import PlugLine, Step, alone, build
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import struct, structs, text
from vsh.xml.domain.devices.disk import Disk
from vsh.xml.engine.flags import SECURE
from vsh.xml.shared.image import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.qmp.value import Struct

WAIT = 5.0
"""Seconds that a guest has to let a drive be opened."""

_MEDIUM = ("source", "type", "driver_type", "backing_store", "encryption", "auth")


def change(hypervisor: Hypervisor, guest: Guest, disk: Disk, wanted: Disk, *, force: bool) -> None:
    """Put the medium of one disk into the drive of another; an empty one takes the medium out.

    force  open a drive that the guest has locked

    Raises Error; the drive has its old medium where nothing was done.
    """
    if disk.mirror is not None:
        raise OperationUnsupported("can't change media while a block job is running on the device")
    trial = disk.copy()
    for name in _MEDIUM:
        trial.__dict__[name] = wanted.__dict__.get(name)
    added: list[Step] = []
    if not trial.empty():
        chain.find(trial, trial.driver_type)
        added = _new_nodes(hypervisor, guest, trial)
    else:
        trial.source = _nothing(guest)
    removed = [] if disk.empty() else plugging.steps_of(hypervisor, guest, "disks", disk)
    facts: dict[str, object] = {"alias": disk.alias, "new": trial.format(SECURE)}
    changing.begin(hypervisor, guest, "medium", facts)
    try:
        _exchange(hypervisor, guest, disk, added, removed, force=force)
    except BaseException:
        hypervisor.digest(guest)  # the tray has moved, whatever else was done
        changing.over(hypervisor, guest)
        raise
    for name in _MEDIUM:
        disk.__dict__[name] = trial.__dict__.get(name)
    hypervisor.digest(guest)
    changing.done(hypervisor, guest)


def _exchange(
    hypervisor: Hypervisor,
    guest: Guest,
    disk: Disk,
    added: list[Step],
    removed: list[Step],
    *,
    force: bool,
) -> None:
    device = str(disk.alias)
    _open(hypervisor, guest, disk, device, force=force)
    guest.ask("blockdev-remove-medium", {"id": device})
    _close_images(guest, removed)
    plugging.execute(guest, added)
    try:
        _insert(guest, disk, added)
    except BaseException:
        _close_images(guest, added)
        raise


def _close_images(guest: Guest, steps: list[Step]) -> None:
    """Have QEMU close what steps opened; what is closed already is no problem."""
    plugging.take_back(guest, [
        step.undo for step in reversed(steps)
        if step.undo is not None and step.name != "device_add"
    ])  # fmt: skip


def _insert(guest: Guest, disk: Disk, added: list[Step]) -> None:
    """Put the image that steps have opened into a drive, if there is one, and close its tray."""
    if added:
        node = added[-1].arguments["node-name"]
        guest.ask(
            "blockdev-insert-medium", {"id": device_of(disk, str(disk.alias)), "node-name": node}
        )
        if disk.iotune is not None:
            from vsh.drivers.qemu.blocks import throttle

            throttle.apply(guest, disk)
    with contextlib.suppress(CommandRefused):
        guest.ask("blockdev-close-tray", {"id": device_of(disk, str(disk.alias))})


def resolve(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> bool:
    """A vsh was killed while it changed a medium: the new one is in, or the old one again.

    Gives whether it is the new one.
    """
    disk = next((each for each in guest.definition.disks if each.alias == facts["alias"]), None)
    if disk is None:
        return False
    trial = plugging.read_device("disks", text(facts["new"]))
    assert isinstance(trial, Disk)
    images = [
        [] if each.empty() else [
            step for step in plugging.steps_of(hypervisor, guest, "disks", each)
            if step.name != "device_add"
        ]
        for each in (disk, trial)
    ]  # fmt: skip
    old, new = images
    inside = _inside(guest, disk)
    exchanged = bool(new) and inside == new[-1].arguments["node-name"]
    if exchanged:
        _close_images(guest, old)
        for name in _MEDIUM:
            disk.__dict__[name] = trial.__dict__.get(name)
    else:
        _close_images(guest, new)
        if old and inside != old[-1].arguments["node-name"]:
            _close_images(guest, old)
            plugging.execute(guest, old)
            _insert(guest, disk, old)
    with contextlib.suppress(CommandRefused):
        guest.ask("blockdev-close-tray", {"id": device_of(disk, str(disk.alias))})
    hypervisor.digest(guest)
    return exchanged


def _inside(guest: Guest, disk: Disk) -> str:
    """The node of the image that a drive has; "" where there is none."""
    for each in structs(guest.ask("query-block")):
        if text(each.get("qdev"), "").split("/")[-1] == device_of(disk, str(disk.alias)):
            return text(struct(each.get("inserted")).get("node-name"), "")
    return ""


def _nothing(guest: Guest) -> Source | None:
    """What an empty drive has: a number; newer libvirt gives it none."""
    run = guest.run
    if is_modern(guest.definition):
        return None
    assert run is not None
    run.nodes += 1
    return Source(index=run.nodes)


def _new_nodes(hypervisor: Hypervisor, guest: Guest, disk: Disk) -> list[Step]:
    """The steps that open an image that comes into a drive."""
    from vsh.drivers.qemu.live_host import LiveHost

    run = guest.running
    can = hypervisor.capabilities(str(guest.definition.emulator))
    with LiveHost.of(hypervisor, guest) as host:
        line = PlugLine(
            alone(guest.definition, "disks", disk),
            can,
            host,
            disk,
            first=run.nodes + plugging.passed_over(disk),
        )
        steps = [step for step in build(line, "disks") if step.name != "device_add"]
        run.nodes = max(run.nodes, line.nodes)
    return steps


def _is_open(guest: Guest, disk: Disk) -> bool:
    """Whether the tray of a drive is open, as QEMU says: it may have moved unseen."""
    told = guest.ask("query-block")
    for each in told if isinstance(told, list) else ():
        if isinstance(each, dict) and str(each.get("qdev", "")).split("/")[-1] == device_of(
            disk, str(disk.alias)
        ):
            opened = bool(each.get("tray_open"))
            disk.tray = "open" if opened else None
            return opened
    return False


def _open(hypervisor: Hypervisor, guest: Guest, disk: Disk, device: str, *, force: bool) -> None:
    """Open the tray of a drive that has one.  Raises CommandRefused, OperationFailed."""
    if disk.device != "cdrom" or _is_open(guest, disk):
        return
    guest.ask("blockdev-open-tray", {"id": device, "force": force})
    if force:
        return
    until = time.monotonic() + WAIT
    while disk.tray != "open":
        left = until - time.monotonic()
        run = guest.run
        if left <= 0 or run is None:
            raise OperationFailed(f"timed out waiting to open tray of '{disk.target}'")
        with contextlib.suppress(MonitorClosed, MonitorSilent):
            poll = select.poll()
            poll.register(run.monitor.fileno(), select.POLLIN)
            with Aside(guest.lock):
                poll.poll(min(left, 0.1) * 1000)
            hypervisor.digest(guest)
