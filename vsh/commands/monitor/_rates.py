"""domstats --diff: what the counters of domains gained in a second, from two looks at them."""

from __future__ import annotations

from time import monotonic, sleep

from vsh.output.document import Line, Shaped
from vsh.output.units import size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from vsh.api.connection.records import DomainStats
    from vsh.api.domain import Domain
    from vsh.output.document import Document

TIMES = ("time", "times", "user", "system", "wait", "delay")
"""Counters of nanoseconds."""
COUNTS = ("reqs", "bytes", "pkts", "errs", "drop", "errors", "sum")
FAULTS = ("swap_in", "swap_out", "major_fault", "minor_fault", "hugetlb_pgalloc", "hugetlb_pgfail")


def counts(key: str) -> bool:
    """Whether a fact of domstats only ever grows, so that its gain is a rate."""
    group, _, name = key.partition(".")
    last = name.rpartition(".")[2]
    if group == "balloon":
        return last in FAULTS
    if group == "perf":
        return True
    return group != "dirtyrate" and last in TIMES + COUNTS


def rates(
    ask: Callable[[], Sequence[DomainStats]], seconds: int, *, people: bool
) -> Document | Iterator[Document]:
    """Ask for the statistics twice, so many seconds apart, and tell what was gained in a second.

    ask  gives the records of all domains; one that was not there both times is left out
    """
    from vsh.signals import interruptible

    before, start = ask(), monotonic()
    with interruptible():
        sleep(seconds)
    after, passed = ask(), monotonic() - start
    known = {record.domain.uuid: record.params for record in before}
    found = [
        (record.domain, _gained(known[record.domain.uuid], record.params, passed))
        for record in after
        if record.domain.uuid in known
    ]
    if people:
        return _tables(found)
    text = "\n".join(
        f"Domain: '{domain.name}'\n"
        + "".join(
            f"  {name}={value if isinstance(value, str) else format(value, '.2f')}\n"
            for name, value in params.items()
        )
        for domain, params in found
    )
    shape = [
        {
            "name": domain.name,
            "uuid": domain.uuid,
            "time_elapsed_ns": int(passed * 10**9),
            "rates": [
                {"name": name, "value": value}
                for name, value in params.items()
                if not isinstance(value, str)
            ],
        }
        for domain, params in found
    ]
    return Shaped(text, shape)


def _tables(found: Sequence[tuple[Domain, Mapping[str, object]]]) -> Iterator[Document]:
    """What people see; a domain of which nothing is counted has a line."""
    from vsh.commands.monitor._figures import tables

    for domain, params in found:
        if any(not isinstance(value, str) for value in params.values()):
            yield from tables([(domain.name, params)], _per_second)
        else:
            yield Line("{name}: nothing is counted", name=domain.name)


def _gained(
    before: Mapping[str, object], after: Mapping[str, object], seconds: float
) -> dict[str, float | str]:
    """By key what each counter gained in a second; names of disks and cards stay beside them.

    What became less was begun anew meanwhile, and is left out.
    """
    found: dict[str, float | str] = {}
    for key, value in after.items():
        last = key.rpartition(".")[2]
        if isinstance(value, str):
            if last == "name":
                found[key] = value
            continue
        old = before.get(key)
        if not (counts(key) and isinstance(value, int) and isinstance(old, int)):
            continue
        if value >= old:
            found[key] = round((value - old) / seconds, 2)
    return found


def _per_second(group: str, name: str, value: object) -> str:
    """A rate as a person reads it: "1.2 MiB/s", "45%" of the time, "12/s"."""
    if not isinstance(value, (int, float)):
        return "-" if value is None else str(value)
    last = name.rpartition(".")[2]
    if last in TIMES:
        return f"{value / 1e7:.1f}".removesuffix(".0") + "%"
    if last == "bytes":
        return f"{size(round(value))}/s"
    if group == "balloon" and last.startswith("swap"):
        return f"{size(round(value * 1024))}/s"
    return f"{value:.1f}".removesuffix(".0") + "/s"
