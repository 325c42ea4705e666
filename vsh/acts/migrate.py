"""Moving a guest to another host: the five steps of libvirt's protocol, version 3.

The client carries a cookie from one host to the other at every step.  Whatever happens after the
destination was prepared, it is told how it ended, and so is the source.
"""

from __future__ import annotations

from vsh.api.job import Job, Progress
from vsh.api.types import TypedParams
from vsh.errors import (
    ArgumentUnsupported,
    Domains,
    Error,
    InternalError,
    InvalidArgument,
    MigrateFinishOk,
    NoSupport,
    OperationFailed,
)
from vsh.words import excludes
from vsh.words.domain.migration import DomainMigrate
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

PARAMETERS = {
    "migrate_uri": "string",
    "graphics_uri": "string",
    "listen_address": "string",
    "disks_port": "int",
    "disks_uri": "string",
    "destination_name": "string",
    "destination_xml": "string",
    "persistent_xml": "string",
    "migrate_disks": "string",
    "migrate_disks_detect_zeroes": "string",
    "migrate_disks_target_zero": "string",
    "compression": "string",
    "compression.mt.level": "int",
    "compression.mt.threads": "int",
    "compression.mt.dthreads": "int",
    "compression.xbzrle.cache": "ullong",
    "compression.zlib.level": "int",
    "compression.zstd.level": "int",
    "auto_converge.initial": "int",
    "auto_converge.increment": "int",
    "bandwidth": "ullong",
    "bandwidth.postcopy": "ullong",
    "bandwidth.avail.switchover": "ullong",
    "parallel.connections": "int",
    "tls.destination": "string",
}
"""The parameters of a migration (``VIR_MIGRATE_PARAM_...``), and the types of their values."""

FEATURE_P2P, FEATURE_DIRECT, FEATURE_V3, FEATURE_PROTECTION = 4, 5, 6, 7
FEATURE_OFFLINE, FEATURE_PARAMS = 12, 13
OLD_PARAMS = ("migrate_uri", "destination_name", "destination_xml", "bandwidth")
SOURCE_ONLY = DomainMigrate.ABORT_ON_ERROR | DomainMigrate.AUTO_CONVERGE


def has_feature(connection: Connection, feature: int) -> bool:
    """Whether a driver has an internal feature, as far as it says so."""
    try:
        return bool(connection.supports_feature(feature))
    except Error:
        return False


def migrate_by_source(domain: Domain, uri: str, params: TypedParams, flags: int) -> None:
    """Let the source's daemon, or its hypervisor, talk to the destination itself."""
    connection = domain.connection
    if flags & DomainMigrate.TUNNELLED and flags & DomainMigrate.PARALLEL:
        raise InvalidArgument.whole(excludes(DomainMigrate.TUNNELLED, DomainMigrate.PARALLEL))
    peer = flags & DomainMigrate.PEER2PEER
    if flags & DomainMigrate.OFFLINE and not has_feature(connection, FEATURE_OFFLINE):
        raise ArgumentUnsupported("offline migration is not supported by the source host")
    if not has_feature(connection, FEATURE_P2P if peer else FEATURE_DIRECT):
        kind = "p2p" if peer else "direct"
        raise ArgumentUnsupported(f"{kind} migration is not supported by the source host")
    if not peer:
        if any(name not in OLD_PARAMS for name in params):
            raise ArgumentUnsupported("Some parameters are not supported by migration protocol 3")
        domain.migrate_perform3(
            params.get("destination_xml"),
            b"",
            None,
            params.get("migrate_uri"),
            flags,
            params.get("destination_name"),
            params.get("bandwidth", 0),
        )
        return
    if _is_here(uri):
        raise InvalidArgument.whole("Attempt to migrate guest to the same host")
    domain.migrate_perform3_params(uri, params, b"", flags)


def _is_here(text: str) -> bool:
    """Whether a URI can only mean the host that reads it; a socket was chosen with care."""
    from vsh.api.uri import parse

    uri = parse(text)
    if uri.host:
        return uri.host.startswith("localhost")
    return not (uri.transport == "unix" and uri.query.get("socket"))


def move(domain: Domain, destination: Connection, params: TypedParams, flags: int) -> Domain:
    """Move a guest; its handle on the destination.

    Protection against changes is the source's own affair: its flag goes to all steps there.
    """
    source = domain.connection
    _check(source, destination, params, flags)
    flags &= ~DomainMigrate.CHANGE_PROTECTION
    protected = 0
    if has_feature(source, FEATURE_PROTECTION):
        protected = DomainMigrate.CHANGE_PROTECTION
    begun = domain.migrate_begin3_params(params, flags | protected)
    params.set("destination_xml", "string", begun.xml)
    if not flags & DomainMigrate.POSTCOPY_RESUME and domain.get_state().state == DomainState.PAUSED:
        flags |= DomainMigrate.PAUSED
    try:
        answer = destination.domain_migrate_prepare3_params(
            params, begun.cookie_out, flags & ~SOURCE_ONLY
        )
    except Error:
        if protected:  # begin has started a job on the source
            _confirm(domain, params, b"", flags | protected, cancelled=True)
        raise
    failed: Error | None = None
    cookie = answer.cookie_out
    performed = True
    if answer.uri_out:
        params.set("migrate_uri", "string", answer.uri_out)
    if "migrate_uri" not in params:
        failed = InternalError("domainMigratePrepare3 did not set uri")
    elif flags & DomainMigrate.OFFLINE:
        cookie = b""  # it was for the step that is left out
    else:
        try:
            cookie = domain.migrate_perform3_params(None, params, cookie, flags | protected)
        except Error as error:
            failed, cookie, performed = error, b"", False
    moved, cookie, failed = _finish(domain, destination, params, cookie, flags, failed)
    if performed:
        _confirm(domain, params, cookie, flags | protected, cancelled=moved is None)
    if failed is not None:
        raise failed
    assert moved is not None
    return moved


