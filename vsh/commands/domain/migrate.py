"""migrate: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag, Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("live", "offline"), ("timeout-suspend", "timeout-postcopy"), ("copy-storage-all", "copy-storage-inc"),), requires={"postcopy-after-precopy": "postcopy", "postcopy-resume": "postcopy", "timeout-postcopy": "postcopy", "persistent-xml": "persistent", "tls-destination": "tls"}, old={"tunneled": "tunnelled"})
def migrate(
    domain: Any = DOMAIN,
    desturi: str = Argument(""),
    live: bool = Flag("affect running domain"),
    offline: bool = Flag(""),
    p2p: bool = Flag(""),
    direct: bool = Flag(""),
    tunnelled: bool = Flag(""),
    persistent: bool = Flag(""),
    undefinesource: bool = Flag(""),
    suspend: bool = Flag(""),
    copy_storage_all: bool = Flag(""),
    copy_storage_inc: bool = Flag(""),
    copy_storage_synchronous_writes: bool = Flag(""),
    change_protection: bool = Flag(""),
    unsafe: bool = Flag(""),
    verbose: bool = Flag(""),
    compressed: bool = Flag(""),
    auto_converge: bool = Flag(""),
    rdma_pin_all: bool = Flag(""),
    abort_on_error: bool = Flag(""),
    postcopy: bool = Flag(""),
    postcopy_after_precopy: bool = Flag(""),
    postcopy_resume: bool = Flag(""),
    zerocopy: bool = Flag(""),
    migrateuri: str | None = Option("", by_place=True),
    graphicsuri: str | None = Option("", by_place=True),
    listen_address: str | None = Option("", by_place=True),
    dname: str | None = Option("", by_place=True),
    timeout: int | None = Option("", kind=uint32, by_place=True),
    timeout_suspend: bool = Flag(""),
    timeout_postcopy: bool = Flag(""),
    xml: str | None = Option("", by_place=True),
    migrate_disks: str | None = Option("", by_place=True),
    migrate_disks_detect_zeroes: str | None = Option(""),
    migrate_disks_target_zero: str | None = Option(""),
    disks_port: int | None = Option("", kind=uint32, by_place=True),
    disks_uri: str | None = Option(""),
    comp_methods: str | None = Option(""),
    comp_mt_level: int | None = Option("", kind=uint32),
    comp_mt_threads: int | None = Option("", kind=uint32),
    comp_mt_dthreads: int | None = Option("", kind=uint32),
    comp_xbzrle_cache: int | None = Option("", kind=uint32),
    auto_converge_initial: int | None = Option("", kind=uint32),
    auto_converge_increment: int | None = Option("", kind=uint32),
    persistent_xml: str | None = Option(""),
    tls: bool = Flag(""),
    postcopy_bandwidth: int | None = Option("", kind=uint32),
    parallel: bool = Flag(""),
    parallel_connections: int | None = Option("", kind=uint32),
    bandwidth: int | None = Option("", kind=uint32),
    tls_destination: str | None = Option(""),
    comp_zlib_level: int | None = Option("", kind=uint32),
    comp_zstd_level: int | None = Option("", kind=uint32),
    available_switchover_bandwidth: int | None = Option("", kind=uint32),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
