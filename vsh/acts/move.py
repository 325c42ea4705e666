"""Moving a guest between two hosts that the same program talks to: the five steps of protocol 3.

The program carries a cookie from one host to the other at every step.  Whatever happens after the
destination was prepared, it is told how it ended, and so is the source.
"""

from __future__ import annotations

from vsh.api.stream import Stream
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
from vsh.words.domain.migration import DomainMigrate
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.types import TypedParams

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


def move(
    domain: Domain,
    destination: Connection,
    params: TypedParams,
    flags: int,
    *,
    carry: Callable[[Stream, bytes, int], bytes] | None = None,
) -> Domain:
    """Move a guest; its handle on the destination.

    carry  for a tunnelled migration: the source's step with a stream of the destination's, the
           cookie and the flags; the cookie that comes out

    Protection against changes is the source's own affair: its flag goes to all steps there.
    """
    source = domain.connection
    tunnelled = bool(flags & DomainMigrate.TUNNELLED)
    if tunnelled and carry is None:
        raise InvalidArgument.whole(
            "cannot perform tunnelled migration without using peer2peer flag"
        )
    _check(source, destination, params, flags)
    flags &= ~DomainMigrate.CHANGE_PROTECTION
    protected = 0
    if has_feature(source, FEATURE_PROTECTION):
        protected = DomainMigrate.CHANGE_PROTECTION
    begun = domain.migrate_begin3_params(params, flags | protected)
    params.set("destination_xml", "string", begun.xml)
    if not flags & DomainMigrate.POSTCOPY_RESUME and domain.get_state().state == DomainState.PAUSED:
        flags |= DomainMigrate.PAUSED
    stream = Stream(destination)
    try:
        if tunnelled:
            cookie = destination.domain_migrate_prepare_tunnel3_params(
                stream, params, begun.cookie_out, flags & ~SOURCE_ONLY
            )
        else:
            answer = destination.domain_migrate_prepare3_params(
                params, begun.cookie_out, flags & ~SOURCE_ONLY
            )
            cookie = answer.cookie_out
            if answer.uri_out:
                params.set("migrate_uri", "string", answer.uri_out)
    except Error:
        if protected:  # begin has started a job on the source
            _confirm(domain, params, b"", flags | protected, cancelled=True)
        raise
    failed: Error | None = None
    performed = True
    if not tunnelled and "migrate_uri" not in params:
        failed = InternalError("domainMigratePrepare3 did not set uri")
    elif flags & DomainMigrate.OFFLINE:
        cookie = b""  # it was for the step that is left out
    else:
        try:
            if tunnelled and carry is not None:
                cookie = carry(stream, cookie, flags | protected)
            else:
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
