"""Moving a running guest to another host: the five steps of libvirt's protocol, version 3.

The client carries a cookie from one host to the other at every step.  Whatever happens after the
destination was prepared, it is told how it ended, and so is the source.
"""

from __future__ import annotations

from vsh.api.flags.domain import DomainMigrate
from vsh.errors import ArgumentUnsupported, Error, InternalError, NoSupport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.types import TypedParams
    from vsh.cli.session import Session

PAUSED = 3  # a domain's state
FEATURE_P2P, FEATURE_DIRECT, FEATURE_V3, FEATURE_PROTECTION = 4, 5, 6, 7
FEATURE_OFFLINE, FEATURE_PARAMS = 12, 13
OLD_PARAMS = ("migrate_uri", "destination_name", "destination_xml", "bandwidth")
SOURCE_ONLY = DomainMigrate.ABORT_ON_ERROR | DomainMigrate.AUTO_CONVERGE


def has_feature(connection: Any, feature: int) -> bool:
    """Whether a driver has an internal feature, as far as it says so."""
    try:
        return bool(connection.supports_feature(feature))
    except Error:
        return False


def migrate_by_source(domain: Any, uri: str, params: TypedParams, flags: int) -> None:
    """Let the source's daemon talk to the destination itself."""
    connection = domain.connection
    peer = flags & DomainMigrate.PEER2PEER
    if flags & DomainMigrate.OFFLINE and not has_feature(connection, FEATURE_OFFLINE):
        raise ArgumentUnsupported("offline migration is not supported by the source host")
    if not has_feature(connection, FEATURE_P2P if peer else FEATURE_DIRECT):
        kind = "p2p" if peer else "direct"
        raise ArgumentUnsupported(f"{kind} migration is not supported by the source host")
    if peer:
        domain.migrate_perform3_params(uri, params, b"", flags)
    else:
        name = params.get("destination_name")
        domain.migrate_perform3(
            params.get("destination_xml"), b"", None, uri, flags, name, params.get("bandwidth", 0)
        )


def move(domain: Any, destination: Any, params: TypedParams, flags: int) -> Any:
    """Move a guest; its handle on the destination."""
    source = domain.connection
    _check(source, destination, params, flags)
    protection = 0
    if has_feature(source, FEATURE_PROTECTION):
        protection = DomainMigrate.CHANGE_PROTECTION
    begun = domain.migrate_begin3_params(params, flags | protection)
    params.set("destination_xml", "string", begun.xml)
    if domain.get_state().state == PAUSED:
        flags |= DomainMigrate.PAUSED
    failed: Error | None = None
    cookie = b""
    uri_out = None
    prepared = False
    try:
        cookie, uri_out = _prepare(destination, params, begun.cookie_out, flags)
        prepared = True
        if not flags & DomainMigrate.OFFLINE:
            if uri_out:
                params.set("migrate_uri", "string", uri_out)
            cookie = domain.migrate_perform3_params(None, params, cookie, flags | protection)
    except Error as error:
        failed = error
    return _end(domain, destination, params, cookie, flags, protection, failed, prepared=prepared)


def _prepare(
    destination: Any, params: TypedParams, cookie: bytes, flags: int
) -> tuple[bytes, str | None]:
    answer = destination.domain_migrate_prepare3_params(params, cookie, flags & ~SOURCE_ONLY)
    uri = answer.uri_out
    if not uri and "migrate_uri" not in params and not flags & DomainMigrate.OFFLINE:
        raise InternalError("domainMigratePrepare3 did not set uri")
    return answer.cookie_out, uri


def _end(
    domain: Any,
    destination: Any,
    params: TypedParams,
    cookie: bytes,
    flags: int,
    protection: int,
    failed: Error | None,
    *,
    prepared: bool,
) -> Any:
    """Finish on the destination, where it was prepared, then confirm on the source."""
    moved = None
    if prepared:
        if "destination_name" not in params:
            params.set("destination_name", "string", domain.name)
        try:
            finished = destination.domain_migrate_finish3_params(
                params, cookie, flags & ~SOURCE_ONLY, int(failed is not None)
            )
            moved, cookie = finished.domain, finished.cookie_out
        except Error as error:
            failed = failed or error
    try:
        domain.migrate_confirm3_params(
            params, cookie, flags | protection, int(failed is not None or moved is None)
        )
    except Error as error:
        failed = failed or error
    if failed is not None:
        raise failed
    return moved


def _check(source: Any, destination: Any, params: TypedParams, flags: int) -> None:
    """Refuse what the two hosts cannot do, in libvirt's order and words."""
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


def connect_to(session: Session, uri: str) -> Any:
    """A connection to the destination."""
    import vsh

    return vsh.connect(uri, keepalive=(session.keepalive_interval, session.keepalive_count))


def pause(domain: Any) -> None:
    """Force a migration to its end: a guest that stands still changes nothing."""
    domain.suspend()


def start_postcopy(domain: Any) -> None:
    """Force a migration to its end: let the guest run on the destination."""
    domain.migrate_start_post_copy(0)


def after_first_pass(domain: Any) -> bool:
    """Begin the post-copy phase once all memory was sent; True when that is done."""
    _, params = domain.get_job_stats(0)
    if params.get("memory_iteration", 0) < 2:
        return False
    domain.migrate_start_post_copy(0)
    return True
