"""domblkstat: what a domain's disk has read and written."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Argument, Flag, anything
from vsh.commands._devices import disk_targets
from vsh.commands._typed import typed_text
from vsh.errors import NoSupport, failing
from vsh.output.document import Numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


FIELDS = (
    ("rd_operations", "rd_req", "number of read operations:"),
    ("rd_bytes", "rd_bytes", "number of bytes read:"),
    ("wr_operations", "wr_req", "number of write operations:"),
    ("wr_bytes", "wr_bytes", "number of bytes written:"),
    ("errs", "errs", "error count:"),
    ("flush_operations", "flush_operations", "number of flush operations:"),
    ("rd_total_times", "rd_total_times", "total duration of reads (ns):"),
    ("wr_total_times", "wr_total_times", "total duration of writes (ns):"),
    ("flush_total_times", "flush_total_times", "total duration of flushes (ns):"),
)
"""libvirt's name of a number, the short word and the long one; in printing order."""


@command(
    tells=(
        "target read_requests? read_bytes? read_time_ns? write_requests? write_bytes? "
        "write_time_ns? flush_requests? flush_time_ns? errors? params?"
    )
)
def domblkstat(
    domain: Domain = ACTIVE_DOMAIN,
    device: str | None = Argument(
        "target or source of the disk; without it all disks together",
        kind=anything,
        required=False,
        complete=disk_targets,
    ),
    human: bool = Flag("explain the fields"),
) -> Document:
    """Print the statistics of a running domain's disk.

    Numbers that the hypervisor does not know are left out.

    Examples:
        domblkstat web1 vda --human  # what it read and wrote
    """
    device = device or ""
    values: dict[str, str]
    try:
        params = domain.block_stats_flags(device)
        numbers = dict(params)
        values = {name: typed_text(params.types[name], value) for name, value in params.items()}
    except NoSupport:
        with failing(f"Failed to get block stats {domain.called} {device}"):
            stats = domain.block_stats(device)
        numbers = {
            field[0]: value for field, value in zip(FIELDS, stats, strict=False) if value >= 0
        }
        values = {name: str(value) for name, value in numbers.items()}
    lines = [f"Device: {device}"] if human else []
    start = "" if human else device
    for name, short, long in FIELDS:
        if name in values:
            lines.append(
                f"{start} {long if human else short:{31 if human else 0}} {values.pop(name)}"
            )
    lines += [f"{start} {name} {value}" for name, value in values.items()]
    return Numbers("".join(f"{line}\n" for line in lines), target=device or None, **_raw(numbers))


KEYS = {
    "rd_operations": "read_requests",
    "rd_bytes": "read_bytes",
    "wr_operations": "write_requests",
    "wr_bytes": "write_bytes",
    "errs": "errors",
    "flush_operations": "flush_requests",
    "rd_total_times": "read_time_ns",
    "wr_total_times": "write_time_ns",
    "flush_total_times": "flush_time_ns",
}
"""libvirt's name of a number, and its key."""


def _raw(numbers: dict[str, object]) -> dict[str, object]:
    return {KEYS.get(name, name): value for name, value in numbers.items()}
