"""What QEMUs tell of themselves, and what follows: states, reasons, events, ends and restarts.

All functions are for who holds the guest.
"""

from __future__ import annotations

import os
import time

from vsh.drivers.qemu import graphics_events, guest_hooks, limits
from vsh.drivers.qemu.devices import reports
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.drivers.qemu.telling import tell, tell_life
from vsh.drivers.state.attempts import Attempt, Ignoring
from vsh.drivers.state.record import NotWritten
from vsh.hypervisors.qemu.argv.aliases import device_of
from vsh.qmp.value import integer, text
from vsh.words.domain.state import (
    DomainCrashedReason,
    DomainPausedReason,
    DomainRunningReason,
    DomainShutdownReason,
    DomainShutoffReason,
    DomainState,
)
from vsh.words.event import (
    DomainEventCrashedDetailType,
    DomainEventPMSuspendedDetailType,
    DomainEventResumedDetailType,
    DomainEventShutdownDetailType,
    DomainEventStartedDetailType,
    DomainEventStoppedDetailType,
    DomainEventSuspendedDetailType,
    DomainEventType,
)
from vsh.words.event_id import DomainEventID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.qmp.message import Event
    from vsh.qmp.value import Struct


_SHUTDOWN_BY = {
    None: DomainEventShutdownDetailType.FINISHED,
    True: DomainEventShutdownDetailType.GUEST,
    False: DomainEventShutdownDetailType.HOST,
}
_RESTARTS = ("restart", "rename-restart", "coredump-restart")
_WATCHDOG_ACTIONS = ("none", "pause", "reset", "poweroff", "shutdown", "debug", "inject-nmi")
_IO_ACTIONS = {"ignore": 0, "stop": 1, "report": 2}


# ---- what QEMU says


def took_place(hypervisor: Hypervisor, guest: Guest, event: Event) -> None:
    """Take note of one event of QEMU's."""
    if hypervisor.bus:
        _retell(hypervisor, guest, event)
    act = _ACTS.get(event.name)
    if act is not None:
        act(hypervisor, guest, event.data)


def _retell(hypervisor: Hypervisor, guest: Guest, event: Event) -> None:
    """Tell whoever listens to QEMUs themselves."""
    from vsh.api.domain import Domain
    from vsh.api.event import MonitorEvent
    from vsh.qmp import notation

    known = (guest.name, guest.uuid, guest.id)
    data = notation.dumps(event.data) if event.data else None
    hypervisor.bus.emit(
        "monitor", 0, guest.uuid,
        lambda asker: MonitorEvent(
            Domain(asker, *known), event.name, event.seconds, event.microseconds, data
        ),
    )  # fmt: skip


