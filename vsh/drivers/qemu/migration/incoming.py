"""The destination's steps of a migration: prepare, finish.  For who holds the guest."""

from __future__ import annotations

import os
import socket
import time
from urllib.parse import urlsplit

from vsh.drivers.qemu import definitions, happenings, images, launch
from vsh.drivers.qemu.migration import cookie, mirrors, settings
from vsh.drivers.state.locks import Aside
from vsh.errors import InternalError, InvalidArgument, OperationFailed, OperationInvalid
from vsh.qmp.value import struct
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

    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.monitor import Monitor
    from vsh.qmp.value import Value

PORTS = range(49152, 49216)
"""Where guests come in, as libvirt's."""
PATIENCE = 60.0
"""Seconds that the rest of a guest may take after the source has sent it."""
PAUSE = 0.02


class Arrival:
    """Where a guest comes in: QEMU's own address, and what the source is told.

    uri    "tcp:HOST:PORT" for the source's QEMU
    port   of the disks, where any are copied
    """

    def __init__(self, uri: str, listen: str, host: str) -> None:
        self.uri = uri
        self.listen = listen
        self.host = host
        self.port: int | None = None


def arrival(params: TypedParams) -> Arrival:
    """Choose where the guest comes in.  Raises InvalidArgument, OperationFailed."""
    wanted = params.get("migrate_uri")
    listen = str(params.get("listen_address") or "")
    if wanted is None:
        host, port = socket.gethostname(), _free_port()
        if host.split(".")[0] == "localhost":
            raise InternalError(
                "hostname on destination resolved to localhost, but migration requires an FQDN"
            )
        return Arrival(f"tcp:{host}:{port}", _address(listen, port), listen)
    text = str(wanted)
    if not text.startswith("tcp:"):
        scheme = urlsplit(text).scheme or text
        raise InvalidArgument.whole(f"unsupported scheme {scheme} in migration URI {text}")
    parts = urlsplit(text if "//" in text else text.replace("tcp:", "tcp://", 1))
    try:
        port = parts.port or 0
    except ValueError:
        raise InvalidArgument.whole(f"unable to parse URI: {text}") from None
    if not parts.hostname:
        raise InvalidArgument.whole(f"missing host in migration URI: {text}")
    if not port:
        port = _free_port()
    shown = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Arrival(f"tcp:{shown}:{port}", _address(listen, port), listen)


def _address(listen: str, port: int) -> str:
    if not listen:
        listen = "[::]" if _has_ipv6() else ""  # all addresses, for QEMU
    elif ":" in listen and not listen.startswith("["):
        listen = f"[{listen}]"
    return f"tcp:{listen}:{port}"


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::", 0))
    except OSError:
        return False
    return True


def _free_port() -> int:
    family = socket.AF_INET6 if _has_ipv6() else socket.AF_INET
    for port in PORTS:
        with socket.socket(family) as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return port
    raise OperationFailed(
        f"Unable to find an unused port in range 'migration' ({PORTS[0]}-{PORTS[-1]})"
    )


def prepare(
    hypervisor: Hypervisor, guest: Guest, here: str, params: TypedParams, data: bytes, flags: int
) -> tuple[bytes, str]:
    """Start a QEMU that waits for the guest; a cookie for the source, and where it waits.

    Raises Error; nothing has changed then.
    """
    heard = cookie.read(data)
    place = arrival(params)
    copied = flags & (DomainMigrate.NON_SHARED_DISK | DomainMigrate.NON_SHARED_INC)
    targets = settings.several(params, "migrate_disks")
    if copied and heard is not None:
        _make_images(guest, heard, shallow=bool(flags & DomainMigrate.NON_SHARED_INC))

    def await_guest(monitor: Monitor) -> None:
        def ask(command: str, arguments: Mapping[str, object] | None = None, /) -> Value:
            return monitor.call(command, None if arguments is None else dict(arguments))

        settings.tell(ask, flags, params, source=False, more={"late-block-activate": True})
        monitor.call("migrate-incoming", {"uri": place.listen})

    launch.start(
        hypervisor, guest, DomainRunningReason.MIGRATED, paused=True,
        more=("-incoming", "defer"), incoming=await_guest,
    )  # fmt: skip
    assert guest.run is not None
    guest.run.moving = "in"
    guest.reason = int(DomainPausedReason.MIGRATION)
    hypervisor.guests.keep(guest)
    happenings.tell_life(
        hypervisor, guest, DomainEventType.STARTED, DomainEventStartedDetailType.MIGRATED
    )
    said = cookie.Cookie(guest.name, guest.uuid, here)
    if copied and heard is not None:
        try:
            said.port = _take_disks(guest, targets or list(heard.disks), params, place.host)
        except BaseException:
            drop(hypervisor, guest)
            raise
    return said.write(), place.uri


