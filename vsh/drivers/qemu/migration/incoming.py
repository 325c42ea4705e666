"""The destination's steps of a migration: prepare, finish.  For who holds the guest."""

from __future__ import annotations

import os
import socket
import time

from vsh.drivers.qemu import definitions, happenings, images, launch, memory_stream, rights, telling
from vsh.drivers.qemu.guest import ANSWER_TIME
from vsh.drivers.qemu.migration import (
    cookie,
    credentials,
    lost,
    mirrors,
    numbers,
    places,
    recovery,
    settings,
    tuned,
    viewers,
)
from vsh.drivers.qemu.migration.tunnel import NAME
from vsh.drivers.qemu.monitor import MonitorClosed, MonitorSilent
from vsh.drivers.qemu.terminal import Terminal
from vsh.drivers.state.attempts import Ignoring
from vsh.drivers.state.jobs import DEFINE, DESTROY, AsyncJob
from vsh.drivers.state.locks import Aside
from vsh.errors import OperationInvalid, OperationUnsupported
from vsh.qmp.value import struct
from vsh.words.domain.job import DomainJobOperation
from vsh.words.domain.migration import DomainMigrate
from vsh.words.domain.state import DomainPausedReason, DomainRunningReason, DomainShutoffReason
from vsh.words.event import (
    DomainEventDefinedDetailType,
    DomainEventResumedDetailType,
    DomainEventStartedDetailType,
    DomainEventStoppedDetailType,
    DomainEventSuspendedDetailType,
    DomainEventType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vsh.api.stream import Stream
    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.monitor import Monitor
    from vsh.qmp.value import Struct, Value

PATIENCE = 60.0
"""Seconds that the rest of a guest may take after the source has sent it."""
PAUSE = 0.02
_LAST_WORD = 5.0
"""Seconds that a QEMU has to say why it could not take its guest."""
OPERATION, JOB = int(DomainJobOperation.MIGRATION_IN), "migration in"
_EXITS = "migrate-incoming/arg-type/exit-on-error"
ALONE = frozenset((DESTROY, DEFINE))
"""What may be done to a guest that comes in."""


def prepare(
    hypervisor: Hypervisor, guest: Guest, here: str, params: TypedParams, data: bytes, flags: int,
    stream: Stream | None = None,
) -> tuple[bytes, str]:  # fmt: skip
    """Start a QEMU that waits for the guest; a cookie for the source, and where it waits.

    stream  what carries the guest, where the source's QEMU does not connect to ours

    Raises Error; nothing has changed then.
    """
    heard = cookie.read(data)
    place = places.arrival(params, flags, hypervisor.settings) if stream is None else None
    copied = flags & settings.COPIED
    places.disks(params, "")  # what cannot be is said before anything is started
    targets = settings.several(params, "migrate_disks")
    if copied and heard is not None:
        _make_images(guest, heard, shallow=bool(flags & DomainMigrate.NON_SHARED_INC))

    def await_guest(monitor: Monitor) -> None:
        def ask(command: str, arguments: Mapping[str, object] | None = None, /) -> Value:
            if files is not None:
                files.asked(command, arguments or {})
            return monitor.call(command, dict(arguments or {}), timeout=ANSWER_TIME)

        if flags & DomainMigrate.POSTCOPY:
            rights.allow_postcopy()
        before.update(tuned.before(ask))
        settings.tell(ask, flags, params, source=False, more={"late-block-activate": True})
        if flags & DomainMigrate.TLS:
            credentials.use(ask, hypervisor, guest, source=False)
        if stream is not None:
            stream.channel = _mouth(monitor)
            found.append("")
        else:
            assert place is not None
            found.append(place.listens(lambda uri: ask("migrate-incoming", {"uri": uri, **stays})))

    can = hypervisor.capabilities(str(guest.definition.emulator))
    stays = {"exit-on-error": False} if can.command(_EXITS) else {}  # and can say why
    found: list[str] = []
    before: dict[str, int | str] = {}
    files = hypervisor.files(guest)
    launch.start(
        hypervisor, guest, DomainRunningReason.MIGRATED, paused=True,
        more=("-incoming", "defer"), incoming=await_guest, cpu="" if heard is None else heard.cpu,
    )  # fmt: skip
    assert guest.run is not None
    hypervisor.lost.pop(guest.name, None)
    guest.run.moving = "in"
    guest.run.tuned = before
    guest.reason = int(DomainPausedReason.MIGRATION)
    hypervisor.guests.keep(guest)
    telling.tell_life(
        hypervisor, guest, DomainEventType.STARTED, DomainEventStartedDetailType.MIGRATED
    )
    said = _answer(guest, here, heard)
    said.screen = viewers.screen(guest.definition)
    if copied and heard is not None:
        try:
            said.port = _take_disks(
                hypervisor, guest, targets or list(heard.disks), params, place, flags
            )
        except BaseException:
            drop(hypervisor, guest)
            raise
    return said.write(), found[0]


def _answer(guest: Guest, here: str, heard: cookie.Cookie | None) -> cookie.Cookie:
    """A cookie for the source, which knows the guest by the name that it has there."""
    return cookie.Cookie(guest.name if heard is None else heard.name, guest.uuid, here)


def guard(guest: Guest) -> None:
    """Nobody may change a guest that comes in, but for ending it, until it is here.

    For who has a job of it.
    """
    job = AsyncJob(OPERATION, JOB, "remoteDispatchDomainMigratePrepare3Params", ALONE)
    job.refusal = "cannot abort incoming migration; use virDomainDestroy instead"
    guest.jobs.hold(job)


def unguard(guest: Guest) -> None:
    """It is here, or gone; one whose link broke is not whole before the rest has come."""
    if guest.run is not None and guest.run.moving == recovery.IN:
        return
    if guest.jobs.long is not None and guest.jobs.long.operation == OPERATION:
        guest.jobs.end_long()


def _listen(monitor: Monitor, uri: str) -> None:
    monitor.call("migrate-incoming", {"uri": uri}, timeout=ANSWER_TIME)


def _mouth(monitor: Monitor) -> Terminal:
    """The end of a pair of sockets that QEMU takes the guest from the other end of."""
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            monitor.call("getfd", {"fdname": NAME}, descriptors=[theirs.fileno()])
        _listen(monitor, f"fd:{NAME}")
        ours.settimeout(0)
        return Terminal(ours.detach(), lambda: None)
    finally:
        ours.close()


def prepare_again(
    hypervisor: Hypervisor, guest: Guest, here: str, params: TypedParams, data: bytes
) -> tuple[bytes, str]:
    """Wait for the rest of a guest whose link broke; a cookie for the source, and where.

    Raises Error.
    """
    recovery.check(guest, recovery.IN)
    place = places.arrival(params, 0, hypervisor.settings)
    uri = place.listens(lambda uri: guest.ask("migrate-recover", {"uri": uri}))
    return _answer(guest, here, cookie.read(data)).write(), uri


def _make_images(guest: Guest, heard: cookie.Cookie, *, shallow: bool) -> None:
    """Files for disks that are not here yet.  Raises Error."""
    for disk in guest.definition.disks:
        size = heard.disks.get(str(disk.target))
        path = None if disk.source is None else disk.source.path
        if size is None or not path or disk.type != "file" or os.path.exists(path):
            continue
        if shallow:
            raise OperationUnsupported(
                "pre-creation of storage targets for incremental storage migration is not supported"
            )
        images.empty(path, str(disk.driver_type or "raw"), size)


def _take_disks(
    hypervisor: Hypervisor,
    guest: Guest,
    targets: list[str],
    params: TypedParams,
    place: places.Arrival | None,
    flags: int,
) -> int:
    """Let the source write the disks; the port where it can, 0 where it is a UNIX socket."""
    listen = "" if place is None else place.listen
    target = places.disks(params, listen or ("::" if places.has_ipv6() else ""))
    more = {"tls-creds": credentials.OBJECT} if flags & DomainMigrate.TLS else {}
    if target.socket is not None:
        address = {"type": "unix", "data": {"path": target.socket}}
        guest.ask("nbd-server-start", {"addr": address, **more})
        port = 0
    else:
        port = places.at_a_free_port(
            target.port or None,
            places.ports(hypervisor.settings),
            lambda port: guest.ask(
                "nbd-server-start",
                {
                    "addr": {"type": "inet", "data": {"host": target.host, "port": str(port)}},
                    **more,
                },
            ),
        )
    inserted = mirrors.nodes(guest)
    for disk in guest.definition.disks:
        if disk.target in targets and str(disk.alias) in inserted:
            name = f"drive-{disk.alias}"
            guest.ask(
                "block-export-add",
                {
                    "type": "nbd", "id": f"libvirt-nbd-{name}", "name": name, "writable": True,
                    "node-name": str(inserted[str(disk.alias)]["node-name"]),
                },
            )  # fmt: skip
    return port


def finish(
    hypervisor: Hypervisor, guest: Guest, here: str, data: bytes, flags: int, *, cancelled: bool
) -> bytes:
    """Let the guest run here, or drop it; a cookie for the source.

    Raises Error; the guest is gone then.
    """
    received = numbers.now()
    try:
        heard = None if cancelled else cookie.read(data)
    except BaseException:
        if guest.run is not None and guest.run.moving == "in":
            drop(hypervisor, guest)
        raise
    _settle(hypervisor, guest, heard, flags, cancelled=cancelled)
    said = _answer(guest, here, heard)
    if heard is not None and heard.statistics:
        said.statistics = numbers.arrived(heard.statistics, received)
        guest.ended_job = numbers.kept(said.statistics)
        hypervisor.guests.keep(guest)
    return said.write()


def _settle(
    hypervisor: Hypervisor, guest: Guest, heard: cookie.Cookie | None, flags: int,
    *, cancelled: bool,
) -> None:  # fmt: skip
    """Let the guest run here, or drop it."""
    run = guest.run
    if flags & DomainMigrate.OFFLINE and run is None:
        if cancelled:
            if not guest.persistent:
                hypervisor.guests.remove(guest, ended=True)
            return
        _keep(hypervisor, guest, heard, flags)
        return
    if run is None or run.moving not in ("in", recovery.IN):
        words = f"domain '{guest.name}' is not processing incoming migration"
        raise lost.reason(hypervisor, guest.name, OperationInvalid(words))
    if cancelled:
        if run.moving == "in":
            answer: Struct = {}
            with Ignoring(MonitorClosed, MonitorSilent):  # it ends in any case
                answer = struct(guest.ask("query-migrate", timeout=_LAST_WORD))
            drop(hypervisor, guest)
            if answer.get("status") == "failed":
                raise memory_stream.failure(JOB, answer)
        return
    if run.moving == recovery.IN:
        recovery.until_whole(hypervisor, guest)
        return
    try:
        status = _arrived(hypervisor, guest)
        if flags & settings.COPIED:
            guest.ask("nbd-server-stop")
        _keep(hypervisor, guest, heard, flags)
    except BaseException:
        drop(hypervisor, guest)
        raise
    if status == "postcopy-active":
        recovery.arrived(hypervisor, guest)
        recovery.until_whole(hypervisor, guest)
        return
    run.moving = ""
    if flags & DomainMigrate.TLS:
        credentials.forget(guest.ask)
    if flags & DomainMigrate.PAUSED:
        memory_stream.settle(guest)
        guest.reason = int(DomainPausedReason.USER)
        telling.tell_life(
            hypervisor, guest, DomainEventType.SUSPENDED, DomainEventSuspendedDetailType.PAUSED
        )
    else:
        happenings.resume(
            hypervisor, guest, DomainRunningReason.MIGRATED, DomainEventResumedDetailType.MIGRATED
        )
    tuned.take_back(guest)
    hypervisor.guests.keep(guest)


def _arrived(hypervisor: Hypervisor, guest: Guest) -> str:
    """Until all of it is here, or it can run here; which.  Raises OperationFailed."""
    until = time.monotonic() + PATIENCE
    while True:
        answer = struct(guest.ask("query-migrate"))
        status = str(answer.get("status", ""))
        if status in ("completed", "postcopy-active"):
            return status
        if status == "failed" or guest.run is None or time.monotonic() > until:
            raise memory_stream.failure(JOB, answer)
        with Aside(guest.lock):
            time.sleep(PAUSE)


def _keep(hypervisor: Hypervisor, guest: Guest, heard: cookie.Cookie | None, flags: int) -> None:
    """Where it is to stay here: define it."""
    if not flags & DomainMigrate.PERSIST_DEST:
        return
    text = None if heard is None else heard.persistent
    later = None if text is None else definitions.parsed(text, hypervisor.emulator, new=False)
    new = not guest.persistent
    guest.persistent = True
    if later is not None:
        later.name = guest.name
        if guest.active:
            guest.planned = later
        else:
            guest.definition = later
    elif guest.active and guest.planned is None:
        guest.planned = definitions.copied(guest.definition)
    details = DomainEventDefinedDetailType
    telling.tell_life(
        hypervisor, guest, DomainEventType.DEFINED, details.ADDED if new else details.UPDATED
    )
    hypervisor.guests.keep(guest)


def drop(hypervisor: Hypervisor, guest: Guest) -> None:
    """End the QEMU that waits: the guest runs elsewhere, or nowhere."""
    happenings.end(
        hypervisor, guest, DomainShutoffReason.FAILED, DomainEventStoppedDetailType.FAILED
    )


def found_again(hypervisor: Hypervisor, guest: Guest) -> None:
    """A guest that was coming in when its keeper was cut off."""
    assert guest.run is not None
    if guest.run.moving == "in":
        drop(hypervisor, guest)
    elif recovery.is_complete(guest):
        recovery.until_whole(hypervisor, guest)
    else:
        recovery.broken_at_destination(hypervisor, guest)
        guard(guest)


def offline(guest: Guest, here: str, data: bytes) -> bytes:
    """A guest that is off is defined when it is finished; a cookie for the source."""
    if guest.active:
        raise OperationInvalid(f"domain is already active as '{guest.name}'")
    return _answer(guest, here, cookie.read(data)).write()
