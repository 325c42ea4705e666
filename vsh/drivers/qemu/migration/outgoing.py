"""The source's first steps of a migration: begin, perform.  For who holds the guest."""

from __future__ import annotations

import contextlib
import time
from urllib.parse import urlsplit

from vsh.drivers.qemu import definitions, happenings, live_cpu, long_job, memory_stream
from vsh.drivers.qemu.migration import (
    cookie,
    credentials,
    leaving,
    mirrors,
    numbers,
    places,
    recovery,
    safety,
    settings,
    tuned,
    viewers,
    way,
)
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.drivers.state.jobs import AsyncJob
from vsh.drivers.state.locks import Aside
from vsh.errors import (
    ArgumentUnsupported,
    InternalError,
    InvalidArgument,
    OperationFailed,
    OperationInvalid,
    OperationUnsupported,
    SystemFailure,
)
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import struct
from vsh.words.domain.document import DomainXML
from vsh.words.domain.migration import DomainMigrate
from vsh.words.domain.state import DomainPausedReason, DomainRunningReason, DomainState
from vsh.words.event import DomainEventResumedDetailType, DomainEventSuspendedDetailType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.migration.tunnel import Tunnel
    from vsh.drivers.qemu.run import Run

PAUSE = 0.05
"""Seconds between two looks at how far it is."""
_MIGRATABLE = DomainXML.SECURE | DomainXML.INACTIVE | DomainXML.MIGRATABLE


def begin(
    hypervisor: Hypervisor, guest: Guest, host: str, params: TypedParams, flags: int
) -> tuple[bytes, str]:
    """What the destination has to know: a cookie, and the document.  Raises Error."""
    settings.check(flags, params, source=True, modern=is_modern(guest.definition))
    settings.check_encryption(flags, forced=hypervisor.settings.migrate_tls_force)
    if flags & DomainMigrate.POSTCOPY_RESUME:
        if isinstance(guest.jobs.long, leaving.Leaving):
            guest.jobs.long.told = None
        return _begin(hypervisor, guest, host, params, flags)
    if not flags & DomainMigrate.CHANGE_PROTECTION:
        leaving.check_none(guest)
        return _begin(hypervisor, guest, host, params, flags)
    job = leaving.begin(guest, flags, leaving.BEGIN)
    try:
        found = _begin(hypervisor, guest, host, params, flags)
    except BaseException:
        guest.jobs.end_long()
        raise
    job.held = True
    return found


def _begin(
    hypervisor: Hypervisor, guest: Guest, host: str, params: TypedParams, flags: int
) -> tuple[bytes, str]:
    """The cookie and the document of a guest that can go.  Raises Error."""
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
        safety.check(guest, hypervisor.settings, settings.several(params, "migrate_disks"), flags)
    said = cookie.Cookie(guest.name, guest.uuid, host)
    if flags & settings.COPIED and not offline:
        for named in settings.DISKS:
            mirrors.check_named(guest, settings.several(params, named))
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
    begun = bool(flags & DomainMigrate.CHANGE_PROTECTION)
    if begun and not flags & DomainMigrate.POSTCOPY_RESUME:
        leaving.of(guest)
    if guest.run is None:
        raise OperationInvalid("domain is not running")
    said = cookie.Cookie(guest.name, guest.uuid, host)
    if flags & DomainMigrate.POSTCOPY_RESUME:
        uri = qemu_uri(str(params.get("migrate_uri") or ""))
        recovery.send_the_rest(hypervisor, guest, way.of(guest, uri, flags))
        return said.write()
    job = leaving.perform(guest, flags, begun=begun)
    try:
        _send(hypervisor, guest, job, said, params, cookie.read(data), flags, tunnel)
    except BaseException:
        leaving.end(guest, job)
        raise
    leaving.sent(guest, job)
    return said.write()


