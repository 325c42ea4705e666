"""Moving a guest to another host, by ourselves or by its own host, and what is done meanwhile."""

from __future__ import annotations

from vsh.acts.move import (
    FEATURE_DIRECT,
    FEATURE_OFFLINE,
    FEATURE_P2P,
    OLD_PARAMS,
    has_feature,
    move,
)
from vsh.api.job import Job, Progress
from vsh.api.types import TypedParams
from vsh.errors import ArgumentUnsupported, InvalidArgument
from vsh.words import excludes
from vsh.words.domain.migration import DomainMigrate

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
    """Whether a URI can only mean the host that reads it; a socket or a root was chosen with
    care."""
    from vsh.api.uri import parse

    uri = parse(text)
    if uri.host:
        return uri.host.startswith("localhost")
    return not (uri.query.get("root") or (uri.transport == "unix" and uri.query.get("socket")))


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