def _finish(
    domain: Domain,
    destination: Connection,
    params: TypedParams,
    cookie: bytes,
    flags: int,
    failed: Error | None,
) -> tuple[Domain | None, bytes, Error | None]:
    """Tell the destination how it went: its guest, the cookie for the source, and what failed."""
    if "destination_name" not in params:
        params.set("destination_name", "string", domain.name)
    try:
        finished = destination.domain_migrate_finish3_params(
            params, cookie, flags & ~SOURCE_ONLY, int(failed is not None)
        )
    except Error as error:
        return None, b"", error if failed is None else _both(failed, error)
    return finished.domain, finished.cookie_out, failed


def _both(source: Error, destination: Error) -> Error:
    """What failed, where neither host alone may know why."""
    if (source.domain, source.code) != (Domains.QEMU, OperationFailed.code) or (
        destination.domain != Domains.QEMU or isinstance(destination, MigrateFinishOk)
    ):
        return source
    return OperationFailed(
        f"migration failed. Message from the source host: {source.message}. "
        f"Message from the destination host: {destination.message}"
    )


def _confirm(
    domain: Domain, params: TypedParams, cookie: bytes, flags: int, *, cancelled: bool
) -> None:
    """Let the source's guest go, or go on if ``cancelled``.

    Where that fails nothing more can be done: the guest may stay paused on the source.
    """
    try:
        domain.migrate_confirm3_params(params, cookie, flags, int(cancelled))
    except Error:
        return


def _check(source: Connection, destination: Connection, params: TypedParams, flags: int) -> None:
    """Refuse what the two hosts cannot do, in libvirt's order and words."""
    if flags & DomainMigrate.TUNNELLED:
        raise InvalidArgument.whole(
            "cannot perform tunnelled migration without using peer2peer flag"
        )
    if flags & DomainMigrate.OFFLINE:
        for connection, which in ((source, "source"), (destination, "destination")):
            if not has_feature(connection, FEATURE_OFFLINE):
                raise ArgumentUnsupported(f"offline migration is not supported by the {which} host")
    if flags & DomainMigrate.CHANGE_PROTECTION and not has_feature(source, FEATURE_PROTECTION):
        raise ArgumentUnsupported("cannot enforce change protection")
    if has_feature(source, FEATURE_PARAMS) and has_feature(destination, FEATURE_PARAMS):
        return
    if any(name not in OLD_PARAMS for name in params):
        raise ArgumentUnsupported(
            "Migration APIs with extensible parameters are not supported but "
            "extended parameters were passed"
        )
    raise NoSupport("virDomainMigrate3")


def migrate(
    domain: Domain,
    destination: Connection | str,
    params: Mapping[str, object] | None = None,
    flags: int = 0,
    *,
    timeout: float | None = None,
    force: str = "suspend",
    postcopy_after_precopy: bool = False,
    direct: bool = False,
) -> Job[Domain | None]:
    """Move a guest to another host, as ``Connection.migrate`` says."""
    typed = TypedParams()
    for name, value in (params or {}).items():
        if name not in PARAMETERS:
            raise ValueError(f"{name!r} is no parameter of a migration: see PARAMETERS")
        typed.set(name, PARAMETERS[name], value)
    if force not in FORCED:
        raise ValueError(f"a migration cannot be forced by {force!r}: one of {', '.join(FORCED)}")

    def work() -> Domain | None:
        if not isinstance(destination, str):
            return move(domain, destination, typed, flags)
        if direct or flags & DomainMigrate.PEER2PEER:
            migrate_by_source(domain, destination, typed, flags)
            return None
        import vsh

        there = vsh.connect(destination)
        with there:
            return move(domain, there, typed, flags)

    look = None
    if timeout or postcopy_after_precopy:
        look = _Beside(domain, timeout, FORCED[force], first_pass=postcopy_after_precopy)
    return Job(domain, work, look)


FORCED: dict[str, Callable[[Domain], None]] = {
    "suspend": lambda domain: domain.suspend(),  # a guest that stands still changes nothing
    "postcopy": lambda domain: domain.migrate_start_post_copy(0),
}
"""How a migration that takes too long is brought to its end."""


class _Beside:
    """What is done while a guest moves: post-copy after the first pass, and when time is up."""

    def __init__(
        self,
        domain: Domain,
        timeout: float | None,
        force: Callable[[Domain], None],
        *,
        first_pass: bool,
    ) -> None:
        self.domain = domain
        self.timeout = timeout
        self.force = force
        self.first_pass = first_pass
        self.deadline: float | None = None

    def __call__(self, progress: Progress) -> None:
        from time import monotonic

        if self.first_pass:
            _, params = self.domain.get_job_stats(0)
            if params.get("memory_iteration", 0) >= 2:
                self.first_pass = False
                self.domain.migrate_start_post_copy(0)
        if not self.timeout or progress.total <= 0:
            return
        if self.deadline is None:  # the time is that of the job itself
            self.deadline = monotonic() + self.timeout
        elif monotonic() >= self.deadline:
            self.timeout = None
            self.force(self.domain)