def _send(
    hypervisor: Hypervisor, guest: Guest, job: leaving.Leaving, said: cookie.Cookie,
    params: TypedParams, heard: cookie.Cookie | None, flags: int, tunnel: Tunnel | None,
) -> None:  # fmt: skip
    """Send it, and say what there is to say to the destination.  Raises Error: it then goes on.

    heard  what the destination says
    """
    run = guest.running
    uri = "" if tunnel is not None else qemu_uri(str(params.get("migrate_uri") or ""))
    _check_way(uri, params, flags)
    persistent = _persistent(hypervisor, guest, params, flags)
    copies: mirrors.Mirrors | None = None
    try:
        job.go_on()
        run.tuned = tuned.before(guest.ask)
        run.moving = "out"
        hypervisor.guests.keep(guest)
        viewers.tell(guest, heard, params.get("graphics_uri"))
        if flags & DomainMigrate.TLS:
            credentials.use(
                guest.ask, hypervisor, guest, source=True,
                hostname=str(params.get("tls.destination") or _host(uri)),
            )  # fmt: skip
        if flags & settings.COPIED:
            if heard is None or heard.port is None:
                raise InternalError("migration of non-shared disks requested but NBD is not set up")
            copies = mirrors.Mirrors(
                hypervisor, guest, places.disks(params, _host(uri), heard.port, needs_host=False),
                mirrors.Manner(params, flags),
            )  # fmt: skip
            copies.start(job)
        settings.tell(
            guest.ask, flags, params, source=True, bandwidth=guest.bandwidth,
            more={"pause-before-switchover": copies is not None},
        )  # fmt: skip
        if flags & DomainMigrate.ZEROCOPY:
            _lock_memory(guest, run)
        run.stopped = 0
        run.paused = (
            int(DomainPausedReason.MIGRATION), int(DomainEventSuspendedDetailType.MIGRATED),
        )  # fmt: skip
        if not flags & DomainMigrate.LIVE and guest.state == DomainState.RUNNING:
            guest.ask("stop")
            hypervisor.digest(guest)
        guest.ask(
            "migrate", {"uri": way.of(guest, uri, flags) if tunnel is None else tunnel.open(guest)}
        )
        said.statistics = _wait(hypervisor, guest, job, copies, flags)
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
    if run.moving != recovery.OUT:
        long_job.keep(guest, job)  # who confirms it tells
    if copies is not None and heard is not None:
        said.port = heard.port  # libvirt's destination ends its exports where it is told of them
    said.persistent = persistent


def _persistent(
    hypervisor: Hypervisor, guest: Guest, params: TypedParams, flags: int
) -> str | None:
    """The definition that the guest is to have there when it is off.  Raises Error."""
    if not flags & DomainMigrate.PERSIST_DEST or not guest.persistent:
        return None
    given = params.get("persistent_xml")
    if given is not None:
        found = definitions.parsed(str(given), hypervisor.emulator, new=False)
    else:
        found = (guest.planned or guest.definition).copy()
    return definitions.given_out(found, -1, _MIGRATABLE)


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
    """Where QEMU is to connect, in its own form.  Raises ArgumentUnsupported, InvalidArgument."""
    if text.startswith("tcp:") and not text.startswith("tcp://"):
        return text
    parts = urlsplit(text)
    if parts.scheme == "unix" and parts.path:
        return f"unix:{parts.path}"
    if parts.scheme != "tcp":
        raise ArgumentUnsupported(
            f"unsupported scheme {parts.scheme or text} in migration URI {text}"
        )
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
    while True:
        try:
            answer = struct(guest.ask("query-migrate"))
        except MonitorClosed:
            raise OperationFailed("domain is not running") from None
        hypervisor.digest(guest)
        if guest.run is not run:
            raise OperationFailed("domain is not running")
        status = str(answer.get("status", ""))
        if copies is not None:
            copies.note()
        job.progress = long_job.migration(answer, (0, 0) if copies is None else copies.counted)
        if status in ("completed", "postcopy-active"):
            if status == "postcopy-active":
                recovery.left(hypervisor, guest)
            return numbers.sent(job, run.stopped)
        if status == "postcopy-paused":
            recovery.left(hypervisor, guest)
            recovery.broken_at_source(hypervisor, guest)
            raise OperationFailed("job 'migration out' failed in post-copy phase")
        if status == "pre-switchover":
            if copies is not None:
                copies.finish()
            guest.ask("migrate-continue", {"state": "pre-switchover"})
        elif status in ("failed", "cancelled"):
            if job.stopping:
                raise job.canceled()
            raise memory_stream.failure(job.name, answer)
        elif job.stopping and status != "cancelling":
            guest.ask("migrate_cancel")
        failing = guest.state == DomainState.PAUSED and guest.reason == DomainPausedReason.IOERROR
        if failing and flags & DomainMigrate.ABORT_ON_ERROR:
            guest.ask("migrate_cancel")
        with Aside(guest.lock):
            time.sleep(PAUSE)


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
        tuned.take_back(guest)
        go_on(hypervisor, guest)
    if guest.run is run:
        run.paused = None
        hypervisor.guests.keep(guest)


def go_on(hypervisor: Hypervisor, guest: Guest) -> None:
    """Let a guest run on that was stopped for moving."""
    hypervisor.digest(guest)
    if guest.state != DomainState.PAUSED:
        return
    if guest.reason != DomainPausedReason.MIGRATION:
        memory_stream.settle(guest)
        return
    happenings.resume(
        hypervisor, guest, DomainRunningReason.MIGRATION_CANCELED,
        DomainEventResumedDetailType.MIGRATED,
    )  # fmt: skip
