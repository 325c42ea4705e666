"""A guest's memory out of its QEMU into a file, and back: through a pipe, or by QEMU itself.

QEMU cannot be given a file for a stream; a file in which each page has a place of its own, it can.
"""

from __future__ import annotations

import os
import threading
import time

from vsh.drivers.qemu import long_job
from vsh.drivers.qemu.monitor import CommandRefused, MonitorSilent
from vsh.drivers.state.attempts import Ignoring
from vsh.drivers.state.locks import Aside
from vsh.errors import InternalError, OperationFailed, OperationUnsupported, SystemFailure
from vsh.qmp.value import struct, structs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.long_job import LongJob
    from vsh.drivers.qemu.monitor import Monitor
    from vsh.qmp.value import Ask, Struct, Value

_CHUNK = 1 << 20
_FASTEST = (1 << 63) - 1  # bytes a second: as fast as the disk
_PAUSE = 0.01
_PATIENCE = 10.0
"""Seconds that a QEMU has to end what it sends."""
_ENDED = ("", "none", "cancelled", "failed", "completed")
_FILES = 71
"""The number of the set of files that QEMU is given."""
_EVENTS = "events"
"""What of a migration's capabilities is no way of telling: how it goes is told as it happens."""


class _Pump(threading.Thread):
    """Bytes from one descriptor to another, which QEMU cannot be given: a file."""

    def __init__(self, source: int, target: int, *, close: bool = False) -> None:
        super().__init__(name="vsh-saved", daemon=True)
        self._close = close  # the target, at the end: who reads it is to see that
        self._source = source
        self._target = target
        self._open = True  # the source, for who does not wait until all has come
        self.error: OSError | None = None
        self.moved = False  # anything at all

    def run(self) -> None:
        try:
            while data := os.read(self._source, _CHUNK):
                self.moved = True
                while data:
                    data = data[os.write(self._target, data) :]
        except OSError as error:
            self.error = error
        finally:
            if self._close:
                os.close(self._target)

    def leave(self) -> None:
        """Take no more from the source: who writes into it is told.  Only once this has ended."""
        if self._open:
            self._open = False
            os.close(self._source)


def pull(guest: Guest, descriptor: int, path: str, job: LongJob) -> None:
    """QEMU's stream into a file; a job counts it, and may be told to stop.  Raises Error."""
    ears, mouth = os.pipe2(os.O_CLOEXEC)
    pump = _Pump(ears, descriptor)
    try:
        try:
            _in_this_way(guest.ask)
            guest.ask("migrate-set-parameters", {"max-bandwidth": _FASTEST})
            guest.ask("getfd", {"fdname": "vsh-save"}, descriptors=[mouth])
        finally:
            os.close(mouth)
        pump.start()
        guest.ask("migrate", {"uri": "fd:vsh-save"})
        _follow(guest, path, job, pump)
        pump.join()
        if pump.error is not None:
            raise SystemFailure(f"unable to write to '{path}': {pump.error.strerror}")
    finally:
        pump.leave()


def failure(name: str, told: Struct) -> OperationFailed:
    """What there is to say of a job by what its QEMU says of it (``query-migrate``)."""
    why = told.get("error-desc")
    said = f"failed: {why}" if why else "unexpectedly failed"
    return OperationFailed(f"job '{name}' {said}")


def _follow(guest: Guest, path: str, job: LongJob, pump: _Pump | None = None) -> None:
    """Wait until QEMU has said all.  Raises Error."""
    told_to_stop = False
    while True:
        told = struct(guest.ask("query-migrate"))
        status = str(told.get("status", ""))
        job.progress = long_job.migration(told)
        if pump is not None and pump.error is not None:
            pump.leave()  # or QEMU, which cannot write either, would not hear that it is to stop
            stop(guest)
            raise SystemFailure(f"unable to write to '{path}': {pump.error.strerror}")
        if status == "completed":
            return
        if status in ("failed", "cancelled"):
            if job.stopping:
                raise job.canceled()
            raise failure(job.name, told)
        if job.stopping and not told_to_stop:
            told_to_stop = True
            guest.ask("migrate_cancel")
        job.pause()


def stop(guest: Guest) -> str:
    """End what QEMU sends of a guest, and wait until it has ended; what became of it.

    Gives "cancelled", "failed", "completed" where QEMU was faster, a status of post-copy, which
    cannot be ended, or "" where nothing was sent.  Only then QEMU has let the guest run on, if it
    ran, or may be told to.  Raises MonitorSilent where it does not end, and as ``Guest.ask`` does.
    """
    until = time.monotonic() + _PATIENCE
    told = False
    while (status := _migration(guest.ask)[0]) not in _ENDED:
        if status.startswith("postcopy-"):
            break
        if not told:
            told = True
            guest.ask("migrate_cancel")
        if time.monotonic() > until:
            raise MonitorSilent("QEMU does not answer to 'migrate_cancel'")
        with Aside(guest.lock):
            time.sleep(_PAUSE)
    return status.removeprefix("none")


