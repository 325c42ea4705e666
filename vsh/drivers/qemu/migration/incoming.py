"""The destination's steps of a migration: prepare, finish.  For who holds the guest."""

from __future__ import annotations

import os
import socket
import time
from urllib.parse import urlsplit

from vsh.drivers.qemu import definitions, happenings, images, launch, rights, telling
from vsh.drivers.qemu.guest import ANSWER_TIME
from vsh.drivers.qemu.migration import cookie, mirrors, settings
from vsh.drivers.qemu.monitor import CommandRefused
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
    from collections.abc import Callable, Mapping

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
    """Where a guest comes in.

    host    what the source is told
    listen  the address here; "" for all of them
    fixed   the port that was asked for, or None
    """

    def __init__(self, host: str, listen: str, fixed: int | None) -> None:
        self.host = host
        self.listen = listen
        self.fixed = fixed


def arrival(params: TypedParams) -> Arrival:
    """Where the guest is to come in.  Raises InvalidArgument, InternalError."""
    wanted = params.get("migrate_uri")
    listen = str(params.get("listen_address") or "")
    if wanted is None:
        host = socket.gethostname()
        if host.split(".")[0] == "localhost":
            raise InternalError(
                "hostname on destination resolved to localhost, but migration requires an FQDN"
            )
        return Arrival(host, listen, None)
    text = str(wanted)
    if not text.startswith("tcp:"):
        scheme = urlsplit(text).scheme or text
        raise InvalidArgument.whole(f"unsupported scheme {scheme} in migration URI {text}")
    parts = urlsplit(text if "//" in text else text.replace("tcp:", "tcp://", 1))
    try:
        port = parts.port
    except ValueError:
        raise InvalidArgument.whole(f"unable to parse URI: {text}") from None
    if not parts.hostname:
        raise InvalidArgument.whole(f"missing host in migration URI: {text}")
    shown = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Arrival(shown, listen, port or None)


def _at_a_free_port(fixed: int | None, listen: Callable[[int], object]) -> int:
    """Have QEMU listen at a port, the next one where another program was quicker; which it is.

    Raises OperationFailed where there is none, and what QEMU says of a port that was asked for.
    """
    if fixed is not None:
        listen(fixed)
        return fixed
    family = socket.AF_INET6 if _has_ipv6() else socket.AF_INET
    for port in PORTS:
        with socket.socket(family) as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
        try:
            listen(port)
        except CommandRefused as refused:
            if "in use" not in refused.words:
                raise
        else:
            return port
    raise OperationFailed(
        f"Unable to find an unused port in range 'migration' ({PORTS[0]}-{PORTS[-1]})"
    )


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

        if flags & DomainMigrate.POSTCOPY:
            rights.allow_postcopy()
        settings.tell(ask, flags, params, source=False, more={"late-block-activate": True})
        port = _at_a_free_port(
            place.fixed,
            lambda port: monitor.call(
                "migrate-incoming", {"uri": _address(place.listen, port)}, timeout=ANSWER_TIME
            ),
        )
        found.append(port)

    found: list[int] = []
    launch.start(
        hypervisor, guest, DomainRunningReason.MIGRATED, paused=True,
        more=("-incoming", "defer"), incoming=await_guest,
    )  # fmt: skip
    assert guest.run is not None
    guest.run.moving = "in"
    guest.reason = int(DomainPausedReason.MIGRATION)
    hypervisor.guests.keep(guest)
    telling.tell_life(
        hypervisor, guest, DomainEventType.STARTED, DomainEventStartedDetailType.MIGRATED
    )
    said = cookie.Cookie(guest.name, guest.uuid, here)
    if copied and heard is not None:
        try:
            said.port = _take_disks(guest, targets or list(heard.disks), params, place.listen)
        except BaseException:
            drop(hypervisor, guest)
            raise
    return said.write(), f"tcp:{place.host}:{found[0]}"


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
    host = listen or ("::" if _has_ipv6() else "")
    port = _at_a_free_port(
        int(params.get("disks_port", 0)) or None,
        lambda port: guest.ask(
            "nbd-server-start",
            {"addr": {"type": "inet", "data": {"host": host, "port": str(port)}}},
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
        telling.tell_life(
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
    telling.tell_life(
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
