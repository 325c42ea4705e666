"""The memory of a guest in a file: for debuggers, or as the stream that QEMU would migrate.

The file gets its name when all of it is on disk: until then it has none, and is gone when whoever
writes it is.
"""

from __future__ import annotations

import contextlib
import os
import time
from errno import EISDIR, EOPNOTSUPP

from vsh.drivers.qemu import happenings, long_job, memory_stream, telling
from vsh.drivers.qemu.migration import safety
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.drivers.qemu.save_forms import Form
from vsh.drivers.state.attempts import Ignoring
from vsh.drivers.state.locks import Aside
from vsh.errors import InvalidArgument, OperationFailed, OperationUnsupported, SystemFailure
from vsh.qmp.value import struct, texts
from vsh.words.domain.job import DomainJobOperation
from vsh.words.domain.lifecycle import DomainCoreDump
from vsh.words.domain.state import DomainPausedReason, DomainShutoffReason, DomainState
from vsh.words.event import (
    DomainEventStoppedDetailType,
    DomainEventSuspendedDetailType,
    DomainEventType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.long_job import LongJob

_FORMATS = ("elf", "kdump-zlib", "kdump-lzo", "kdump-snappy", "win-dmp")
"""QEMU's words, by virDomainCoreDumpFormat."""
_OWNER = "remoteDispatchDomainCoreDumpWithFormat"
_NAME = "vsh-dump"
_LAST_LOOK = 60.0
"""Seconds that a dump which nobody waits for any more has to end."""


def dump(hypervisor: Hypervisor, guest: Guest, path: str, kind: int, flags: int) -> None:
    """Dump a running guest that is held, and do with it then what the flags say.

    kind, flags  virDomainCoreDumpFormat, virDomainCoreDumpFlags

    Raises Error; there is no file then, and the guest goes on.
    """
    run = guest.running
    with long_job.LongJob(hypervisor, guest, DomainJobOperation.DUMP, _OWNER) as job:
        if flags & DomainCoreDump.MEMORY_ONLY:
            job.refusal = "cannot abort memory-only dump"
        resume = guest.state == DomainState.RUNNING
        whole = False
        run.dumping = resume
        hypervisor.guests.keep(guest)
        try:
            if resume and not flags & DomainCoreDump.LIVE:
                run.paused = (
                    int(DomainPausedReason.DUMP), int(DomainEventSuspendedDetailType.PAUSED)
                )  # fmt: skip
                guest.ask("stop")
                hypervisor.digest(guest)
            with _File(path, uncached=bool(flags & DomainCoreDump.BYPASS_CACHE)) as file:
                _write(hypervisor, guest, job, file, kind, flags)
                file.finish()
            whole = True
        finally:
            if guest.run is run:
                run.dumping = False
                if not (whole and flags & DomainCoreDump.CRASH):
                    reset = whole and bool(flags & DomainCoreDump.RESET)
                    _afterwards(hypervisor, guest, resume=resume, reset=reset)
    if flags & DomainCoreDump.CRASH and guest.active:
        happenings.end(
            hypervisor, guest, DomainShutoffReason.CRASHED, DomainEventStoppedDetailType.CRASHED
        )


def _afterwards(hypervisor: Hypervisor, guest: Guest, *, resume: bool, reset: bool) -> None:
    """Reset the guest where that was asked for, and let it go on if it ran."""
    if reset:
        guest.ask("system_reset")
    if resume:
        try:
            guest.ask("cont")
        except (CommandRefused, MonitorClosed, MonitorSilent):
            telling.tell_life(
                hypervisor, guest,
                DomainEventType.SUSPENDED, DomainEventSuspendedDetailType.API_ERROR,
            )  # fmt: skip
            raise
    else:
        memory_stream.settle(guest)
    hypervisor.digest(guest)
    hypervisor.guests.keep(guest)


def _write(
    hypervisor: Hypervisor, guest: Guest, job: LongJob, file: _File, kind: int, flags: int
) -> None:
    if flags & DomainCoreDump.MEMORY_ONLY:
        if not 0 <= kind < len(_FORMATS):
            raise InvalidArgument(f"unknown dumpformat '{kind}'")
        _write_memory(hypervisor, guest, job, file.descriptor, _FORMATS[kind])
    elif kind:
        raise OperationUnsupported(
            "kdump-compressed format is only supported with memory-only dump"
        )
    else:
        safety.check_written(guest)
        _form(hypervisor).write(guest, file.descriptor, file.path, 0, job)
        job.completed()


def _form(hypervisor: Hypervisor) -> Form:
    """How a dump is packed: as the settings say, where that can be."""
    wanted = hypervisor.settings.dump_image_format
    if wanted != "sparse":  # which needs the room of a saved image's head
        with contextlib.suppress(InvalidArgument, OperationFailed):
            return Form(wanted)
    return Form()


def _write_memory(
    hypervisor: Hypervisor, guest: Guest, job: LongJob, descriptor: int, wanted: str
) -> None:
    arguments: dict[str, object] = {"paging": False, "protocol": f"fd:{_NAME}", "detach": True}
    if wanted != _FORMATS[0]:
        known = struct(guest.ask("query-dump-guest-memory-capability"))
        if wanted not in texts(known.get("formats")):
            raise InvalidArgument(f"unsupported dumpformat '{wanted}' for this QEMU binary")
        arguments["format"] = wanted
    guest.ask("getfd", {"fdname": _NAME}, descriptors=[descriptor])
    try:
        guest.ask("dump-guest-memory", arguments)
    except CommandRefused:
        with Ignoring(CommandRefused):
            guest.ask("closefd", {"fdname": _NAME})
        raise
    while True:
        job.pause()
        told = struct(guest.ask("query-dump"))
        job.progress = long_job.dump(told)
        if told.get("status") == "failed":
            said = "" if guest.run is None else guest.run.dump_failure
            if said:
                raise OperationFailed(f"memory-only dump failed: {said}")
            raise OperationFailed("memory-only dump failed for unknown reason")
        if told.get("status") == "completed":
            return


def found_again(hypervisor: Hypervisor, guest: Guest) -> None:
    """A guest whose dump was cut off goes on; the file has gone with who wrote it."""
    assert guest.run is not None
    guest.run.dumping = False
    until = time.monotonic() + _LAST_LOOK
    while struct(guest.ask("query-dump")).get("status") == "active" and time.monotonic() < until:
        with Aside(guest.lock):
            time.sleep(0.05)
    memory_stream.stop(guest)
    if guest.state == DomainState.PAUSED:
        guest.ask("cont")
        hypervisor.digest(guest)
    hypervisor.guests.keep(guest)


class _File:
    """A file without a name until ``finish``; where the file system has none such, one beside it.

    Raises SystemFailure.
    """

    def __init__(self, path: str, *, uncached: bool) -> None:
        self.path = path
        self._uncached = uncached
        self._folder = os.path.dirname(path)
        self._beside = ""
        self._direct = os.path.exists(path) and not os.path.isfile(path)
        flags = os.O_WRONLY | os.O_CLOEXEC
        try:
            if self._direct:  # a device, a pipe: it is what it is
                self.descriptor = os.open(path, flags)
                return
            try:
                self.descriptor = os.open(self._folder, flags | os.O_TMPFILE, 0o600)
            except OSError as error:
                if error.errno not in (EOPNOTSUPP, EISDIR):
                    raise
                self._beside = self._free()
                self.descriptor = os.open(self._beside, flags | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise SystemFailure(f"Failed to create file '{path}': {error.strerror}") from None

    def _free(self) -> str:
        return f"{self.path}.{os.getpid()}.part"

    def finish(self) -> None:
        """All has been written: it gets its name, in the place of what had it.

        Raises SystemFailure.
        """
        if self._direct:
            return
        try:
            os.fsync(self.descriptor)
            if self._uncached:
                os.posix_fadvise(self.descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            if not self._beside:
                beside = self._free()
                # with a folder's number, which an absolute path does not need, links are followed
                os.link(f"/proc/self/fd/{self.descriptor}", beside, src_dir_fd=self.descriptor)
                self._beside = beside
            os.replace(self._beside, self.path)
            self._beside = ""
        except OSError as error:
            raise SystemFailure(f"unable to close file {self.path}: {error.strerror}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        os.close(self.descriptor)
        if self._beside:
            with contextlib.suppress(OSError):
                os.unlink(self._beside)
