"""migrate: move a guest to another host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, SESSION, file_names
from vsh.cli.params import BITS, Argument, Flag, Option, int32, late, string, uint32, uint64
from vsh.cli.places import Places
from vsh.commands._devices import disk_targets
from vsh.commands._files import read_text
from vsh.commands.domain._jobs import watched
from vsh.errors import CommandError, failing
from vsh.words.domain.migration import DomainMigrate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn, TypeAlias, TypeVar

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.cli.session import Session

    Value = TypeVar("Value")
    Late: TypeAlias = Callable[[], Value] | None

LATE_INT, LATE_LONG, LATE_TEXT = late(int32), late(uint64), late(string)
"""The destination is connected before these are read, as virsh does."""


@command(
    exclusive=(
        ("live", "offline"),
        ("timeout-suspend", "timeout-postcopy"),
        ("copy-storage-all", "copy-storage-inc"),
    ),
    requires={
        "postcopy-after-precopy": "postcopy",
        "postcopy-resume": "postcopy",
        "timeout-postcopy": "postcopy",
        "persistent-xml": "persistent",
        "tls-destination": "tls",
    },
    old={"tunneled": "tunnelled"},
)
def migrate(
    domain: Domain = DOMAIN,
    desturi: str = Argument(
        "the destination's hypervisor, as this program (or with --p2p the source's daemon) sees it",
        complete=Places(),
    ),
    live: bool = Flag("the guest goes on meanwhile", bit=DomainMigrate.LIVE),
    offline: bool = Flag(
        "only the definition of a guest that does not run", bit=DomainMigrate.OFFLINE
    ),
    p2p: bool = Flag("the source's daemon talks to the destination's", bit=DomainMigrate.PEER2PEER),
    direct: bool = Flag("the source's hypervisor talks to the destination's"),
    tunnelled: bool = Flag(
        "the guest's data go through the daemons' connection", bit=DomainMigrate.TUNNELLED
    ),
    persistent: bool = Flag("define it on the destination", bit=DomainMigrate.PERSIST_DEST),
    undefinesource: bool = Flag("undefine it on the source", bit=DomainMigrate.UNDEFINE_SOURCE),
    suspend: bool = Flag("leave it paused on the destination", bit=DomainMigrate.PAUSED),
    copy_storage_all: bool = Flag("copy its disks too, wholly", bit=DomainMigrate.NON_SHARED_DISK),
    copy_storage_inc: bool = Flag(
        "copy its disks too, but not their backing images", bit=DomainMigrate.NON_SHARED_INC
    ),
    copy_storage_synchronous_writes: bool = Flag(
        "while disks are copied writes go to both hosts",
        bit=DomainMigrate.NON_SHARED_SYNCHRONOUS_WRITES,
    ),
    change_protection: bool = Flag(
        "let nobody change its definition meanwhile", bit=DomainMigrate.CHANGE_PROTECTION
    ),
    unsafe: bool = Flag("even where its disks' caches make that unsafe", bit=DomainMigrate.UNSAFE),
    verbose: bool = Flag("show the progress"),
    compressed: bool = Flag("compress memory that is sent again", bit=DomainMigrate.COMPRESSED),
    auto_converge: bool = Flag(
        "slow the guest down where it changes memory too fast", bit=DomainMigrate.AUTO_CONVERGE
    ),
    rdma_pin_all: bool = Flag(
        "pin all its memory before an RDMA migration", bit=DomainMigrate.RDMA_PIN_ALL
    ),
    abort_on_error: bool = Flag(
        "give up at an I/O error of a disk", bit=DomainMigrate.ABORT_ON_ERROR
    ),
    postcopy: bool = Flag(
        "it may run on the destination before all its memory is there", bit=DomainMigrate.POSTCOPY
    ),
    postcopy_after_precopy: bool = Flag("and does so after the first pass over its memory"),
    postcopy_resume: bool = Flag(
        "go on with a migration that broke after that", bit=DomainMigrate.POSTCOPY_RESUME
    ),
    zerocopy: bool = Flag("send memory without copying it first", bit=DomainMigrate.ZEROCOPY),
    migrateuri: Late[str] = Option(
        "where the guest's data go, if not to the host of the URI", by_place=True, kind=LATE_TEXT
    ),
    graphicsuri: Late[str] = Option(
        "where clients of its display find it afterwards", by_place=True, kind=LATE_TEXT
    ),
    listen_address: Late[str] = Option(
        "address that the destination listens on", by_place=True, kind=LATE_TEXT
    ),
    dname: Late[str] = Option("its name on the destination", by_place=True, kind=LATE_TEXT),
    timeout: int | None = Option(
        "seconds after which the migration is forced to end", kind=uint32, by_place=True
    ),
    timeout_suspend: bool = Flag("by pausing the guest"),
    timeout_postcopy: bool = Flag("by letting it run on the destination"),
    xml: Late[str] = Option(
        "file with its document for the destination",
        by_place=True,
        complete=file_names,
        kind=LATE_TEXT,
    ),
    migrate_disks: Late[str] = Option(
        "disks that are copied, comma-separated",
        by_place=True,
        complete=disk_targets,
        kind=LATE_TEXT,
    ),
    migrate_disks_detect_zeroes: Late[str] = Option(
        "of these, those whose zeros are not sent", complete=disk_targets, kind=LATE_TEXT
    ),
    migrate_disks_target_zero: Late[str] = Option(
        "of these, those whose copy reads as zeros now", complete=disk_targets, kind=LATE_TEXT
    ),
    disks_port: Late[int] = Option("port for the disks' data", kind=LATE_INT, by_place=True),
    disks_uri: Late[str] = Option("where the disks' data go", kind=LATE_TEXT),
    comp_methods: Late[str] = Option(
        "how to compress, comma-separated",
        complete=("xbzrle", "mt", "zlib", "zstd"),
        kind=LATE_TEXT,
    ),
    comp_mt_level: Late[int] = Option("how hard mt compresses, 0 to 9", kind=LATE_INT),
    comp_mt_threads: Late[int] = Option("threads that compress on the source", kind=LATE_INT),
    comp_mt_dthreads: Late[int] = Option(
        "threads that decompress on the destination", kind=LATE_INT
    ),
    comp_xbzrle_cache: Late[int] = Option("bytes of memory for xbzrle", kind=LATE_LONG),
    auto_converge_initial: Late[int] = Option("percent of the first slowing down", kind=LATE_INT),
    auto_converge_increment: Late[int] = Option("percent of each further one", kind=LATE_INT),
    persistent_xml: Late[str] = Option(
        "file with the document that is defined there", complete=file_names, kind=LATE_TEXT
    ),
    tls: bool = Flag("encrypt the guest's data", bit=DomainMigrate.TLS),
    postcopy_bandwidth: Late[int] = Option("MiB/s once it runs on the destination", kind=LATE_LONG),
    parallel: bool = Flag("send memory over several connections", bit=DomainMigrate.PARALLEL),
    parallel_connections: Late[int] = Option("how many", kind=LATE_INT),
    bandwidth: Late[int] = Option("limit in MiB/s", kind=LATE_LONG),
    tls_destination: Late[str] = Option(
        "the destination's name in its certificate", kind=LATE_TEXT
    ),
    comp_zlib_level: Late[int] = Option("how hard zlib compresses, 0 to 9", kind=LATE_INT),
    comp_zstd_level: Late[int] = Option("how hard zstd compresses, 0 to 20", kind=LATE_INT),
    available_switchover_bandwidth: Late[int] = Option(
        "MiB/s that the last step may count on", kind=LATE_LONG
    ),
    flags: int = BITS,
    session: Session = SESSION,
) -> None:
    """Move a guest to another host.

    Both hosts must see its disks, unless they are copied.  Ctrl-C gives up; the guest goes on here.

    Examples:
        migrate web1 qemu+ssh://kvm8/system --live --persistent --undefinesource --verbose
            # move it while it runs
        migrate web1 qemu+ssh://kvm8/system --live --copy-storage-all --verbose  # with its disks
        migrate db1 qemu+ssh://kvm8/system --offline --persistent  # only its definition
    """
    if timeout and not live:
        raise CommandError("migrate: Unexpected timeout for offline migration", hint="add --live")
    if not timeout and (timeout_suspend or timeout_postcopy):
        raise CommandError("migrate: Unexpected --timeout-* option without --timeout")
    copied = copy_storage_all or copy_storage_inc
    desturi = session.place(desturi) or desturi
    destination: Connection | str = desturi
    if not p2p and not direct:
        destination = _connected(session, desturi)
    try:
        if copy_storage_synchronous_writes and not copied:
            _need_copy("copy-storage-synchronous-writes")
        params = _read(
            ("migrate_uri", migrateuri),
            ("graphics_uri", graphicsuri),
            ("listen_address", listen_address),
            ("disks_port", disks_port),
            ("disks_uri", disks_uri),
            ("destination_name", dname),
            ("migrate_disks", _disks("migrate-disks", migrate_disks, copied=copied)),
            (
                "migrate_disks_detect_zeroes",
                _disks("migrate-disks-detect-zeroes", migrate_disks_detect_zeroes, copied=copied),
            ),
            (
                "migrate_disks_target_zero",
                _disks("migrate-disks-target-zero", migrate_disks_target_zero, copied=copied),
            ),
            ("compression", _parts(comp_methods)),
            ("compression.mt.level", comp_mt_level),
            ("compression.mt.threads", comp_mt_threads),
            ("compression.mt.dthreads", comp_mt_dthreads),
            ("compression.xbzrle.cache", comp_xbzrle_cache),
            ("destination_xml", _content(xml)),
            ("persistent_xml", _content(persistent_xml)),
            ("auto_converge.initial", auto_converge_initial),
            ("auto_converge.increment", auto_converge_increment),
            ("bandwidth.postcopy", postcopy_bandwidth),
            ("parallel.connections", parallel_connections),
            ("compression.zlib.level", comp_zlib_level),
            ("compression.zstd.level", comp_zstd_level),
            ("bandwidth", bandwidth),
            ("tls.destination", tls_destination),
            ("bandwidth.avail.switchover", available_switchover_bandwidth),
        )
        moving = domain.connection.migrate(
            domain,
            destination,
            params,
            flags,
            timeout=timeout,
            force="postcopy" if timeout_postcopy else "suspend",
            postcopy_after_precopy=postcopy_after_precopy,
            direct=direct,
        )
        watched(session, moving, "Migration", verbose=verbose)
    finally:
        if not isinstance(destination, str):
            destination.close()


def _connected(session: Session, uri: str) -> Connection:
    """A connection to the destination, kept alive as that to the source is."""
    import vsh

    return vsh.connect(uri, keepalive=(session.keepalive_interval, session.keepalive_count))


def _read(*values: tuple[str, Late[object]]) -> dict[str, object]:
    """What the parameters are that were given; they are read in this order."""
    params = {}
    for name, read in values:
        value = None if read is None else read()
        if value is not None and (value or name != "disks_port"):
            params[name] = value
    return params


def _disks(option: str, disks: Late[str], *, copied: bool) -> Late[list[str]]:
    """Disks that are copied, which they must be.  Reading raises CommandError."""
    parts = _parts(disks)

    def read() -> list[str]:
        assert parts is not None
        found = parts()
        if not copied:
            _need_copy(option)
        return found

    return None if parts is None else read


def _parts(text: Late[str]) -> Late[list[str]]:
    return None if text is None else lambda: text().split(",")


def _content(file: Late[str]) -> Late[str]:
    """The document in a file.  Reading raises CommandError."""

    def read() -> str:
        assert file is not None
        path = file()
        with failing(f"cannot read file '{path}'"):
            return read_text(path)

    return None if file is None else read


def _need_copy(option: str) -> NoReturn:
    raise CommandError(f"'--{option}' requires one of '--copy-storage-all', '--copy-storage-inc'")
