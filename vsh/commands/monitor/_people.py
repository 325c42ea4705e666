"""The listing of domains for people: sizes, use of the CPUs, addresses, snapshots, up-time."""

from __future__ import annotations

from time import monotonic, sleep, time

from vsh.api.connection.records import NodeInfo
from vsh.api.domain.records import DomainInfo
from vsh.commands._states import id_word, shown_id
from vsh.errors import Error
from vsh.output.document import Column, Table
from vsh.output.units import duration, size
from vsh.words.domain.document import DomainMetadataType
from vsh.words.domain.guest import DomainInterfaceAddressesSource
from vsh.words.domain.state import DomainState, state_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vsh.api._call import Request
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.output.document import Document

LEASE = DomainInterfaceAddressesSource.LEASE
SAMPLE = 0.5
"""Seconds between two looks at the CPU time, where its use now is asked for."""
NO_LIMIT = 2**32 - 1


class Known:
    """What was found out about one domain; what it would not say is None.

    info     state, memory in KiB, vCPUs, CPU time in ns
    ip       the first address that a lease gave it
    since    when it was started, in seconds since 1970
    usage    how much of its vCPUs it uses, in percent
    """

    def __init__(self, domain: Domain, info: DomainInfo, answers: Iterator[object]) -> None:
        self.domain = domain
        self.info = info
        self.snapshots = _fine(next(answers))
        self.saved = next(answers) == 1
        self.ip = _address(next(answers))
        self.since: float | None = None
        self.usage: float | None = None
        self.word = state_word(info.state)

    def spread(self, answers: Iterator[object]) -> None:
        """Take what only the wide listing asks."""
        self.autostart = _fact(next(answers))
        self.persistent = _fact(next(answers))
        title = next(answers)
        self.title = None if isinstance(title, Error) or not title else str(title)
        limit = self.info.maxMem
        self.limit = None if limit == NO_LIMIT else limit * 1024


def listing(
    connection: Connection,
    domains: Sequence[Domain],
    *,
    uuid: bool,
    managed_save: bool,
    title: bool,
    wide: bool,
    cpu: bool,
) -> Document:
    """The domains with what people ask next, and a line about all of them.

    All is asked in one go: the listing takes as many round trips as the one for scripts; ``cpu``,
    the use of CPUs just now instead of that since each start, takes one more.
    """
    calls = [call for domain in domains for call in _calls(domain, wide=wide)]
    host, *answers = connection.many([connection.node_get_info.request(), *calls])
    found = _known(domains, iter(answers), wide=wide)
    for known in found:
        if managed_save and known.info.state == DomainState.SHUTOFF and known.saved:
            known.word = "saved"
    kept = [known.domain for known in found]
    for known, since in zip(found, connection.driver.started(kept), strict=True):
        known.since = since
        known.usage = _since_start(known)
    if cpu:
        _sample(connection, found)
    columns = [
        Column("Id", "id", shown_id, right=True, rank=3),
        Column("Name", "name"),
        Column("State", "state", rank=1),
        Column("vCPU", "vcpus", _shown, right=True, rank=5),
        Column("Memory", "memory_bytes", size, right=True, rank=2),
        Column("CPU", "usage_percent", _percent, right=True, rank=6),
        Column("IP", "ip", _shown, rank=1),
        Column("Snap", "snapshots", _shown, right=True, rank=4),
        Column("Up", "up_ns", _duration, right=True, rank=3, value=_nanoseconds),
    ]
    rows: list[list[object]] = [_row(known) for known in found]
    if wide:
        columns += [
            Column("Max memory", "max_memory_bytes", _size, right=True, rank=8),
            Column("Autostart", "autostart", _yes, rank=8),
            Column("Persistent", "persistent", _yes, rank=9),
        ]
        for row, known in zip(rows, found, strict=True):
            row += [known.limit, known.autostart, known.persistent]
    if title or wide:
        columns.append(Column("Title", "title", _title, rank=7))
        for row, text in zip(rows, _titles(connection, found, wide=wide), strict=True):
            row.append(text)
    if uuid or wide:
        columns.append(Column("UUID", "uuid", rank=10))
        for row, known in zip(rows, found, strict=True):
            row.append(known.domain.uuid)

    def more() -> Sequence[dict[str, object]]:
        from vsh.commands.monitor._described import described

        return described(connection, kept)

    footer = _footer(found, host) if len(rows) > 1 else None
    return Table(rows, *columns, extra=more, footer=footer, chosen=wide)


