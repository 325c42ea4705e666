"""What people see of domains beyond what scripts read: sizes, addresses, snapshots."""

from __future__ import annotations

from vsh.commands._states import id_word, shown_id
from vsh.errors import Error
from vsh.output.document import Column, Fields, Table
from vsh.output.units import duration, size
from vsh.words.domain.document import DomainMetadataType
from vsh.words.domain.guest import DomainInterfaceAddressesSource
from vsh.words.domain.state import DomainState, state_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.output.document import Document

LEASE = DomainInterfaceAddressesSource.LEASE


def listing(
    connection: Connection,
    domains: Sequence[Domain],
    *,
    uuid: bool,
    managed_save: bool,
    title: bool,
) -> Document:
    """The domains with their CPUs, memory, address and snapshots, and a line about all of them.

    All is asked in one go: the listing takes as many round trips as the one for scripts.
    """
    calls = [call for domain in domains for call in _calls(domain)]
    host, *answers = connection.many([connection.node_get_info.request(), *calls])
    columns = [
        Column("Id", "id", shown_id, right=True, rank=3),
        Column("Name", "name"),
        Column("State", "state", rank=1),
        Column("vCPU", "vcpus", _shown, right=True, rank=4),
        Column("Memory", "memory_bytes", _shown, right=True, rank=2),
        Column("IP", "ip", _shown, rank=1),
        Column("Snap", "snapshots", _shown, right=True, rank=5),
    ]
    rows: list[list[Any]] = []
    kept = []
    for number, domain in enumerate(domains):
        info, snapshots, saved, addresses = answers[4 * number : 4 * number + 4]
        if isinstance(info, Error):  # it has gone in the meantime
            continue
        off = info.state == DomainState.SHUTOFF
        word = "saved" if managed_save and off and saved == 1 else state_word(info.state)
        found = _address(addresses)
        count = None if isinstance(snapshots, Error) else snapshots
        rows.append(
            [id_word(domain), domain.name, word, info.nrVirtCpu, info.memory * 1024, found, count]
        )
        kept.append(domain)
    if title:
        from vsh.commands.monitor.list import titles

        columns.append(Column("Title", "title", rank=6))
        for row, text in zip(rows, titles(connection, kept), strict=True):
            row.append(text)
    if uuid:
        columns.append(Column("UUID", "uuid", rank=6))
        for row, domain in zip(rows, kept, strict=True):
            row.append(domain.uuid)
    extra = [{"uuid": domain.uuid} for domain in kept]
    return Table(rows, *columns, extra=extra, footer=_footer(rows, host) if len(rows) > 1 else None)


def _calls(domain: Domain) -> list[Any]:
    return [
        domain.get_info.request(),
        domain.snapshot_num.request(),
        domain.has_managed_save_image.request(),
        domain.interface_addresses.request(LEASE),
    ]


def _shown(value: object) -> str:
    return "-" if value is None else str(value)


def _address(answer: Any) -> str | None:
    """The first address that a lease gave it; a domain that is off has none."""
    if isinstance(answer, Error):
        return None
    for card in answer:
        for address in card.addrs:
            return str(address.addr)
    return None


def _footer(rows: list[list[Any]], host: Any) -> str:
    """How many there are in which state, and what they take of the host's memory."""
    states: dict[str, int] = {}
    for row in rows:
        states[row[2]] = states.get(row[2], 0) + 1
    text = f"{len(rows)} domains: " + ", ".join(
        f"{count} {'off' if word == 'shut off' else word}" for word, count in states.items()
    )
    if isinstance(host, Error):
        return text
    used = sum(row[4] for row in rows if row[2] not in ("shut off", "saved"))
    return f"{text} · {size(used)} of {size(host.memory * 1024)} used"


def facts(domain: Domain, fields: Fields) -> Fields:
    """What people want to know besides: disks, cards with their addresses, display, snapshots."""
    from vsh.commands.domain._devices_xml import text_at
    from vsh.xml.engine.reader import parse

    connection = domain.connection
    document, addresses, snapshots, title = connection.many(
        (
            domain.get_xml_desc.request(),
            domain.interface_addresses.request(LEASE),
            domain.snapshot_num.request(),
            domain.get_metadata.request(DomainMetadataType.TITLE),
        )
    )
    if isinstance(title, str) and title:
        fields.add("Title:", title)
    parsed = None
    if not isinstance(document, Error):
        try:
            parsed = parse(document)
        except Error:  # no document: what it would say is left out
            parsed = None
    if parsed is not None:
        disks = []
        for disk in parsed.xpath("/domain/devices/disk"):
            source = text_at(disk, "./source/@file|./source/@dev|./source/@name|./source/@volume")
            disks.append(f"{text_at(disk, './target/@dev') or '?'}  {source or '-'}")
        if disks:
            fields.add("Disks:", "\n".join(disks))
        known = {} if isinstance(addresses, Error) else {card.hwaddr: card for card in addresses}
        cards = []
        for card in parsed.xpath("/domain/devices/interface"):
            mac = text_at(card, "./mac/@address") or "?"
            on = text_at(card, "./source/@network|./source/@bridge|./source/@dev") or "-"
            found = known.get(mac)
            ips = " ".join(str(each.addr) for each in found.addrs) if found is not None else ""
            cards.append(f"{mac}  {on}  {ips}".rstrip())
        if cards:
            fields.add("Interfaces:", "\n".join(cards))
        displays = [
            f"{text_at(each, './@type')} port {text_at(each, './@port') or 'auto'}"
            for each in parsed.xpath("/domain/devices/graphics")
        ]
        if displays:
            fields.add("Display:", "\n".join(displays))
    if not isinstance(snapshots, Error):
        fields.add("Snapshots:", str(snapshots))
    return fields


def statistics(records: Iterable[Any]) -> Iterator[Document]:
    """domstats for people: for each domain a table for each group, numbers in their units."""
    for record in records:
        plain: dict[str, list[tuple[str, Any]]] = {}
        numbered: dict[str, dict[str, dict[str, Any]]] = {}
        for key, value in record.params.items():
            group, _, name = key.partition(".")
            number, _, field = name.partition(".")
            if number.isdecimal() and field:
                numbered.setdefault(group, {}).setdefault(number, {})[field] = value
            elif name not in ("count", "current", "maximum") or group not in ("block", "net"):
                plain.setdefault(group, []).append((name, value))
        title = record.domain.name
        for group, facts in plain.items():
            rows = [[name, _measured(group, name, value)] for name, value in facts]
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
                [number, *(_measured(group, field, item.get(field)) for field in fields)]
                for number, item in items.items()
            ]
            yield Table(rows, Column("N", "n", right=True), *columns, title=f"{title}: {group}")


def _measured(group: str, name: str, value: Any) -> str:
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
