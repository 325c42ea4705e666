"""What QEMU is told for the flags and parameters of a migration."""

from __future__ import annotations

from vsh.drivers.qemu.guest import BANDWIDTH_MAX
from vsh.errors import ArgumentUnsupported, InvalidArgument, OperationInvalid, OperationUnsupported
from vsh.qmp.value import structs
from vsh.words.domain.migration import DomainMigrate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vsh.api.types import TypedParams
    from vsh.qmp.value import Ask

FLAGS = (
    DomainMigrate.LIVE | DomainMigrate.PEER2PEER | DomainMigrate.PERSIST_DEST
    | DomainMigrate.UNDEFINE_SOURCE | DomainMigrate.PAUSED | DomainMigrate.NON_SHARED_DISK
    | DomainMigrate.NON_SHARED_INC | DomainMigrate.CHANGE_PROTECTION | DomainMigrate.UNSAFE
    | DomainMigrate.OFFLINE | DomainMigrate.COMPRESSED | DomainMigrate.ABORT_ON_ERROR
    | DomainMigrate.AUTO_CONVERGE | DomainMigrate.POSTCOPY | DomainMigrate.PARALLEL
    | DomainMigrate.NON_SHARED_SYNCHRONOUS_WRITES | DomainMigrate.TUNNELLED | DomainMigrate.TLS
    | DomainMigrate.ZEROCOPY | DomainMigrate.POSTCOPY_RESUME | DomainMigrate.RDMA_PIN_ALL
)  # fmt: skip
"""What this driver does."""
COPIED = DomainMigrate.NON_SHARED_DISK | DomainMigrate.NON_SHARED_INC
MEBIBYTE = 1 << 20
DISKS = ("migrate_disks", "migrate_disks_detect_zeroes", "migrate_disks_target_zero")
_PLACES = (
    ("migrate_uri", "migration URI"), ("listen_address", "listen address"),
    ("disks_port", "disk port address"), ("disks_uri", "disk port address"),
)  # fmt: skip
_SOURCE, _DESTINATION = 1, 2
_BOTH = _SOURCE | _DESTINATION
_NUMBERS: dict[str, tuple[str, int, int]] = {
    "auto_converge.initial": ("cpu-throttle-initial", 1, _SOURCE),
    "auto_converge.increment": ("cpu-throttle-increment", 1, _SOURCE),
    "bandwidth": ("max-bandwidth", MEBIBYTE, _SOURCE),
    "bandwidth.postcopy": ("max-postcopy-bandwidth", MEBIBYTE, _BOTH),
    "bandwidth.avail.switchover": ("avail-switchover-bandwidth", MEBIBYTE, _SOURCE),
    "compression.mt.level": ("compress-level", 1, _BOTH),
    "compression.mt.threads": ("compress-threads", 1, _BOTH),
    "compression.mt.dthreads": ("decompress-threads", 1, _BOTH),
    "compression.xbzrle.cache": ("xbzrle-cache-size", 1, _BOTH),
    "compression.zlib.level": ("multifd-zlib-level", 1, _BOTH),
    "compression.zstd.level": ("multifd-zstd-level", 1, _BOTH),
    "parallel.connections": ("multifd-channels", 1, _BOTH),
}
"""Parameters by libvirt's names: QEMU's names, units, and the sides that are told."""
RETURN_PATH = "return-path"
"""The destination says whether all of it has come, before the source takes it for sent."""
_METHODS = ("xbzrle", "mt", "zlib", "zstd")
_ALONE = ("xbzrle", "mt")  # of guests that are sent by one connection; libvirt 9.0.0 has no others
_TUNED = (
    ("compression.mt.", "mt", "multithread"), ("compression.xbzrle.", "xbzrle", "xbzrle"),
    ("compression.zlib.", "zlib", "zlib"), ("compression.zstd.", "zstd", "zstd"),
)  # fmt: skip


def check(flags: int, params: TypedParams, *, source: bool, modern: bool) -> None:
    """Refuse what this driver does not do.  Raises Error.

    source  whether it is asked as the source: some flags are told to no destination
    modern  the guest is on a board newer than libvirt 9.0.0
    """
    unknown = flags & ~FLAGS
    if unknown:
        names = ", ".join(str(word.name).lower() for word in DomainMigrate if word & unknown)
        raise ArgumentUnsupported(f"migration flags that this driver does not know: {names}")
    if flags & DomainMigrate.NON_SHARED_DISK and flags & DomainMigrate.NON_SHARED_INC:
        raise InvalidArgument.whole(
            "Flags 'non_shared_disk' and 'non_shared_inc' are mutually exclusive"
        )
    _check_postcopy(flags)
    if source:
        _check_source(flags)
    if modern:
        _check_disks(flags, params)
    for name in ("auto_converge.initial", "auto_converge.increment"):
        if source and name in params and not flags & DomainMigrate.AUTO_CONVERGE:
            raise InvalidArgument("Turn auto convergence on to tune it")
    if "parallel.connections" in params and not flags & DomainMigrate.PARALLEL:
        raise InvalidArgument("Turn parallel migration on to tune it")
    _check_compression(flags, params, modern=modern)


def check_encryption(flags: int, *, forced: bool) -> None:
    """Whether guests may go by this way.  Raises OperationInvalid."""
    if forced and not flags & (DomainMigrate.TUNNELLED | DomainMigrate.OFFLINE | DomainMigrate.TLS):
        raise OperationInvalid(
            "this libvirtd instance allows migration only with VIR_MIGRATE_TLS flag"
        )


