"""migrate: move a guest to another host."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, SESSION, file_names
from vsh.cli.params import Argument, Flag, Option, int32, uint32, uint64
from vsh.commands._devices import disk_targets
from vsh.commands._files import read_text
from vsh.commands.domain._jobs import watched
from vsh.commands.domain._migration import (
    after_first_pass,
    connect_to,
    migrate_by_source,
    move,
    pause,
    start_postcopy,
)
from vsh.errors import CommandError, failing
from vsh.words.domain.migration import DomainMigrate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session


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
        "the destination's hypervisor, as this program (or with --p2p the source's daemon) sees it"
    ),
    live: bool = Flag("the guest goes on meanwhile"),
    offline: bool = Flag("only the definition of a guest that does not run"),
    p2p: bool = Flag("the source's daemon talks to the destination's"),
    direct: bool = Flag("the source's hypervisor talks to the destination's"),
    tunnelled: bool = Flag("the guest's data go through the daemons' connection"),
    persistent: bool = Flag("define it on the destination"),
    undefinesource: bool = Flag("undefine it on the source"),
    suspend: bool = Flag("leave it paused on the destination"),
    copy_storage_all: bool = Flag("copy its disks too, wholly"),
    copy_storage_inc: bool = Flag("copy its disks too, but not their backing images"),
    copy_storage_synchronous_writes: bool = Flag("while disks are copied writes go to both hosts"),
    change_protection: bool = Flag("let nobody change its definition meanwhile"),
    unsafe: bool = Flag("even where its disks' caches make that unsafe"),
    verbose: bool = Flag("show the progress"),
    compressed: bool = Flag("compress memory that is sent again"),
    auto_converge: bool = Flag("slow the guest down where it changes memory too fast"),
    rdma_pin_all: bool = Flag("pin all its memory before an RDMA migration"),
    abort_on_error: bool = Flag("give up at an I/O error of a disk"),
    postcopy: bool = Flag("it may run on the destination before all its memory is there"),
    postcopy_after_precopy: bool = Flag("and does so after the first pass over its memory"),
    postcopy_resume: bool = Flag("go on with a migration that broke after that"),
    zerocopy: bool = Flag("send memory without copying it first"),
    migrateuri: str | None = Option(
        "where the guest's data go, if not to the host of the URI", by_place=True
    ),
    graphicsuri: str | None = Option(
        "where clients of its display find it afterwards", by_place=True
    ),
    listen_address: str | None = Option("address that the destination listens on", by_place=True),
    dname: str | None = Option("its name on the destination", by_place=True),
    timeout: int | None = Option(
        "seconds after which the migration is forced to end", kind=uint32, by_place=True
    ),
    timeout_suspend: bool = Flag("by pausing the guest"),
    timeout_postcopy: bool = Flag("by letting it run on the destination"),
    xml: str | None = Option(
        "file with its document for the destination", by_place=True, complete=file_names
    ),
    migrate_disks: str | None = Option(
        "disks that are copied, comma-separated", by_place=True, complete=disk_targets
    ),
    migrate_disks_detect_zeroes: str | None = Option(
        "of these, those whose zeros are not sent", complete=disk_targets
    ),
    migrate_disks_target_zero: str | None = Option(
        "of these, those whose copy reads as zeros now", complete=disk_targets
    ),
    disks_port: int | None = Option("port for the disks' data", kind=int32, by_place=True),
    disks_uri: str | None = Option("where the disks' data go"),
    comp_methods: str | None = Option(
        "how to compress, comma-separated", complete=("xbzrle", "mt", "zlib", "zstd")
    ),
    comp_mt_level: int | None = Option("how hard mt compresses, 0 to 9", kind=int32),
    comp_mt_threads: int | None = Option("threads that compress on the source", kind=int32),
    comp_mt_dthreads: int | None = Option("threads that decompress on the destination", kind=int32),
    comp_xbzrle_cache: int | None = Option("bytes of memory for xbzrle", kind=uint64),
    auto_converge_initial: int | None = Option("percent of the first slowing down", kind=int32),
    auto_converge_increment: int | None = Option("percent of each further one", kind=int32),
    persistent_xml: str | None = Option(
        "file with the document that is defined there", complete=file_names
    ),
    tls: bool = Flag("encrypt the guest's data"),
    postcopy_bandwidth: int | None = Option("MiB/s once it runs on the destination", kind=uint64),
    parallel: bool = Flag("send memory over several connections"),
    parallel_connections: int | None = Option("how many", kind=int32),
    bandwidth: int | None = Option("limit in MiB/s", kind=uint64),
    tls_destination: str | None = Option("the destination's name in its certificate"),
    comp_zlib_level: int | None = Option("how hard zlib compresses, 0 to 9", kind=int32),
    comp_zstd_level: int | None = Option("how hard zstd compresses, 0 to 20", kind=int32),
    available_switchover_bandwidth: int | None = Option(
        "MiB/s that the last step may count on", kind=uint64
    ),
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
    flags = 0
    for given, bit in (
        (live, DomainMigrate.LIVE),
        (p2p, DomainMigrate.PEER2PEER),
        (tunnelled, DomainMigrate.TUNNELLED),
        (persistent, DomainMigrate.PERSIST_DEST),
        (undefinesource, DomainMigrate.UNDEFINE_SOURCE),
        (suspend, DomainMigrate.PAUSED),
        (copy_storage_all, DomainMigrate.NON_SHARED_DISK),
        (copy_storage_inc, DomainMigrate.NON_SHARED_INC),
        (copy_storage_synchronous_writes, DomainMigrate.NON_SHARED_SYNCHRONOUS_WRITES),
        (change_protection, DomainMigrate.CHANGE_PROTECTION),
        (unsafe, DomainMigrate.UNSAFE),
        (compressed, DomainMigrate.COMPRESSED),
        (auto_converge, DomainMigrate.AUTO_CONVERGE),
        (rdma_pin_all, DomainMigrate.RDMA_PIN_ALL),
        (offline, DomainMigrate.OFFLINE),
        (abort_on_error, DomainMigrate.ABORT_ON_ERROR),
        (postcopy, DomainMigrate.POSTCOPY),
        (postcopy_resume, DomainMigrate.POSTCOPY_RESUME),
        (zerocopy, DomainMigrate.ZEROCOPY),
        (tls, DomainMigrate.TLS),
        (parallel, DomainMigrate.PARALLEL),
    ):
        flags |= bit if given else 0
    copied = copy_storage_all or copy_storage_inc
    destination = None if p2p or direct else connect_to(session, desturi)
    try:
        if copy_storage_synchronous_writes and not copied:
            _need_copy("copy-storage-synchronous-writes")
        params = TypedParams()
        _add(
            params,
            ("migrate_uri", "string", migrateuri),
            ("graphics_uri", "string", graphicsuri),
            ("listen_address", "string", listen_address),
            ("disks_port", "int", disks_port or None),
            ("disks_uri", "string", disks_uri),
            ("destination_name", "string", dname),
        )
        for name, option, text in (
            ("migrate_disks", "migrate-disks", migrate_disks),
            (
                "migrate_disks_detect_zeroes",
                "migrate-disks-detect-zeroes",
                migrate_disks_detect_zeroes,
            ),
            ("migrate_disks_target_zero", "migrate-disks-target-zero", migrate_disks_target_zero),
        ):
            if text is not None:
                if not copied:
                    _need_copy(option)
                params.set(name, "string", text.split(","))
        if comp_methods is not None:
            params.set("compression", "string", comp_methods.split(","))
        _add(
            params,
            ("compression.mt.level", "int", comp_mt_level),
            ("compression.mt.threads", "int", comp_mt_threads),
            ("compression.mt.dthreads", "int", comp_mt_dthreads),
            ("compression.xbzrle.cache", "ullong", comp_xbzrle_cache),
        )
        for name, file in (("destination_xml", xml), ("persistent_xml", persistent_xml)):
            if file is not None:
                with failing(f"cannot read file '{file}'"):
                    params.set(name, "string", read_text(file))
        _add(
            params,
            ("auto_converge.initial", "int", auto_converge_initial),
            ("auto_converge.increment", "int", auto_converge_increment),
            ("bandwidth.postcopy", "ullong", postcopy_bandwidth),
            ("parallel.connections", "int", parallel_connections),
            ("compression.zlib.level", "int", comp_zlib_level),
            ("compression.zstd.level", "int", comp_zstd_level),
            ("bandwidth", "ullong", bandwidth),
            ("tls.destination", "string", tls_destination),
            ("bandwidth.avail.switchover", "ullong", available_switchover_bandwidth),
        )

        def work() -> None:
            if destination is None:
                migrate_by_source(domain, desturi, params, flags)
            else:
                move(domain, destination, params, flags)

        watched(
            session,
            domain,
            work,
            "Migration",
            verbose=verbose,
            timeout=timeout or 0,
            on_timeout=start_postcopy if timeout_postcopy else pause,
            on_poll=after_first_pass if postcopy_after_precopy else None,
        )
    finally:
        if destination is not None:
            destination.close()


def _add(params: TypedParams, *values: tuple[str, str, object]) -> None:
    for name, kind, value in values:
        if value is not None:
            params.set(name, kind, value)


def _need_copy(option: str) -> None:
    raise CommandError(f"'--{option}' requires one of '--copy-storage-all', '--copy-storage-inc'")
