"""The source's steps of a migration: begin, perform, confirm.  For who holds the guest."""

from __future__ import annotations

import contextlib
import time
from urllib.parse import urlsplit

from vsh.drivers.qemu import definitions, happenings, live_cpu, long_job, memory_stream, telling
from vsh.drivers.qemu.migration import (
    cookie,
    credentials,
    mirrors,
    places,
    recovery,
    safety,
    settings,
    viewers,
)
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.drivers.state.jobs import ALLOWED, MIGRATION, SUSPEND, AsyncJob
from vsh.drivers.state.locks import Aside
from vsh.errors import (
    InvalidArgument,
    OperationAborted,
    OperationFailed,
    OperationInvalid,
    OperationUnsupported,
    SystemFailure,
)
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import integer, struct
from vsh.words.domain.document import DomainXML
from vsh.words.domain.job import DomainJobOperation
from vsh.words.domain.migration import DomainMigrate
from vsh.words.domain.state import (
    DomainPausedReason,
    DomainRunningReason,
    DomainShutoffReason,
    DomainState,
)
from vsh.words.event import (
    DomainEventResumedDetailType,
    DomainEventStoppedDetailType,
    DomainEventSuspendedDetailType,
    DomainEventType,
    DomainEventUndefinedDetailType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.migration.tunnel import Tunnel
    from vsh.drivers.qemu.run import Run
    from vsh.qmp.value import Struct

OPERATION = int(DomainJobOperation.MIGRATION_OUT)
PAUSE = 0.05
"""Seconds between two looks at how far it is."""
JOB = "migration out job"
_MIGRATABLE = DomainXML.SECURE | DomainXML.INACTIVE | DomainXML.MIGRATABLE
_AMOUNTS = (("total", "memory_total"), ("transferred", "memory_processed"),
            ("remaining", "memory_remaining"), ("normal", "memory_normal"),
            ("normal-bytes", "memory_normal_bytes"), ("duplicate", "memory_constant"),
            ("dirty-sync-count", "memory_iteration"), ("page-size", "memory_page_size"),
            ("dirty-pages-rate", "memory_dirty_rate"),
            ("postcopy-requests", "memory_postcopy_requests"))  # fmt: skip
_TIMES = ("downtime", "setup_time")
_COUNTED = (
    "memory_total", "memory_processed", "memory_remaining", "memory_bps", "memory_constant",
    "memory_normal", "memory_normal_bytes", "memory_dirty_rate", "memory_iteration",
    "memory_postcopy_requests", "memory_page_size", "disk_total", "disk_processed",
    "disk_remaining", "disk_bps",
)  # fmt: skip


def begin(
    hypervisor: Hypervisor, guest: Guest, host: str, params: TypedParams, flags: int
) -> tuple[bytes, str]:
    """What the destination has to know: a cookie, and the document.  Raises Error."""
    settings.check(flags, params, source=True, modern=is_modern(guest.definition))
    settings.check_encryption(flags, forced=hypervisor.settings.migrate_tls_force)
    offline = bool(flags & DomainMigrate.OFFLINE)
    if not offline and not guest.active:
        raise OperationInvalid("domain is not running")
    if offline:
        if flags & settings.COPIED:
            raise OperationInvalid("offline migration cannot handle non-shared storage")
        if not flags & DomainMigrate.PERSIST_DEST:
            raise OperationInvalid(
                "offline migration must be specified with the persistent flag set"
            )
    if flags & DomainMigrate.POSTCOPY_RESUME:
        recovery.check(guest, recovery.OUT)
    else:
        safety.check(guest, settings.several(params, "migrate_disks"), flags)
    said = cookie.Cookie(guest.name, guest.uuid, host)
    if flags & settings.COPIED and not offline:
        said.disks = mirrors.sizes(guest, settings.several(params, "migrate_disks"))
    definition = guest.definition.copy()
    if guest.run is not None:
        said.cpu = live_cpu.beside(guest.run)
        definition = live_cpu.with_shown(definition, guest.run.asked_cpu)
    given = params.get("destination_xml")
    if given is not None:
        from vsh.domains.abi import abi_problems

        other = definitions.parsed(str(given), hypervisor.emulator, new=False)
        for problem in abi_problems(definition, other):
            raise problem
        definition = other
    text = definitions.given_out(definition, -1, _MIGRATABLE)
    return said.write(), text


def perform(
    hypervisor: Hypervisor, guest: Guest, host: str, params: TypedParams, data: bytes, flags: int,
    tunnel: Tunnel | None = None,
) -> bytes:  # fmt: skip
    """Send the guest; a cookie for the destination.  Raises Error: the guest then goes on.

    tunnel  what carries it, where the two QEMUs do not connect
    """
    settings.check(flags, params, source=True, modern=is_modern(guest.definition))
    run = guest.run
    if run is None:
        raise OperationInvalid("domain is not running")
    if flags & DomainMigrate.POSTCOPY_RESUME:
        recovery.send_the_rest(hypervisor, guest, qemu_uri(str(params.get("migrate_uri") or "")))
        return cookie.Cookie(guest.name, guest.uuid, host).write()
    heard = cookie.read(data)
    uri = "" if tunnel is not None else qemu_uri(str(params.get("migrate_uri") or ""))
    _check_way(uri, params, flags)
    job = AsyncJob(
        DomainJobOperation.MIGRATION_OUT, JOB, "remoteDispatchDomainMigratePerform3Params",
        ALLOWED | {SUSPEND, MIGRATION},
    )  # fmt: skip
    guest.jobs.begin_long(job)
    copies: mirrors.Mirrors | None = None
    try:
        run.moving = "out"
        hypervisor.guests.keep(guest)
        viewers.tell(guest, heard, params.get("graphics_uri"))
        if flags & DomainMigrate.TLS:
            credentials.use(
                guest.ask, hypervisor, guest, source=True,
                hostname=str(params.get("tls.destination") or ""),
            )  # fmt: skip
        if heard is not None and heard.port is not None and flags & settings.COPIED:
            copies = mirrors.Mirrors(
                guest, places.disks(params, _host(uri), heard.port, needs_host=False),
                mirrors.Manner(params, flags),
            )  # fmt: skip
            copies.start(job)
        settings.tell(
            guest.ask, flags, params, source=True, bandwidth=guest.bandwidth,
            more={"pause-before-switchover": copies is not None},
        )  # fmt: skip
        if flags & DomainMigrate.ZEROCOPY:
            _lock_memory(guest, run)
        guest.ask("migrate", {"uri": uri if tunnel is None else tunnel.open(guest)})
        statistics = _wait(hypervisor, guest, job, copies, flags)
        if run.moving != recovery.OUT:
            run.moving = recovery.SENT  # from now on the destination may let it run
            hypervisor.guests.keep(guest)
        if tunnel is not None:
            with Aside(guest.lock):
                tunnel.finish()
    except BaseException:
        _give_up(hypervisor, guest, copies, flags)
        if tunnel is not None:
            with Aside(guest.lock):
                tunnel.give_up()
        raise
    finally:
        if run.moving != recovery.OUT:  # else what is left of it goes on until it is confirmed
            guest.jobs.end_long()
    if run.moving != recovery.OUT:
        long_job.ended(hypervisor, guest, job)
    said = cookie.Cookie(guest.name, guest.uuid, host)
    said.statistics = statistics
    if copies is not None and heard is not None:
        said.port = heard.port  # libvirt's destination ends its exports where it is told of them
    if flags & DomainMigrate.PERSIST_DEST and guest.persistent:
        persistent = params.get("persistent_xml")
        said.persistent = (
            definitions.given_out((guest.planned or guest.definition).copy(), -1, _MIGRATABLE)
            if persistent is None else str(persistent)
        )  # fmt: skip
    return said.write()


def _check_way(uri: str, params: TypedParams, flags: int) -> None:
    """Certificates need the name of a host.  Raises OperationUnsupported."""
    if not flags & DomainMigrate.TLS:
        return
    if uri.startswith("unix:") and "tls.destination" not in params:
        raise OperationUnsupported(
            "Explicit destination hostname is required for TLS migration over UNIX socket"
        )
    if urlsplit(str(params.get("disks_uri") or "")).scheme == "unix":
        raise OperationUnsupported("NBD migration with TLS is not supported over UNIX socket")


def _lock_memory(guest: Guest, run: Run) -> None:
    """Let QEMU lock as much memory as the guest has: pages are sent from where they are."""
    import resource

    limit = int(guest.definition.memory or 0) * 1024
    pid, kind = run.process.pid, resource.RLIMIT_MEMLOCK
    try:
        hard = resource.prlimit(pid, kind)[1]
        if hard != resource.RLIM_INFINITY:
            resource.prlimit(pid, kind, (limit, max(limit, hard)))
    except OSError as error:
        raise SystemFailure(
            f"cannot limit locked memory of process {pid} to {limit}: {error.strerror}"
        ) from None


def _host(uri: str) -> str:
    """The host of an address in QEMU's form."""
    return urlsplit(uri.replace("tcp:", "tcp://", 1)).hostname or ""


def qemu_uri(text: str) -> str:
    """Where QEMU is to connect, in its own form.  Raises InvalidArgument."""
    if text.startswith("tcp:") and not text.startswith("tcp://"):
        return text
    parts = urlsplit(text)
    if parts.scheme == "unix" and parts.path:
        return f"unix:{parts.path}"
    if parts.scheme != "tcp":
        raise InvalidArgument(f"unsupported scheme {parts.scheme or text} in migration URI {text}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        port = None
    if not parts.hostname or not port:
        raise InvalidArgument(f"missing host or port in migration URI: {text}")
    shown = f"[{host}]" if host and ":" in host else host
    return f"tcp:{shown}:{port}"


def _wait(
    hypervisor: Hypervisor, guest: Guest, job: AsyncJob, copies: mirrors.Mirrors | None, flags: int
) -> dict[str, int]:
    """Until all has been sent, or its CPUs are to run there; numbers for the destination.

    Raises Error.
    """
    run = guest.running
    run.paused = (int(DomainPausedReason.MIGRATION), int(DomainEventSuspendedDetailType.MIGRATED))
    while True:
        answer = struct(guest.ask("query-migrate"))
        hypervisor.digest(guest)
        if guest.run is not run:
            raise OperationFailed("domain is not running")
        status = str(answer.get("status", ""))
        _note(job, answer)
        if copies is not None:
            copies.note(job)
        if status in ("completed", "postcopy-active"):
            if status == "postcopy-active":
                recovery.left(hypervisor, guest)
            return _numbers(job)
        if status == "postcopy-paused":
            recovery.left(hypervisor, guest)
            recovery.broken_at_source(hypervisor, guest)
            raise OperationFailed("job 'migration out' failed in post-copy phase")
        if status == "pre-switchover":
            if copies is not None:
                copies.finish(job)
            guest.ask("migrate-continue", {"state": "pre-switchover"})
        elif status in ("failed", "cancelled"):
            why = str(answer.get("error-desc", "")) or "unexpectedly failed"
            if job.stopping:
                raise OperationAborted(f"{JOB}: canceled by client")
            raise OperationFailed(f"job '{JOB.removesuffix(' job')}' failed: {why}")
        elif job.stopping and status != "cancelling":
            guest.ask("migrate_cancel")
        failing = guest.state == DomainState.PAUSED and guest.reason == DomainPausedReason.IOERROR
        if failing and flags & DomainMigrate.ABORT_ON_ERROR:
            guest.ask("migrate_cancel")
        with Aside(guest.lock):
            time.sleep(PAUSE)


def _numbers(job: AsyncJob) -> dict[str, int]:
    """What a job has counted, in the order of libvirt's cookies."""
    found = {"time_elapsed": round(job.elapsed * 1000)}
    order = [*_TIMES, *_COUNTED]
    for name in sorted(job.progress, key=lambda each: order.index(each) if each in order else 99):
        if not name.startswith("data_"):
            found[name] = int(job.progress[name])
    return found


def _note(job: AsyncJob, answer: Struct) -> None:
    """Take down how far it is."""
    memory = struct(answer.get("ram"))
    found: dict[str, int | str] = {
        name: integer(memory[own]) for own, name in _AMOUNTS if own in memory
    }
    if "mbps" in memory:
        found["memory_bps"] = int(float(str(memory["mbps"])) * 125000)
    for own, name in (("downtime", "downtime"), ("setup-time", "setup_time")):
        if own in answer:
            found[name] = integer(answer[own])
    disks = {name: job.progress[name] for name in job.progress if name.startswith("disk_")}
    for word in ("total", "processed", "remaining"):
        parts = (found.get(f"memory_{word}", 0), disks.get(f"disk_{word}", 0))
        found[f"data_{word}"] = sum(part for part in parts if isinstance(part, int))
    job.progress = {**disks, **found}


def _give_up(
    hypervisor: Hypervisor, guest: Guest, copies: mirrors.Mirrors | None, flags: int
) -> None:
    """The guest goes on here: nothing of it runs anywhere else."""
    run = guest.run
    if run is None or run.moving == recovery.OUT:
        return
    run.moving = ""
    with contextlib.suppress(CommandRefused, MonitorClosed, MonitorSilent):
        if memory_stream.stop(guest).startswith("postcopy-"):
            recovery.left(hypervisor, guest)
            recovery.broken_at_source(hypervisor, guest)
            return
        if copies is not None:
            copies.cancel()
        if flags & DomainMigrate.TLS:
            credentials.forget(guest.ask)
        go_on(hypervisor, guest)
    if guest.run is run:
        run.paused = None
        hypervisor.guests.keep(guest)


def go_on(hypervisor: Hypervisor, guest: Guest) -> None:
    """Let a guest run on that was stopped for moving."""
    hypervisor.digest(guest)
    if guest.state != DomainState.PAUSED or guest.reason != DomainPausedReason.MIGRATION:
        return
    happenings.resume(
        hypervisor, guest, DomainRunningReason.MIGRATION_CANCELED,
        DomainEventResumedDetailType.MIGRATED,
    )  # fmt: skip


def confirm(hypervisor: Hypervisor, guest: Guest, flags: int, *, cancelled: bool) -> None:
    """The end: the guest has gone to the destination, or goes on here.  Raises Error."""
    run = guest.run
    if flags & DomainMigrate.OFFLINE:  # only the definition went; one that runs runs on
        if run is None and flags & DomainMigrate.UNDEFINE_SOURCE and not cancelled:
            _undefine(hypervisor, guest)
        return
    if run is None:
        return
    if run.moving == recovery.OUT:
        if guest.jobs.long is not None and guest.jobs.long.operation == OPERATION:
            long_job.ended(hypervisor, guest, guest.jobs.long)
            guest.jobs.end_long()
        if cancelled and not recovery.is_complete(guest):
            recovery.broken_at_source(hypervisor, guest)
            return
        cancelled = False
    run.moving = ""
    if cancelled:
        go_on(hypervisor, guest)
        hypervisor.guests.keep(guest)
        return
    if flags & DomainMigrate.UNDEFINE_SOURCE and guest.persistent:
        guest.persistent = False
        telling.tell_life(
            hypervisor, guest, DomainEventType.UNDEFINED, DomainEventUndefinedDetailType.REMOVED
        )
    happenings.end(
        hypervisor, guest, DomainShutoffReason.MIGRATED, DomainEventStoppedDetailType.MIGRATED
    )


def _undefine(hypervisor: Hypervisor, guest: Guest) -> None:
    guest.persistent = False
    telling.tell_life(
        hypervisor, guest, DomainEventType.UNDEFINED, DomainEventUndefinedDetailType.REMOVED
    )
    hypervisor.guests.remove(guest, ended=True)