def _stopped(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    if guest.run is not None and guest.run.panicking:
        guest.run.panicking = False
        return
    if guest.state != DomainState.RUNNING or guest.run is None:
        return
    reason, detail = guest.run.paused or (
        int(DomainPausedReason.UNKNOWN),
        int(DomainEventSuspendedDetailType.PAUSED),
    )
    guest.run.paused = None
    if reason == DomainPausedReason.MIGRATION:
        guest.run.stopped = time.time_ns() // 1_000_000
    guest.state, guest.reason = DomainState.PAUSED, reason
    tell_life(hypervisor, guest, DomainEventType.SUSPENDED, detail)
    hypervisor.guests.note(guest)


def _resumed(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    if guest.state not in (DomainState.PAUSED, DomainState.CRASHED) or guest.run is None:
        return
    reason, detail = guest.run.resumed or (
        int(DomainRunningReason.UNPAUSED),
        int(DomainEventResumedDetailType.UNPAUSED),
    )
    guest.run.resumed = None
    guest.state, guest.reason = DomainState.RUNNING, reason
    tell_life(hypervisor, guest, DomainEventType.RESUMED, detail)
    hypervisor.guests.note(guest)


def _shut_down(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    """The guest has powered off; QEMU waits, since it runs with -no-shutdown."""
    run = guest.run
    if run is None or run.destroying:  # who does that says so
        return
    if run.fake_reboot or guest.definition.on_poweroff in _RESTARTS:
        run.panicking = bool(data)
        restart(hypervisor, guest)  # it is off for so short that nobody is told
        return
    guest.state, guest.reason = DomainState.SHUTDOWN, DomainShutdownReason.UNKNOWN
    by = data.get("guest")
    detail = _SHUTDOWN_BY[by if isinstance(by, bool) else None]
    tell_life(hypervisor, guest, DomainEventType.SHUTDOWN, detail)
    if guest.definition.on_poweroff == "preserve" or (run.backup and run.backup.preserve):
        guest.state, guest.reason = DomainState.PAUSED, DomainPausedReason.SHUTTING_DOWN
        hypervisor.guests.note(guest)
    else:
        end(hypervisor, guest, DomainShutoffReason.SHUTDOWN, DomainEventStoppedDetailType.SHUTDOWN)


def after_backup(hypervisor: Hypervisor, guest: Guest) -> None:
    """A guest that has powered off is ended where only a backup kept it."""
    over = (guest.state, guest.reason) == (DomainState.PAUSED, DomainPausedReason.SHUTTING_DOWN)
    kept = guest.run is None or guest.run.backup or guest.definition.on_poweroff == "preserve"
    if over and not kept:
        end(hypervisor, guest, DomainShutoffReason.SHUTDOWN, DomainEventStoppedDetailType.SHUTDOWN)


def _reset(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    if guest.run is not None:
        guest.run.resets += 1
    if guest.definition.on_reboot in ("destroy", "preserve") and data.get("guest"):
        return  # QEMU was told not to reboot: SHUTDOWN follows
    tell(hypervisor, guest, DomainEventID.REBOOT)


def _panicked(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    guest.state, guest.reason = DomainState.CRASHED, DomainCrashedReason.PANICKED
    tell_life(hypervisor, guest, DomainEventType.CRASHED, DomainEventCrashedDetailType.PANICKED)
    if guest.run is not None:
        guest.run.panicking = bool(data)
    action = guest.definition.on_crash
    dumped = True
    if action in ("coredump-destroy", "coredump-restart"):
        from vsh.drivers.qemu import crash_dump

        dumped = crash_dump.make(hypervisor, guest)
    if not dumped:
        hypervisor.guests.note(guest)
    elif action in _RESTARTS:
        restart(hypervisor, guest)
    elif action in ("destroy", "coredump-destroy"):
        end(hypervisor, guest, DomainShutoffReason.CRASHED, DomainEventStoppedDetailType.CRASHED)
    else:
        hypervisor.guests.note(guest)


def _crash_loaded(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    """The guest has crashed and writes its own dump: it goes on."""
    tell_life(hypervisor, guest, DomainEventType.CRASHED, DomainEventCrashedDetailType.CRASHLOADED)


def _slept(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    guest.state, guest.reason = DomainState.PMSUSPENDED, 0
    tell_life(
        hypervisor, guest, DomainEventType.PMSUSPENDED, DomainEventPMSuspendedDetailType.MEMORY
    )
    hypervisor.guests.note(guest)


def _woke(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    if guest.state == DomainState.PMSUSPENDED:
        guest.state, guest.reason = DomainState.RUNNING, DomainRunningReason.WAKEUP
        tell_life(hypervisor, guest, DomainEventType.STARTED, DomainEventStartedDetailType.WAKEUP)
        hypervisor.guests.note(guest)


def _io_error(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    from vsh.drivers.qemu import io_errors

    run = guest.run
    assert run is not None
    alias, path, message = io_errors.of_event(guest, data)
    if message is not None:
        run.io_errors[text(data["node-name"])] = message
    action = _IO_ACTIONS.get(str(data.get("action")), 0)
    reason = "message" if message is not None else ""
    reason = "enospc" if data.get("nospace") else reason
    tell(hypervisor, guest, DomainEventID.IO_ERROR, path, alias, action)
    tell(hypervisor, guest, DomainEventID.IO_ERROR_REASON, path, alias, action, reason)
    if action == 1 and guest.state == DomainState.RUNNING:
        run.paused = (int(DomainPausedReason.IOERROR), int(DomainEventSuspendedDetailType.IOERROR))


def _watched(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    action = str(data.get("action"))
    number = _WATCHDOG_ACTIONS.index(action) if action in _WATCHDOG_ACTIONS else 0
    tell(hypervisor, guest, DomainEventID.WATCHDOG, number)
    if action == "pause" and guest.run is not None:
        guest.run.paused = (
            int(DomainPausedReason.WATCHDOG),
            int(DomainEventSuspendedDetailType.WATCHDOG),
        )
        if any(dog.action == "dump" for dog in guest.definition.watchdogs):
            from vsh.drivers.qemu import crash_dump

            crash_dump.make(hypervisor, guest)
            guest.ask("cont")


def _ballooned(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    from vsh.drivers.qemu.devices import memory

    kibibytes = integer(data["actual"]) // 1024
    memory.note_balloon(guest.definition, kibibytes)
    tell(hypervisor, guest, DomainEventID.BALLOON_CHANGE, kibibytes)


def _clock_set(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    tell(hypervisor, guest, DomainEventID.RTC_CHANGE, integer(data["offset"]))


def _tray(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    opened = bool(data.get("tray-open"))
    for disk in guest.definition.disks:
        name = device_of(disk, str(disk.alias))
        if data.get("id") in (name, f"/machine/peripheral/{name}"):
            disk.tray = "open" if opened else None
            tell(hypervisor, guest, DomainEventID.TRAY_CHANGE, disk.alias, 0 if opened else 1)


def _left(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    """A device has left the guest: asked to, or the guest let go of it by itself."""
    alias = text(data.get("device"), "")
    if alias:
        from vsh.drivers.qemu.devices import detach

        detach.left(hypervisor, guest, alias)


def _job(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    """A job of QEMU's has another status."""
    if guest.run is not None and guest.run.jobs:
        from vsh.drivers.qemu.blocks import jobs

        jobs.changed(hypervisor, guest, text(data["id"]), text(data["status"]))
        after_backup(hypervisor, guest)


def _threshold(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    """A guest wrote beyond what somebody wanted to be told of."""
    from vsh.drivers.qemu.blocks import images

    names, path = images.watched_as(guest, text(data["node-name"]))
    numbers = integer(data["write-threshold"]), integer(data["amount-exceeded"])
    for name in names:
        tell(hypervisor, guest, DomainEventID.BLOCK_THRESHOLD, name, path, *numbers)


def _dumped(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    """A dump has ended; where it failed only this says why."""
    if guest.run is not None:
        guest.run.dump_failure = text(data.get("error"), "")


def _migrating(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    if guest.jobs.long is not None and guest.jobs.long.told is not None:
        guest.jobs.long.told(str(data.get("status", "")))


def _passed(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    """Memory is gone over once more, to be sent or kept."""
    tell(hypervisor, guest, DomainEventID.MIGRATION_ITERATION, integer(data["pass"]))


def _channel_changed(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    from vsh.drivers.qemu import channels

    channels.changed(hypervisor, guest, data)


def _receives(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    from vsh.drivers.qemu import receiving

    receiving.changed(hypervisor, guest, data)


_ACTS: dict[str, Callable[[Hypervisor, Guest, Struct], None]] = {
    "STOP": _stopped,
    "RESUME": _resumed,
    "SHUTDOWN": _shut_down,
    "RESET": _reset,
    "DUMP_COMPLETED": _dumped,
    "MIGRATION": _migrating,
    "MIGRATION_PASS": _passed,
    "GUEST_PANICKED": _panicked,
    "SUSPEND": _slept,
    "WAKEUP": _woke,
    "BLOCK_IO_ERROR": _io_error,
    "WATCHDOG": _watched,
    "BALLOON_CHANGE": _ballooned,
    "NIC_RX_FILTER_CHANGED": _receives,
    "RTC_CHANGE": _clock_set,
    "DEVICE_TRAY_MOVED": _tray,
    "JOB_STATUS_CHANGE": _job,
    "BLOCK_WRITE_THRESHOLD": _threshold,
    "VSERPORT_CHANGE": _channel_changed,
    "DEVICE_DELETED": _left,
    "DEVICE_UNPLUG_GUEST_ERROR": reports.stayed,
    "MEM_UNPLUG_ERROR": reports.stayed,
    "ACPI_DEVICE_OST": reports.told_by_acpi,
    "MEMORY_DEVICE_SIZE_CHANGE": reports.memory_size,
    "MEMORY_FAILURE": reports.memory_failed,
    "GUEST_CRASHLOADED": _crash_loaded,
    **graphics_events.ACTS,
}


# ---- what follows


def restart(hypervisor: Hypervisor, guest: Guest) -> None:
    """Start a guest that has powered off or crashed from the beginning, in the same QEMU.

    One that had powered off runs as it did.
    """
    assert guest.run is not None
    guest.run.fake_reboot = False
    try:
        guest.ask("system_reset")
        if guest.state == DomainState.CRASHED:
            guest.state, guest.reason = DomainState.RUNNING, DomainRunningReason.CRASHED
        guest.ask("cont")
    except (CommandRefused, MonitorClosed, MonitorSilent):
        end(hypervisor, guest, DomainShutoffReason.FAILED, DomainEventStoppedDetailType.FAILED)
        return
    hypervisor.guests.note(guest)


def resume(hypervisor: Hypervisor, guest: Guest, reason: int, detail: int) -> None:
    """Let a paused guest run, for a reason of RUNNING; it is told with an event's detail."""
    assert guest.run is not None
    guest.run.resumed = (int(reason), int(detail))
    try:
        guest.ask("cont")
        hypervisor.digest(guest)
    finally:
        if guest.run is not None:
            guest.run.resumed = None
    if guest.state == DomainState.PAUSED:  # its event is still on the way
        guest.state, guest.reason = DomainState.RUNNING, int(reason)
        tell_life(hypervisor, guest, DomainEventType.RESUMED, int(detail))
    hypervisor.guests.note(guest)


def ended(hypervisor: Hypervisor, guest: Guest, *, again: bool = False) -> None:
    """A guest's QEMU has ended by itself: it crashed, was killed, or was told to quit.

    again  see ``end``
    """
    if guest.run is not None and guest.run.destroying:
        return  # who does that says so
    from vsh.drivers.qemu.migration import lost

    if guest.run is not None and guest.run.monitor.broken:
        tell(hypervisor, guest, DomainEventID.CONTROL_ERROR)
    lost.note(hypervisor, guest)
    asked = guest.state == DomainState.SHUTDOWN
    end(
        hypervisor,
        guest,
        DomainShutoffReason.SHUTDOWN if asked else DomainShutoffReason.CRASHED,
        DomainEventStoppedDetailType.SHUTDOWN if asked else DomainEventStoppedDetailType.FAILED,
        again=again,
    )


def end(
    hypervisor: Hypervisor, guest: Guest, reason: int, detail: int, *, again: bool = False
) -> None:
    """End a guest's QEMU if it still runs, tell, and forget the guest if it was transient.

    again  it is started anew at once, so that it is not forgotten: see ``forgotten``
    """
    run, definition, number = guest.run, guest.definition, guest.id
    if run is not None:
        run.process.kill()
        run.monitor.close()
        if run.backup is not None:
            from vsh.drivers.qemu.blocks import backup_job

            backup_job.cut_off(hypervisor, guest, run.backup)
        run.close_descriptors()
        limits.remove(hypervisor.root.path, guest.uuid)
        guest_hooks.told(definition, "stopped")
        if run.files is not None:
            run.files.give_back()
        with Ignoring(OSError):
            log = os.open(
                hypervisor.root / f"log/{guest.name}.log", os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
            )
            os.write(log, b"shutting down\n")
            os.close(log)
    if guest.definition.interfaces or guest.definition.hostdevs:
        from vsh.drivers.qemu import cards

        with Ignoring(NotWritten):  # who opens the root next sees to it
            cards.unplug(hypervisor, guest.definition)
    if run is not None:
        import shutil

        from vsh.drivers.qemu import companions, memory_files

        if companions.had(definition):
            companions.end(run.folder)
        shutil.rmtree(run.folder, ignore_errors=True)
        memory_files.remove(definition, number, hypervisor.settings)
        guest_hooks.told(definition, "release")
    tell_life(hypervisor, guest, DomainEventType.STOPPED, detail)
    hypervisor.guests.stopped(guest, int(reason))
    if again and run is not None and not guest.persistent:
        guest.starting = run.folder
    hypervisor.guests.note(guest)
    if run is not None and definition.tpms and not guest.persistent:
        from vsh.drivers.qemu import tpm_program

        tpm_program.forget(hypervisor.root.path, definition, guest.uuid)


def forgotten(hypervisor: Hypervisor, guest: Guest) -> Attempt:
    """A transient guest that was ended to be started again is forgotten where it is not."""

    def failed() -> None:
        if not guest.active and not guest.persistent:
            guest.starting = None
            hypervisor.guests.note(guest)

    return Attempt(failed)


def destroyed(hypervisor: Hypervisor, guest: Guest) -> None:
    """End a guest at once, as somebody wanted: its QEMU is asked first, and says by whom."""
    tell_life(hypervisor, guest, DomainEventType.SHUTDOWN, DomainEventShutdownDetailType.HOST)
    end(hypervisor, guest, DomainShutoffReason.DESTROYED, DomainEventStoppedDetailType.DESTROYED)


# ---- what happened while nobody looked


def after_the_fact(hypervisor: Hypervisor, guest: Guest, status: str) -> None:
    """A guest powered off or crashed while nobody looked: what has to follow, follows now."""
    if status == "shutdown":
        _shut_down(hypervisor, guest, {})
    else:
        _panicked(hypervisor, guest, {})