def _make_images(guest: Guest, heard: cookie.Cookie, *, shallow: bool) -> None:
    """Files for disks that are not here yet.  Raises Error."""
    for disk in guest.definition.disks:
        size = heard.disks.get(str(disk.target))
        path = None if disk.source is None else disk.source.path
        if size is None or not path or disk.type != "file" or os.path.exists(path):
            continue
        if shallow:
            raise OperationFailed(
                "pre-creation of storage targets for incremental storage migration is not supported"
            )
        images.empty(path, str(disk.driver_type or "raw"), size)


def _take_disks(guest: Guest, targets: list[str], params: TypedParams, listen: str) -> int:
    """Let the source write the disks; the port where it can."""
    port = int(params.get("disks_port", 0)) or _free_port()
    host = listen or ("::" if _has_ipv6() else "")
    guest.ask(
        "nbd-server-start", {"addr": {"type": "inet", "data": {"host": host, "port": str(port)}}}
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
    hypervisor: Hypervisor, guest: Guest, data: bytes, flags: int, *, cancelled: bool
) -> None:
    """Let the guest run here, or drop it.  Raises Error; the guest is gone then."""
    run = guest.run
    if flags & DomainMigrate.OFFLINE and run is None:
        if cancelled:
            if not guest.persistent:
                hypervisor.guests.remove(guest)
            return
        _keep(hypervisor, guest, cookie.read(data), flags)
        return
    if run is None or run.moving != "in":
        raise OperationFailed(
            f"migration of domain '{guest.name}' has failed: it is not waited for"
        )
    if cancelled:
        drop(hypervisor, guest)
        return
    try:
        _arrived(hypervisor, guest)
    except BaseException:
        drop(hypervisor, guest)
        raise
    if flags & (DomainMigrate.NON_SHARED_DISK | DomainMigrate.NON_SHARED_INC):
        guest.ask("nbd-server-stop")
    run.moving = ""
    _keep(hypervisor, guest, cookie.read(data), flags)
    if flags & DomainMigrate.PAUSED:
        guest.reason = int(DomainPausedReason.USER)
        happenings.tell_life(
            hypervisor, guest, DomainEventType.SUSPENDED, DomainEventSuspendedDetailType.PAUSED
        )
    else:
        happenings.resume(
            hypervisor, guest, DomainRunningReason.MIGRATED, DomainEventResumedDetailType.MIGRATED
        )
    hypervisor.guests.keep(guest)


def _arrived(hypervisor: Hypervisor, guest: Guest) -> None:
    """Until all of it is here.  Raises OperationFailed."""
    until = time.monotonic() + PATIENCE
    while True:
        answer = struct(guest.ask("query-migrate"))
        status = str(answer.get("status", ""))
        if status in ("completed", "postcopy-active"):
            return
        if status == "failed" or guest.run is None or time.monotonic() > until:
            why = str(answer.get("error-desc", "")) or "it did not arrive"
            raise OperationFailed(f"job 'migration in' failed: {why}")
        with Aside(guest.lock):
            time.sleep(PAUSE)


def _keep(hypervisor: Hypervisor, guest: Guest, heard: cookie.Cookie | None, flags: int) -> None:
    """Where it is to stay here: define it."""
    if not flags & DomainMigrate.PERSIST_DEST:
        return
    new = not guest.persistent
    guest.persistent = True
    text = None if heard is None else heard.persistent
    if text is not None:
        later = definitions.parsed(text, hypervisor.emulator, new=False)
        later.name = guest.name
        if guest.active:
            guest.planned = later
        else:
            guest.definition = later
    elif guest.active and guest.planned is None:
        guest.planned = definitions.copied(guest.definition)
    details = DomainEventDefinedDetailType
    happenings.tell_life(
        hypervisor, guest, DomainEventType.DEFINED, details.ADDED if new else details.UPDATED
    )
    hypervisor.guests.keep(guest)


def drop(hypervisor: Hypervisor, guest: Guest) -> None:
    """End the QEMU that waits: the guest runs elsewhere, or nowhere."""
    happenings.end(
        hypervisor, guest, DomainShutoffReason.FAILED, DomainEventStoppedDetailType.FAILED
    )


def offline(hypervisor: Hypervisor, guest: Guest, here: str) -> bytes:
    """A guest that is off is defined when it is finished; a cookie for the source."""
    if guest.active:
        raise OperationInvalid(f"domain is already active as '{guest.name}'")
    return cookie.Cookie(guest.name, guest.uuid, here).write()
