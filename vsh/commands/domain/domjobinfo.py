"""domjobinfo: how far the job on a domain is."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import BITS, Flag
from vsh.commands._sizes import pretty
from vsh.errors import CommandError, NoSupport
from vsh.output.document import Fields, Text
from vsh.words.domain.job import DomainGetJobStats, DomainJobOperation, DomainJobType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.output.document import Document


INFO_NAMES = {
    "time_elapsed": "timeElapsed",
    "time_remaining": "timeRemaining",
    "data_total": "dataTotal",
    "data_processed": "dataProcessed",
    "data_remaining": "dataRemaining",
    "memory_total": "memTotal",
    "memory_processed": "memProcessed",
    "memory_remaining": "memRemaining",
    "disk_total": "fileTotal",
    "disk_processed": "fileProcessed",
    "disk_remaining": "fileRemaining",
}
RUNNING = (DomainJobType.BOUNDED, DomainJobType.UNBOUNDED)
PARTS = ("processed", "remaining", "total")
UNITS = {
    "": ("", 1),
    "ms": ("_ns", 1000000),
    "bytes": ("_bytes", 1),
    "pages/s": ("_pages_per_second", 1),
}
"""What a key ends with for a unit, and what its number is multiplied with."""


@command(
    requires={"keep-completed": "completed"},
    tells=(
        "type operation? raw? time_elapsed_ns? time_elapsed_net_ns? time_remaining_ns? "
        "data_total_bytes? data_processed_bytes? data_remaining_bytes? "
        "memory_total_bytes? memory_processed_bytes? memory_remaining_bytes? "
        "memory_bytes_per_second? memory_dirty_rate_pages_per_second? "
        "memory_page_size_bytes? memory_iteration? memory_postcopy_requests? "
        "disk_total_bytes? disk_processed_bytes? disk_remaining_bytes? "
        "disk_bytes_per_second? memory_constant? memory_normal? memory_normal_bytes? "
        "downtime_ns? downtime_net_ns? setup_time_ns? compression_cache_bytes? "
        "compression_bytes? compression_pages? compression_cache_misses? "
        "compression_overflow? auto_converge_throttle? disk_temp_used_bytes? "
        "disk_temp_total_bytes? errmsg?"
    ),
)
def domjobinfo(
    domain: Domain = ACTIVE_DOMAIN,
    completed: bool = Flag("of the last job that has ended", bit=DomainGetJobStats.COMPLETED),
    keep_completed: bool = Flag(
        "and keep its numbers for the next time", bit=DomainGetJobStats.KEEP_COMPLETED
    ),
    anystats: bool = Flag("all numbers, whatever kind of job it is"),
    rawstats: bool = Flag("the numbers as the hypervisor gives them"),
    flags: int = BITS,
) -> Document:
    """Print how far the job on a domain is: a migration, save, dump or backup.

    Amounts are scaled; --rawstats prints plain numbers.

    Examples:
        domjobinfo web1  # how far the job is
        domjobinfo web1 --completed  # what the last one came to
    """
    kind, params = _ask(domain, flags, raw=rawstats)
    if rawstats:
        lines = [f"{name}: {_raw(params.types[name], params[name])}\n" for name in params]
        return Text(
            f"Job type: {kind}\n\n" + "".join(lines),
            type=DomainJobType.word_of(kind).lower(),
            raw=dict(params),
        )
    type_word = DomainJobType.word_of(kind)
    fields = JobFields(params)
    fields.add("Job type:", f"{type_word:12}", type=type_word.lower())
    if kind == DomainJobType.NONE:
        return fields
    operation = DomainJobOperation.word_of(params.get("operation", 0))
    fields.add("Operation:", f"{operation:12}", operation=operation.lower())
    running = kind in RUNNING or (completed and kind == DomainJobType.COMPLETED)
    if running or anystats:
        _add_numbers(fields, kind)
    return fields


def _ask(domain: Domain, flags: int, *, raw: bool) -> tuple[int, TypedParams]:
    """The job's type and numbers; a hypervisor that has no details gives the main ones."""
    try:
        kind, params = domain.get_job_stats(flags)
    except NoSupport as error:
        if flags or raw:
            raise CommandError(
                "Optional flags or --rawstats are not supported by the daemon"
            ) from error
        info = domain.get_job_info()
        params = TypedParams()
        for name, field in INFO_NAMES.items():
            params.set(name, "ullong", getattr(info, field))
        kind = info.type
    return kind, params