def check_tunnel(flags: int, params: TypedParams) -> None:
    """Refuse what says where to, of a guest that goes by the connection of its two daemons.

    Raises ArgumentUnsupported.
    """
    if not flags & DomainMigrate.TUNNELLED:
        return
    for name, words in _PLACES:
        if name in params:
            raise ArgumentUnsupported(f"{words} is not supported by tunnelled migration")


def _check_postcopy(flags: int) -> None:
    """What does not go together with post-copy."""
    if not flags & DomainMigrate.POSTCOPY:
        return
    if not flags & DomainMigrate.LIVE or flags & DomainMigrate.PAUSED:
        raise ArgumentUnsupported(
            "post-copy migration is not supported with non-live or paused migration"
        )
    if flags & DomainMigrate.TUNNELLED:
        raise ArgumentUnsupported("post-copy is not supported with tunnelled migration")


def _check_source(flags: int) -> None:
    """What the source has to say about flags that do not go together."""
    tunnelled = bool(flags & DomainMigrate.TUNNELLED)
    if flags & DomainMigrate.POSTCOPY_RESUME and not flags & DomainMigrate.POSTCOPY:
        raise ArgumentUnsupported(
            "resuming failed post-copy migration requires post-copy to be enabled"
        )
    if tunnelled and flags & DomainMigrate.TLS:  # libvirt's QEMUs wait for each other in vain
        raise ArgumentUnsupported("encryption by TLS is not supported with tunnelled migration")
    if flags & DomainMigrate.OFFLINE and tunnelled:
        raise OperationInvalid("tunnelled offline migration does not make sense")
    if flags & DomainMigrate.ZEROCOPY and not flags & DomainMigrate.PARALLEL:
        raise OperationInvalid("zero-copy is only available for parallel migration")
    if tunnelled and flags & COPIED:
        raise OperationUnsupported(
            "migration of non-shared storage is not supported with tunnelled migration and this "
            "QEMU"
        )


def _check_compression(flags: int, params: TypedParams, *, modern: bool) -> None:
    """Which ways to compress there are, and what is said of those that were not asked for."""
    asked = methods(params)
    parallel = bool(flags & DomainMigrate.PARALLEL)
    for method in asked:
        alone = method in _ALONE
        if method not in _METHODS or not (alone or modern):
            raise InvalidArgument(f"Unsupported compression method '{method}'")
        if asked.count(method) > 1:
            raise InvalidArgument(f"Compression method '{method}' is specified twice")
        if not alone and not parallel:
            raise InvalidArgument(
                f"Compression method '{method}' is only supported with parallel migration"
            )
        if alone and parallel and modern:
            raise InvalidArgument(
                f"Compression method '{method}' isn't supported with parallel migration"
            )
    for prefix, method, name in _TUNED:
        if method not in asked and any(each.startswith(prefix) for each in params):
            raise InvalidArgument(f"Turn {name} compression on to tune it")


def _check_disks(flags: int, params: TypedParams) -> None:
    """What is said about disks is only for those that are copied."""
    if flags & COPIED:
        return
    for name in DISKS:
        if name in params:
            raise InvalidArgument.whole(
                f"use of 'VIR_MIGRATE_PARAM_{name.upper()}' requires use of "
                "'VIR_MIGRATE_NON_SHARED_DISK' or 'VIR_MIGRATE_NON_SHARED_INC' flag"
            )


def methods(params: TypedParams) -> list[str]:
    """The ways of compression that were asked for."""
    return several(params, "compression")


def several(params: TypedParams, name: str) -> list[str]:
    """The values of a parameter that may come more than once."""
    value = params.get(name)
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def tell(
    ask: Ask, flags: int, params: TypedParams, *, source: bool, bandwidth: int = BANDWIDTH_MAX,
    more: Mapping[str, bool] | None = None,
) -> None:  # fmt: skip
    """Set QEMU's capabilities and parameters of a migration.  Raises Error.

    bandwidth  MiB a second, where the parameters say nothing
    """
    asked = methods(params)
    if flags & DomainMigrate.COMPRESSED and not asked:
        asked = ["xbzrle"]
    known = capabilities(ask)
    wanted = {
        "events": True,
        "xbzrle": "xbzrle" in asked,
        "compress": "mt" in asked,
        "postcopy-ram": bool(flags & DomainMigrate.POSTCOPY),
        "multifd": bool(flags & DomainMigrate.PARALLEL),
        "return-path": not flags & DomainMigrate.TUNNELLED and RETURN_PATH in known,
        "zero-copy-send": bool(flags & DomainMigrate.ZEROCOPY) and source,
        "auto-converge": bool(flags & DomainMigrate.AUTO_CONVERGE) and source,
        "rdma-pin-all": bool(flags & DomainMigrate.RDMA_PIN_ALL),  # only RDMA minds it
        **(more or {}),
    }
    for name, state in wanted.items():
        if state and name not in known:
            raise ArgumentUnsupported(f"Migration option '{name}' is not supported by QEMU binary")
    said = [{"capability": name, "state": state} for name, state in wanted.items() if name in known]
    ask("migrate-set-capabilities", {"capabilities": said})
    side = _SOURCE if source else _DESTINATION
    values: dict[str, object] = {}
    if source and "bandwidth" not in params:
        values["max-bandwidth"] = bandwidth * MEBIBYTE
    for name, (own, unit, sides) in _NUMBERS.items():
        value = params.get(name)
        if value is not None and sides & side:
            values[own] = int(value) * unit
    for method in ("zlib", "zstd"):
        if method in asked:
            values["multifd-compression"] = method
    if values:
        ask("migrate-set-parameters", values)


def capabilities(ask: Ask) -> frozenset[str]:
    """The capabilities of migration that a QEMU has."""
    answer = structs(ask("query-migrate-capabilities"))
    return frozenset(str(each["capability"]) for each in answer)