def _calls(domain: Domain, *, wide: bool) -> list[Request[object]]:
    calls: list[Request[object]] = [
        domain.get_info.request(),
        domain.snapshot_num.request(),
        domain.has_managed_save_image.request(),
        domain.interface_addresses.request(LEASE),
    ]
    if wide:
        calls += [
            domain.get_autostart.request(),
            domain.is_persistent.request(),
            domain.get_metadata.request(DomainMetadataType.TITLE),
        ]
    return calls


def _known(domains: Sequence[Domain], answers: Iterator[object], *, wide: bool) -> list[Known]:
    """What each of the domains answered; one that has gone in the meantime is left out."""
    found = []
    for domain in domains:
        of_this = [next(answers) for _ in _calls(domain, wide=wide)]
        info, *rest = of_this
        if not isinstance(info, DomainInfo):
            continue
        known = Known(domain, info, iter(rest))
        if wide:
            known.spread(iter(rest[3:]))
        found.append(known)
    return found


def _row(known: Known) -> list[object]:
    up = None if known.since is None else max(0, int(time() - known.since))
    return [
        id_word(known.domain),
        known.domain.name,
        known.word,
        known.info.nrVirtCpu,
        known.info.memory * 1024,
        known.usage,
        known.ip,
        known.snapshots,
        up,
    ]


def _since_start(known: Known) -> float | None:
    """The share of its CPUs that it has used since its start; None where that is not known."""
    info = known.info
    if known.since is None or info.state != DomainState.RUNNING:
        return None
    return _share(info.cpuTime, time() - known.since, info.nrVirtCpu)


def _share(used: int, seconds: float, cpus: int) -> float | None:
    """Percent of so many CPUs for so long; None for what cannot be: a clock that is none."""
    possible = seconds * max(1, cpus) * 1e9
    if possible <= 0 or not 0 <= used <= 1.5 * possible + 1e9:
        return None
    return min(100.0, round(100 * used / possible, 1))


def _sample(connection: Connection, found: list[Known]) -> None:
    """Look again at the CPU time of those that run: their use just now."""
    from vsh.signals import interruptible

    running = [known for known in found if known.info.state == DomainState.RUNNING]
    before = monotonic()
    with interruptible():
        sleep(SAMPLE if running else 0)
    answers = connection.many([known.domain.get_info.request() for known in running])
    passed = monotonic() - before
    for known, info in zip(running, answers, strict=True):
        if isinstance(info, Error):
            known.usage = None
        else:
            known.usage = _share(info.cpuTime - known.info.cpuTime, passed, info.nrVirtCpu)


def _titles(connection: Connection, found: list[Known], *, wide: bool) -> Sequence[str | None]:
    if wide:
        return [known.title for known in found]
    from vsh.commands.monitor._titles import titles

    return titles(connection, [known.domain for known in found])


def _fine(answer: object) -> int | None:
    return answer if isinstance(answer, int) else None


def _shown(value: object) -> str:
    return "-" if value is None else str(value)


def _size(value: int | None) -> str:
    return "no limit" if value is None else size(value)


def _duration(value: int | None) -> str:
    return "-" if value is None else duration(value)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}%"


def _yes(value: object) -> str:
    return "-" if value is None else "yes" if value else "no"


def _title(text: str | None) -> str:
    return text or "-"


def _address(answer: object) -> str | None:
    """The first address that a lease gave it; a domain that is off has none."""
    for card in answer if isinstance(answer, list) else ():
        for address in card.addrs:
            return str(address.addr)
    return None


def _footer(found: list[Known], host: object) -> str:
    """How many there are in which state, and what they take of the host's memory."""
    states: dict[str, int] = {}
    for known in found:
        states[known.word] = states.get(known.word, 0) + 1
    text = f"{len(found)} domains: " + ", ".join(
        f"{count} {'off' if word == 'shut off' else word}" for word, count in states.items()
    )
    if not isinstance(host, NodeInfo):
        return text
    off = ("shut off", "saved")
    used = sum(known.info.memory * 1024 for known in found if known.word not in off)
    return f"{text} · {size(used)} of {size(host.memory * 1024)} used"


def _nanoseconds(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds * 10**9)


def _fact(answer: object) -> bool | None:
    return None if isinstance(answer, Error) else bool(answer)