def _raw(kind: str, value: Any) -> str:
    """A value in the form of libvirt's own listings, which is not that of other commands."""
    if kind == "double":
        return f"{value:g}"
    return str(int(value) if kind == "boolean" else value)


class JobFields(Fields):
    """Fields that are there only where the job has their parameter."""

    __slots__ = ("params",)

    def __init__(self, params: TypedParams) -> None:
        super().__init__(17)
        self.params = params

    def number(self, label: str, name: str, unit: str = "", *, width: int = 12) -> None:
        """A number, with its unit after it."""
        value = self.params.get(name)
        if value is not None:
            ending, factor = UNITS[unit]
            told = {name + ending: value * factor}
            self.add(label, f"{value:<{width}}{unit and ' ' + unit}", **told)

    def size(self, label: str, name: str, end: str = "") -> None:
        """A number of bytes in the unit that fits."""
        value = self.params.get(name)
        if value is not None:
            key = name.removesuffix("_bytes").removesuffix("_bps") + "_bytes"
            if end:
                key += "_per_second"
            self.add(label, pretty(value, 3) + end, **{key: value})

    def sizes(self, label: str, name: str) -> bool:
        """What is done, what is left, and all of it; False where there is nothing of the kind."""
        values = [self.params.get(f"{name}_{part}", 0) for part in PARTS]
        if any(values):
            for part, value in zip(PARTS, values, strict=True):
                key = f"{name}_{part}_bytes"
                self.add(f"{label} {part}:", pretty(value, 3), **{key: value})
        return any(values)

    def speed(self, label: str, name: str) -> None:
        """Bytes per second, unless there were none."""
        if self.params.get(name):
            self.size(label, name, "/s")


def _add_numbers(fields: JobFields, kind: int) -> None:
    for name in ("time_elapsed", "time_remaining"):  # shown even where they are not known
        if name not in fields.params:
            fields.params.set(name, "ullong", 0)
    fields.number("Time elapsed:", "time_elapsed", "ms")
    fields.number("Time elapsed w/o network:", "time_elapsed_net", "ms")
    if kind == DomainJobType.BOUNDED:
        fields.number("Time remaining:", "time_remaining", "ms")
    fields.sizes("Data", "data")
    if fields.sizes("Memory", "memory"):
        fields.speed("Memory bandwidth:", "memory_bps")
        fields.number("Dirty rate:", "memory_dirty_rate", "pages/s")
        fields.number("Page size:", "memory_page_size", "bytes")
        fields.number("Iteration:", "memory_iteration")
        fields.number("Postcopy requests:", "memory_postcopy_requests")
    if fields.sizes("File", "disk"):
        fields.speed("File bandwidth:", "disk_bps")
    fields.number("Constant pages:", "memory_constant")
    fields.number("Normal pages:", "memory_normal")
    fields.size("Normal data:", "memory_normal_bytes")
    completed = kind == DomainJobType.COMPLETED
    downtime = "Total downtime:" if completed else "Expected downtime:"
    fields.number(downtime, "downtime", "ms")
    fields.number("Downtime w/o network:", "downtime_net", "ms")
    fields.number("Setup time:", "setup_time", "ms")
    fields.size("Compression cache:", "compression_cache")
    fields.size("Compressed data:", "compression_bytes")
    fields.number("Compressed pages:", "compression_pages", width=13)
    fields.number("Compression cache misses:", "compression_cache_misses", width=13)
    fields.number("Compression overflows:", "compression_overflow", width=13)
    fields.number("Auto converge throttle:", "auto_converge_throttle", width=13)
    fields.size("Temporary disk space use:", "disk_temp_used")
    fields.size("Temporary disk space total:", "disk_temp_total")
    message = fields.params.get("errmsg")
    if message is not None:
        fields.add("Error message:", message, errmsg=message)
