"""Guests saved in files, as libvirt writes them: an image of either is restored by both.

92 bytes of header, the domain's document with a NUL, padding, and QEMU's migration stream.  The
header says "Part" until all of it is on disk: then, and not before, the guest ends.  All functions
that take a guest are for who holds it as its job.
"""

from __future__ import annotations

import contextlib
import os
import stat
from struct import Struct as Layout

from vsh.domains.abi import abi_problems
from vsh.drivers.qemu import (
    definitions,
    guest_hooks,
    happenings,
    launch,
    live_cpu,
    memory_stream,
    telling,
)
from vsh.drivers.qemu.long_job import LongJob
from vsh.drivers.qemu.memory_stream import push, push_sparse
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.drivers.qemu.save_forms import SPARSE, Form, unpacked
from vsh.errors import OperationFailed, SystemFailure
from vsh.words.domain.document import DomainXML
from vsh.words.domain.job import DomainJobOperation
from vsh.words.domain.lifecycle import DomainSaveRestore
from vsh.words.domain.state import (
    DomainPausedReason,
    DomainRunningReason,
    DomainShutoffReason,
    DomainState,
)
from vsh.words.event import (
    DomainEventResumedDetailType,
    DomainEventStartedDetailType,
    DomainEventStoppedDetailType,
    DomainEventSuspendedDetailType,
    DomainEventType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition

COMPLETE, PARTIAL = b"LibvirtQemudSave", b"LibvirtQemudPart"
VERSION = 2
_HEADER = Layout("<16s5I56x")
_ROOM = 64 * 1024  # for a document that is edited later; libvirt leaves as much
_LONGEST = 64 << 20
_OWNER = "remoteDispatchDomainSave"
_ALL = DomainXML.SECURE | DomainXML.INACTIVE | DomainXML.MIGRATABLE


class Image:
    """What a saved image says of itself.

    text     the domain's document
    running  whether the guest ran
    start    where QEMU's stream begins
    partial  it was never completed
    packed   its form: a number of ``save_forms.FORMATS``
    cookie   what libvirt keeps beside the document, or ""
    """

    __slots__ = ("cookie", "packed", "partial", "room", "running", "start", "text")

    def __init__(
        self, text: str, room: int, *, running: bool, partial: bool, packed: int = 0,
        cookie: str = "",
    ) -> None:  # fmt: skip
        self.text = text
        self.cookie = cookie
        self.room = room
        self.running = running
        self.partial = partial
        self.packed = packed
        self.start = _HEADER.size + room


def read(path: str) -> Image:
    """The head of a saved image.  Raises SystemFailure, OperationFailed."""
    try:
        with open(path, "rb") as file:
            header = file.read(_HEADER.size)
            if len(header) < _HEADER.size:
                raise OperationFailed("failed to read qemu header")
            magic, version, room, running, packed, cookie = _HEADER.unpack(header)
            if magic not in (COMPLETE, PARTIAL):
                raise OperationFailed("image magic is incorrect")
            if version > VERSION:
                raise OperationFailed(f"image version is not supported ({version} > {VERSION})")
            if not 0 < room <= _LONGEST:
                raise OperationFailed(f"invalid header data length: {room}")
            document = file.read(room)
            if len(document) < room:
                raise OperationFailed("failed to read domain XML")
    except OSError as error:
        raise SystemFailure(f"Failed to open file '{path}': {error.strerror}") from None
    text, beside = (
        part.split(b"\0")[0].decode("utf-8", "surrogateescape")
        for part in (document[: cookie or room], document[cookie:] if cookie else b"")
    )
    return Image(
        text, room, running=bool(running), partial=magic == PARTIAL, packed=packed, cookie=beside
    )


def complete(path: str) -> Image:
    """The head of an image that can be restored.  Raises as ``read``, and OperationFailed."""
    image = read(path)
    if image.partial:
        raise OperationFailed("save image is incomplete")
    return image


def rewrite(path: str, text: str, *, running: bool | None = None) -> None:
    """Put another document into an image.  Raises OperationFailed where it has no room for it."""
    image = complete(path)
    document, cookie = _packed(text, image.cookie)
    if len(document) > image.room:
        raise OperationFailed("new xml too large to fit in file")
    goes_on = image.running if running is None else running
    head = _head(COMPLETE, image.room, running=goes_on, packed=image.packed, cookie=cookie)
    try:
        with open(path, "r+b") as file:
            os.pwrite(file.fileno(), head + document.ljust(image.room, b"\0"), 0)  # all or nothing
            os.fsync(file.fileno())
    except OSError as error:
        raise SystemFailure(
            f"failed to write header to domain save file '{path}': {error.strerror}"
        ) from None


def _head(magic: bytes, room: int, *, running: bool, packed: int = 0, cookie: int = 0) -> bytes:
    return _HEADER.pack(magic, VERSION, room, int(running), packed, cookie)


def _packed(text: str, cookie: str) -> tuple[bytes, int]:
    """A document and the cookie behind it, as they stand in an image; where the cookie begins."""
    document = text.encode("utf-8", "surrogateescape") + b"\0"
    if not cookie:
        return document, 0
    return document + cookie.encode("utf-8", "surrogateescape") + b"\0", len(document)


def document(guest: Guest) -> str:
    """What is kept of a running guest's definition: all that restoring it needs."""
    return definitions.given_out(live_cpu.as_asked(guest), -1, _ALL)


def wanted(flags: int) -> bool | None:
    """Whether flags say that a guest is to run when it is restored; None: as it did."""
    if flags & DomainSaveRestore.RUNNING:
        return True
    return False if flags & DomainSaveRestore.PAUSED else None


def fitting(hypervisor: Hypervisor, text: str, given: str) -> str:
    """A document in place of another, for the same guest.  Raises Error."""
    definition, other = (definition_of(each, hypervisor) for each in (text, given))
    for problem in abi_problems(definition, other):
        raise problem
    return definitions.given_out(other, -1, _ALL)


def hooked(hypervisor: Hypervisor, text: str) -> tuple[Definition, bool]:
    """The definition in a document of an image that is restored, and whether hooks changed it.

    Raises Error.
    """
    definition = definition_of(text, hypervisor)
    other = guest_hooks.changed(str(definition.name), "restore", text)
    if not other:
        return definition, False
    return definition_of(fitting(hypervisor, text, other), hypervisor), True


def replace(hypervisor: Hypervisor, path: str, given: str | None, *, running: bool | None) -> None:
    """Put another document into an image, or change whether its guest runs.  Raises Error."""
    image = complete(path)
    text = image.text if given is None else fitting(hypervisor, image.text, given)
    rewrite(path, text, running=running)


# ---- saving


def save(
    hypervisor: Hypervisor, guest: Guest, path: str, text: str, form: Form, *, running: bool | None
) -> None:
    """Write a running guest, that is held, into a file and end it.

    text     the document that goes with it
    form     how its memory stands in the file
    running  whether it is to run when it is restored; None: as it does now

    Raises Error; the guest then runs on, and there is no file.
    """
    with LongJob(hypervisor, guest, DomainJobOperation.SAVE, _OWNER) as job:
        _save(hypervisor, guest, path, text, form, running, job)
    guest.managed_save = guest.managed_save or path == managed_path(hypervisor, guest)
    happenings.end(hypervisor, guest, DomainShutoffReason.SAVED, DomainEventStoppedDetailType.SAVED)


def _save(
    hypervisor: Hypervisor, guest: Guest, path: str, text: str, form: Form, running: bool | None,
    job: LongJob,
) -> None:  # fmt: skip
    run = guest.running
    resume = run.resumes = guest.state == DomainState.RUNNING
    descriptor = -1
    try:
        if resume:
            run.dumping = True  # what is cut off before there is a file lets it go on
            hypervisor.guests.keep(guest)
            run.paused = (int(DomainPausedReason.SAVE), int(DomainEventSuspendedDetailType.PAUSED))
            guest.ask("stop")
            hypervisor.digest(guest)
        known = os.path.lexists(path)
        if known:  # what is cut off while that is still whole is not taken for what is saved here
            descriptor = _created(path)
        run.saving, run.dumping = path, False
        hypervisor.guests.keep(guest)
        if not known:  # what is cut off from here on is removed
            descriptor = _created(path)
        content, beside = _packed(text, live_cpu.cookie(run))
        room = len(content) + _ROOM
        goes_on = resume if running is None else running
        head = _head(PARTIAL, room, running=goes_on, packed=form.number, cookie=beside)
        _put(descriptor, head + content.ljust(room, b"\0"), path)
        form.write(guest, descriptor, path, len(head) + room, job)
        job.refusal = "no job is active on the domain"  # all of it is there
        _finished(descriptor, COMPLETE + head[len(COMPLETE) :])
        job.completed()
    except BaseException:
        if descriptor >= 0:
            _drop(path)
        if guest.run is run:
            run.saving, run.dumping = None, False
            _as_before(hypervisor, guest, resume=resume)
        raise
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def write_memory(
    hypervisor: Hypervisor, guest: Guest, path: str, text: str, job: LongJob, *, live: bool
) -> None:
    """Write the memory of a running guest into a file; it stands still then.

    job   counts it, and may be told to stop
    live  it goes on while most of it is written

    Raises Error; the guest then runs on, and there is no file.
    """
    run = guest.running
    resume = run.resumes = guest.state == DomainState.RUNNING
    form = Form(hypervisor.settings.snapshot_image_format, use="snapshot")
    descriptor = _created(path)
    try:
        run.saving = path
        hypervisor.guests.keep(guest)
        if resume:
            detail = int(DomainEventSuspendedDetailType.PAUSED)
            run.paused = (int(DomainPausedReason.SNAPSHOT), detail)
            if not live:
                guest.ask("stop")
                hypervisor.digest(guest)
        content, beside = _packed(text, live_cpu.cookie(run))
        room = len(content) + _ROOM
        head = _head(PARTIAL, room, running=resume, packed=form.number, cookie=beside)
        _put(descriptor, head + content.ljust(room, b"\0"), path)
        form.write(guest, descriptor, path, len(head) + room, job)
        job.refusal = "no job is active on the domain"  # all of it is there
        memory_stream.settle(guest)
        _finished(descriptor, COMPLETE + head[len(COMPLETE) :])
        job.completed()
    except BaseException:
        _drop(path)
        if guest.active:
            run.saving = None
            _as_before(hypervisor, guest, resume=resume)
        raise
    finally:
        os.close(descriptor)


def managed_path(hypervisor: Hypervisor, guest: Guest) -> str:
    """Where a guest is saved that is to go on from there when it starts."""
    return hypervisor.root / f"save/{guest.name}.save"


def found_again(hypervisor: Hypervisor, guest: Guest) -> None:
    """A guest whose saving was cut off: it is saved if the file is complete, else it runs on."""
    assert guest.run is not None
    path, guest.run.saving = guest.run.saving, None
    assert path is not None
    try:
        whole = not read(path).partial
    except (OperationFailed, SystemFailure):
        whole = False
    if whole:
        guest.managed_save = guest.managed_save or path == managed_path(hypervisor, guest)
        happenings.end(
            hypervisor, guest, DomainShutoffReason.SAVED, DomainEventStoppedDetailType.SAVED
        )
        return
    _drop(path)
    memory_stream.stop(guest)
    _as_before(hypervisor, guest, resume=guest.run.resumes)


def _as_before(hypervisor: Hypervisor, guest: Guest, *, resume: bool) -> None:
    """A guest whose saving failed runs on, or stands still, as it did."""
    if not resume:
        memory_stream.settle(guest)
        hypervisor.guests.keep(guest)
        return
    try:
        guest.ask("cont")
        hypervisor.digest(guest)
        if guest.state == DomainState.RUNNING:
            guest.reason = int(DomainRunningReason.SAVE_CANCELED)
    except (CommandRefused, MonitorClosed, MonitorSilent):
        telling.tell_life(
            hypervisor, guest, DomainEventType.SUSPENDED, DomainEventSuspendedDetailType.API_ERROR
        )
    hypervisor.guests.keep(guest)


def _created(path: str) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SystemFailure(f"Failed to create file '{path}': {error.strerror}") from None


def _drop(path: str) -> None:
    """Remove a file that was not completed; what is no file of ours, a device, stays."""
    with contextlib.suppress(OSError):
        if stat.S_ISREG(os.lstat(path).st_mode):
            os.unlink(path)


def _put(descriptor: int, data: bytes, path: str) -> None:
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError as error:
        raise SystemFailure(f"unable to write to '{path}': {error.strerror}") from None


def _finished(descriptor: int, head: bytes) -> None:
    """All of it is on disk: now it may be called complete.  Raises OSError."""
    os.fsync(descriptor)
    os.pwrite(descriptor, head, 0)
    os.fsync(descriptor)


# ---- restoring


def restore(
    hypervisor: Hypervisor, guest: Guest, path: str, image: Image, *, running: bool | None,
    channels: int = 0, new_variables: bool = False, managed: bool = False,
) -> None:  # fmt: skip
    """Start a guest that is off, and has the image's definition, where it was saved.

    running   whether it is to run; None: as it did
    channels  how many threads read a sparse image; 0: one
    new_variables  its UEFI variables are made anew
    managed   the image is its managed save

    Raises Error; the guest is then off as before, and the image still there.
    """
    goes_on = image.running if running is None else running
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise SystemFailure(f"Failed to open file '{path}': {error.strerror}") from None
    try:
        os.lseek(descriptor, image.start, os.SEEK_SET)
        with unpacked(image.packed, descriptor) as stream:
            launch.start(
                hypervisor,
                guest,
                DomainRunningReason.RESTORED,
                paused=not goes_on,
                more=("-incoming", "defer"),
                incoming=lambda monitor: (
                    push_sparse(monitor, descriptor, image.start, channels)
                    if image.packed == SPARSE
                    else push(monitor, stream)
                ),
                cpu=live_cpu.of_cookie(image.cookie),
                new_variables=new_variables,
                managed=managed,
            )
    finally:
        os.close(descriptor)
    telling.tell_life(
        hypervisor, guest, DomainEventType.STARTED, DomainEventStartedDetailType.RESTORED
    )
    if goes_on:
        telling.tell_life(
            hypervisor, guest, DomainEventType.RESUMED, DomainEventResumedDetailType.FROM_SNAPSHOT
        )
    else:
        memory_stream.settle(guest)
        telling.tell_life(
            hypervisor, guest, DomainEventType.SUSPENDED, DomainEventSuspendedDetailType.RESTORED
        )


def definition_of(text: str, hypervisor: Hypervisor) -> Definition:
    """The definition in an image, whose devices stay where they are.  Raises Error."""
    return definitions.parsed(text, hypervisor.emulator, new=False)
