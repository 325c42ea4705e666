"""A guest's long act: what it counts while it goes on, how it ended, and stopping it."""

from __future__ import annotations

import time

from vsh.api.types import TypedParams
from vsh.drivers.qemu import telling
from vsh.drivers.state.jobs import ALLOWED, AsyncJob
from vsh.drivers.state.locks import Aside
from vsh.errors import OperationInvalid
from vsh.qmp.value import integer, struct
from vsh.words.domain.job import DomainJobOperation, DomainJobType
from vsh.words.event_id import DomainEventID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.qmp.value import Struct

_PAUSE = 0.01
_NAMES = {
    DomainJobOperation.SAVE: "domain save",
    DomainJobOperation.DUMP: "domain core dump",
    DomainJobOperation.SNAPSHOT: "snapshot",
}

_CACHED = (
    ("cache-size", "compression_cache"), ("bytes", "compression_bytes"),
    ("pages", "compression_pages"), ("cache-miss", "compression_cache_misses"),
    ("overflow", "compression_overflow"),
)  # fmt: skip


class LongJob(AsyncJob):
    """``with LongJob(...) as job:``, by who holds a guest that nobody else is changing.

    Others look at the guest meanwhile, end it, or stop the job.

    within   it is a part of the job that who holds the guest has
    allowed  what may be done beside it
    """

    __slots__ = ("_guest", "_hypervisor", "_within")

    def __init__(
        self,
        hypervisor: Hypervisor,
        guest: Guest,
        operation: DomainJobOperation,
        owner: str,
        *,
        within: bool = False,
        allowed: frozenset[int] = ALLOWED,
    ) -> None:
        super().__init__(int(operation), _NAMES[operation], owner, allowed)
        self._hypervisor = hypervisor
        self._guest = guest
        self._within = within

    def __enter__(self) -> Self:
        if self._within:
            self._guest.jobs.lengthen(self)
            return self
        self._guest.jobs.begin_long(self)
        if self._guest.gone or not self._guest.active:
            self._guest.jobs.end_long()
            raise OperationInvalid("domain is not running")
        return self

    def __exit__(self, *raised: object) -> None:
        if self._within:
            self._guest.jobs.shorten()
        else:
            self._guest.jobs.end_long()

    def pause(self) -> None:
        """Let others have the guest for a moment.

        Raises OperationInvalid where the guest has gone meanwhile.
        """
        with Aside(self._guest.lock):
            time.sleep(_PAUSE)
        self._hypervisor.digest(self._guest)
        if not self._guest.active:
            raise OperationInvalid("domain is not running")

    def completed(self) -> None:
        """It has been done: its numbers stay, and whoever listens is told."""
        ended(self._hypervisor, self._guest, self)


def ended(hypervisor: Hypervisor, guest: Guest, job: AsyncJob) -> None:
    """Keep the numbers of a job that has been done, and tell."""
    keep(guest, job)
    tell_ended(hypervisor, guest)


def keep(guest: Guest, job: AsyncJob) -> None:
    """Keep the numbers of a job that has been done."""
    guest.ended_job = {
        "operation": job.operation,
        "elapsed": round(job.elapsed * 1000),
        "numbers": {name: int(value) for name, value in job.progress.items()},
    }


def tell_ended(hypervisor: Hypervisor, guest: Guest) -> None:
    """Tell whoever listens of a guest's last job that was done."""
    telling.tell(hypervisor, guest, DomainEventID.JOB_COMPLETED, numbers_of_ended(guest)[1])


def numbers_of_ended(guest: Guest) -> tuple[DomainJobType, TypedParams]:
    """What stays of a guest's last job that was done: its type and its numbers."""
    found = guest.ended_job
    if found is None:
        return DomainJobType.NONE, TypedParams()
    params = TypedParams().set("operation", "int", found["operation"])
    params.set("time_elapsed", "ullong", found["elapsed"])
    for name, value in found["numbers"].items():
        params.set(name, kind_of(name, value), value)
    kind = DomainJobType(found.get("type", DomainJobType.COMPLETED))
    if found["operation"] == DomainJobOperation.BACKUP:
        params.set("success", "boolean", kind == DomainJobType.COMPLETED)
        if found.get("problem"):
            params.set("errmsg", "string", found["problem"])
    return kind, params


def kind_of(name: str, value: object) -> str:
    """The wire's type of a job's number."""
    if name == "auto_converge_throttle":
        return "int"
    return "string" if isinstance(value, str) else "ullong"


def migration(told: Struct, disks: tuple[int, int] | None = None) -> dict[str, int | str]:
    """What QEMU counts of a stream (query-migrate), by libvirt's names and in its order.

    disks  of a guest that moves: bytes of the disks that go along, and how many have gone
    """
    memory = struct(told.get("ram"))
    found: dict[str, int | str] = {}
    over = told.get("status") == "completed"
    for name, ours in (
        ("downtime" if over else "expected-downtime", "downtime"), ("setup-time", "setup_time"),
    ):  # fmt: skip
        if name in told:
            found[ours] = integer(told[name])
    total, left, done = (integer(memory.get(n), 0) for n in ("total", "remaining", "transferred"))
    more, gone = disks or (0, 0)
    found |= _amounts("data", total + more, done + gone, left + more - gone)
    found |= _amounts("memory", total, done, left)
    speed = memory.get("mbps")
    if isinstance(speed, int | float) and speed > 0:
        found["memory_bps"] = int(speed * 125_000)  # of millions of bits
    if "duplicate" in memory:
        found["memory_constant"] = integer(memory["duplicate"])
        found["memory_normal"] = integer(memory.get("normal"), 0)
        found["memory_normal_bytes"] = integer(memory.get("normal-bytes"), 0)
    found["memory_dirty_rate"] = integer(memory.get("dirty-pages-rate"), 0)
    found["memory_iteration"] = integer(memory.get("dirty-sync-count"), 0)
    found["memory_postcopy_requests"] = integer(memory.get("postcopy-requests"), 0)
    size = integer(memory.get("page-size"), 0)
    if size:
        found["memory_page_size"] = size
    if disks is not None:
        found |= _amounts("disk", more, gone, more - gone)
        found |= _tried(told)
    return found


def _amounts(what: str, total: int, done: int, left: int) -> dict[str, int | str]:
    return {f"{what}_total": total, f"{what}_processed": done, f"{what}_remaining": left}


def _tried(told: Struct) -> dict[str, int | str]:
    """What QEMU counts of the ways to send less: pages compared with sent ones, slower CPUs."""
    found: dict[str, int | str] = {}
    if "xbzrle-cache" in told:
        cache = struct(told["xbzrle-cache"])
        found = {ours: integer(cache.get(name), 0) for name, ours in _CACHED}
    throttle = integer(told.get("cpu-throttle-percentage"), 0)
    if throttle:
        found["auto_converge_throttle"] = throttle
    return found


def dump(told: Struct) -> dict[str, int | str]:
    """What QEMU counts of a dump (query-dump), by libvirt's names."""
    total, done = integer(told.get("total"), 0), integer(told.get("completed"), 0)
    return {"memory_total": total, "memory_processed": done, "memory_remaining": total - done}