def settle(guest: Guest) -> None:
    """Give a guest that stands still its disks again, once its memory has been sent or has come.

    QEMU has let go of them until the guest runs; since QEMU 10 it takes them back when it is asked
    to, and does no jobs on them before.  Where it will not, whoever wants such a job hears of it.
    """
    with Ignoring(CommandRefused):
        guest.ask("blockdev-set-active", {"active": True})


def _migration(ask: Callable[..., object]) -> tuple[str, str]:
    answer = ask("query-migrate")
    assert isinstance(answer, dict)
    return str(answer.get("status", "")), str(answer.get("error-desc", ""))


def push(monitor: Monitor, descriptor: int) -> None:
    """A file's rest into a QEMU that waits for it.  Raises InternalError, MonitorClosed."""
    ears, mouth = os.pipe2(os.O_CLOEXEC)
    pump = _Pump(descriptor, mouth, close=True)
    try:
        monitor.call("getfd", {"fdname": "vsh-restore"}, descriptors=[ears])
        monitor.call("migrate-incoming", {"uri": "fd:vsh-restore"})
    except BaseException:
        os.close(mouth)
        raise
    finally:
        os.close(ears)
    pump.start()
    while True:
        status, reason = _migration(monitor.call)
        if status == "completed":
            pump.join()
            return
        # of a stream that ends before it begins QEMU waits for the beginning
        if status == "failed" or not (pump.moved or pump.is_alive()):
            raise InternalError(f"unable to restore the guest: {reason or 'the image is bad'}")
        time.sleep(_PAUSE)


# ---- each page at a place of its own


def put_sparse(
    guest: Guest, descriptor: int, path: str, start: int, channels: int, job: LongJob
) -> None:
    """The memory into a file from a place on, by so many threads (0: by one).  Raises Error."""
    _mapped(guest.ask, channels)
    guest.ask("migrate-set-parameters", {"max-bandwidth": _FASTEST})
    guest.ask("add-fd", {"fdset-id": _FILES}, descriptors=[descriptor])
    try:
        guest.ask("migrate", {"uri": f"file:/dev/fdset/{_FILES},offset={start}"})
        _follow(guest, path, job)
    finally:
        if guest.run is not None:
            guest.ask("remove-fd", {"fdset-id": _FILES})


def push_sparse(monitor: Monitor, descriptor: int, start: int, channels: int) -> None:
    """Such a file's memory into a QEMU that waits for it.  Raises Error."""

    def ask(command: str, arguments: Mapping[str, object] | None = None, /) -> Value:
        return monitor.call(command, arguments)

    _mapped(ask, channels)
    monitor.call("add-fd", {"fdset-id": _FILES}, descriptors=[descriptor])
    monitor.call("migrate-incoming", {"uri": f"file:/dev/fdset/{_FILES},offset={start}"})
    while True:
        status, reason = _migration(monitor.call)
        if status == "completed":
            monitor.call("remove-fd", {"fdset-id": _FILES})
            _in_this_way(ask)
            return
        if status == "failed":
            raise InternalError(f"unable to restore the guest: {reason or 'the image is bad'}")
        time.sleep(_PAUSE)


def _mapped(ask: Ask, channels: int) -> None:
    """Have QEMU give each page a place.  Raises OperationUnsupported."""
    if not _in_this_way(ask, **{"mapped-ram": True, "multifd": channels > 0}):
        raise OperationUnsupported("save image format sparse is not supported by this QEMU binary")
    if channels:
        ask("migrate-set-parameters", {"multifd-channels": channels})


def _in_this_way(ask: Ask, **wanted: bool) -> bool:
    """Have QEMU tell or take its memory in this way, and not in one that it was told of before: by
    a migration, or an image that it came from.  Gives whether it can.
    """
    known = structs(ask("query-migrate-capabilities"))
    on = {str(each["capability"]): bool(each["state"]) for each in known}
    other = {name: wanted.get(name, False) for name in on if name != _EVENTS}
    said = [
        {"capability": name, "state": state} for name, state in other.items() if on[name] != state
    ]
    if not wanted.keys() <= on.keys():
        return False
    if said:
        ask("migrate-set-capabilities", {"capabilities": said})
    return True
