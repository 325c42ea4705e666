"""domstats for people: for each domain a table for each group, numbers in their units."""

from __future__ import annotations

from vsh.output.document import Column, Table
from vsh.output.units import duration, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from vsh.api.connection.records import DomainStats
    from vsh.output.document import Document


def statistics(records: Iterable[DomainStats]) -> Iterator[Document]:
    """The tables of the records of domains."""
    return tables(((record.domain.name, record.params) for record in records), _measured)


def tables(
    records: Iterable[tuple[str, Mapping[str, object]]], measured: Callable[[str, str, object], str]
) -> Iterator[Document]:
    """For each domain a table for each group.

    records   names of domains, and what libvirt says: ``{"block.0.rd.bytes": 512, ...}``
    measured  ``measured(group, name, value)`` is how a person reads a value
    """
    for title, params in records:
        plain: dict[str, list[tuple[str, object]]] = {}
        numbered: dict[str, dict[str, dict[str, object]]] = {}
        for key, value in params.items():
            group, _, name = key.partition(".")
            number, _, field = name.partition(".")
            if number.isdecimal() and field:
                numbered.setdefault(group, {}).setdefault(number, {})[field] = value
            elif name not in ("count", "current", "maximum") or group not in ("block", "net"):
                plain.setdefault(group, []).append((name, value))
        for group, facts in plain.items():
            rows = [[name, measured(group, name, value)] for name, value in facts]
            yield Table(
                rows,
                Column("Key", "key", rank=-1),
                Column("Value", "value", rank=-1, right=True),
                title=f"{title}: {group}",
            )
        for group, items in numbered.items():
            fields = list(dict.fromkeys(field for item in items.values() for field in item))
            columns = [
                Column(field, field, right=field not in ("name", "path"), rank=place)
                for place, field in enumerate(fields)
            ]
            rows = [
                [number, *(measured(group, field, item.get(field)) for field in fields)]
                for number, item in items.items()
            ]
            yield Table(rows, Column("N", "n", right=True), *columns, title=f"{title}: {group}")


def _measured(group: str, name: str, value: object) -> str:
    """A figure of domstats in its unit, which its group and name say."""
    if value is None:
        return "-"
    if isinstance(value, bool) or not isinstance(value, int):
        return str(value)
    last = name.rpartition(".")[2]
    if group == "balloon" and last not in (
        "major_fault",
        "minor_fault",
        "last-update",
        "hugetlb_pgalloc",
        "hugetlb_pgfail",
    ):
        return size(value * 1024)
    if last in ("bytes", "allocation", "capacity", "physical", "threshold"):
        return size(value)
    if last in ("time", "times", "user", "system", "wait", "delay") and group != "dirtyrate":
        return duration(value / 1e9)
    return str(value)
