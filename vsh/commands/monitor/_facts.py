"""dominfo for people: what a domain is in groups, with its disks, cards, display and snapshots."""

from __future__ import annotations

from time import time

from vsh.commands.domain._devices_xml import text_at
from vsh.commands.domain._displays import SCHEMES, display
from vsh.errors import CommandError, Error
from vsh.output.document import Fields
from vsh.output.units import duration, size
from vsh.words.domain.document import DomainMetadataType
from vsh.words.domain.guest import DomainInterfaceAddressesSource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.api.domain import Domain
    from vsh.api.domain.records import BlockInfo

LEASE, ARP = DomainInterfaceAddressesSource.LEASE, DomainInterfaceAddressesSource.ARP
GROUPS = {
    "Identity": ("Id:", "Name:", "UUID:", "Title:", "Description:", "OS Type:", "Machine:"),
    "State": (
        "State:",
        "Up:",
        "Persistent:",
        "Autostart:",
        "Autostart Once:",
        "Managed save:",
        "Firmware:",
        "Boot order:",
    ),
    "CPU": ("CPU(s):", "CPU time:", "CPU model:"),
    "Memory": ("Max memory:", "Used memory:"),
    "Devices": ("Disks:", "Interfaces:", "Display:", "Consoles:", "Other:"),
    "Snapshots": ("Snapshots:", "Current:", "Checkpoints:"),
}
"""The groups, and what stands in each; all else stands below."""
SOURCE = "./source/@file|./source/@dev|./source/@name|./source/@volume|./source/@dir"
NEXT = "\n" + " " * 16
"""Between two lines of one row, as plain text has it; a table sets them where it wants."""
QUIET = ("disk", "interface", "graphics", "serial", "console", "channel", "controller", "emulator")
"""Devices that have a line of their own, or none."""


def facts(domain: Domain, fields: Fields, *, full: bool) -> Fields:
    """The fields in groups, with what people want to know besides.

    full  all there is to say, which takes more round trips
    """
    connection = domain.connection
    calls = [
        domain.get_xml_desc.request(),
        domain.interface_addresses.request(LEASE),
        domain.snapshot_num.request(),
        domain.get_metadata.request(DomainMetadataType.TITLE),
    ]
    if full:
        calls += [
            domain.get_metadata.request(DomainMetadataType.DESCRIPTION),
            domain.interface_addresses.request(ARP),
            domain.snapshot_current.request(0),
            domain.list_all_checkpoints.request(0),
        ]
    answers: list[object] = connection.many(calls)
    document, leases, snapshots, title, *more = answers
    _add_text(fields, "Title:", title, "title")
    root = _parsed(document)
    addresses = _addresses(leases, more[1] if full else None)
    if full:
        _add_text(fields, "Description:", more[0], "description")
        _add_up(fields, domain)
        if root is not None:
            _add_machine(fields, root)
    if root is not None:
        _add_disks(fields, domain, root, full=full)
        _add_cards(fields, root, addresses, full=full)
        _add_displays(fields, root)
        if full:
            _add_others(fields, root)
    if isinstance(snapshots, int):
        fields.add("Snapshots:", str(snapshots), snapshots=snapshots)
    if full:
        current = getattr(more[2], "name", None)
        if current is not None:
            fields.add("Current:", current, current_snapshot=current)
        if isinstance(more[3], list):
            fields.add("Checkpoints:", str(len(more[3])), checkpoints=len(more[3]))
    return _grouped(fields)


def _grouped(fields: Fields) -> Fields:
    """The same rows in the order of the groups, each with its heading."""
    found = Fields()
    rest = list(fields.rows)
    for group, labels in GROUPS.items():
        rows = [row for row in rest if row[0] in labels]
        rows.sort(key=lambda row: labels.index(row[0]))
        if rows:
            found.group(group)
            found.rows += rows
            rest = [row for row in rest if row not in rows]
    if rest:
        found.group("More")
        found.rows += rest
    return found


def _parsed(document: object) -> _Element | None:
    """The document, or None where there is none that can be read."""
    from vsh.xml.engine.reader import parse

    if not isinstance(document, str):
        return None
    try:
        root: _Element = parse(document)
        return root
    except Error:
        return None


def _add_text(fields: Fields, label: str, answer: object, key: str) -> None:
    if isinstance(answer, str) and answer:
        fields.add(label, answer, **{key: answer})


def _add_up(fields: Fields, domain: Domain) -> None:
    (since,) = domain.connection.driver.started([domain])
    if since is not None:
        up = max(0, int(time() - since))
        fields.add("Up:", duration(up), up_ns=up * 10**9)


def _add_machine(fields: Fields, root: _Element) -> None:
    machine = text_at(root, "/domain/os/type/@machine")
    arch = text_at(root, "/domain/os/type/@arch")
    if machine or arch:
        fields.add("Machine:", " ".join(filter(None, (machine, arch))), machine=machine, arch=arch)
    firmware = text_at(root, "/domain/os/@firmware") or text_at(root, "/domain/os/loader")
    if firmware:
        fields.add("Firmware:", firmware, firmware=firmware)
    boot = [each.get("dev", "?") for each in root.iterfind("os/boot")]
    if boot:
        fields.add("Boot order:", ", ".join(boot), boot=boot)
    cpu = text_at(root, "/domain/cpu/model") or text_at(root, "/domain/cpu/@mode")
    if cpu:
        fields.add("CPU model:", cpu, cpu_model=cpu)


def _add_disks(fields: Fields, domain: Domain, root: _Element, *, full: bool) -> None:
    lines, found = [], []
    disks = list(root.iterfind("devices/disk"))
    targets = [text_at(disk, "./target/@dev") or "?" for disk in disks]
    sizes: list[BlockInfo | Error | None] = [None] * len(disks)
    if full:
        asked = [domain.get_block_info.request(name) for name in targets]
        sizes = [*domain.connection.many(asked)]
    for disk, target, info in zip(disks, targets, sizes, strict=True):
        source = text_at(disk, SOURCE)
        parts = [target, source or "-"]
        fact: dict[str, object] = {"target": target, "source": source}
        if full:
            form, bus = text_at(disk, "./driver/@type"), text_at(disk, "./target/@bus")
            parts += [form or "", bus or "", text_at(disk, "./@device") or ""]
            parts.append("read-only" if disk.find("readonly") is not None else "")
            fact |= {"format": form, "bus": bus}
            if info is not None and not isinstance(info, Error) and info.capacity:
                parts.append(f"{size(info.capacity)} ({size(info.allocation)} used)")
                fact |= {"capacity_bytes": info.capacity, "allocation_bytes": info.allocation}
        lines.append("  ".join(filter(None, parts)))
        found.append(fact)
    if lines:
        fields.add("Disks:", NEXT.join(lines), disks=found)


def _addresses(*answers: object) -> dict[str, list[str]]:
    """The addresses of each card by its MAC, of all who know some."""
    found: dict[str, list[str]] = {}
    for answer in answers:
        for card in answer if isinstance(answer, list) else ():
            known = found.setdefault(card.hwaddr, [])
            known += [str(each.addr) for each in card.addrs if str(each.addr) not in known]
    return found


def _add_cards(
    fields: Fields, root: _Element, addresses: dict[str, list[str]], *, full: bool
) -> None:
    lines, found = [], []
    for card in root.iterfind("devices/interface"):
        mac = text_at(card, "./mac/@address") or "?"
        source = text_at(card, "./source/@network|./source/@bridge|./source/@dev")
        model, link = text_at(card, "./model/@type"), text_at(card, "./link/@state")
        ips = addresses.get(mac, [])
        parts = [mac, source or "-", " ".join(ips)]
        if full:
            on = text_at(card, "./target/@dev")
            parts += [model or "", on or "", f"link {link}" if link else ""]
        lines.append("  ".join(filter(None, parts)))
        found.append({"mac": mac, "source": source, "model": model, "addresses": ips})
    if lines:
        fields.add("Interfaces:", NEXT.join(lines), interfaces=found)


def _add_displays(fields: Fields, root: _Element) -> None:
    """The URIs for viewers; of a display that has none yet its type and port."""
    lines = []
    for each in root.iterfind("devices/graphics"):
        kind = text_at(each, "./@type") or "?"
        try:
            shown = display(root, kind, None) if kind in SCHEMES else None
        except CommandError:
            shown = None
        port = text_at(each, "./@port")
        waiting = f"{kind} port {port if port and port != '-1' else 'auto'}"
        lines.append(shown.uri if shown is not None else waiting)
    if lines:
        fields.add("Display:", NEXT.join(lines), displays=lines)


def _add_others(fields: Fields, root: _Element) -> None:
    consoles = [
        "  ".join(filter(None, (text_at(each, "./alias/@name"), str(each.tag), _place(each))))
        for each in root.iterfind("devices/*")
        if each.tag in ("serial", "channel")
    ]
    if consoles:
        fields.add("Consoles:", NEXT.join(consoles), consoles=consoles)
    others = []
    for each in root.iterfind("devices/*"):
        if each.tag not in QUIET:
            model = text_at(each, "./@model|./model/@type|./@type|./@bus")
            others.append("  ".join(filter(None, (str(each.tag), model))))
    if others:
        fields.add("Other:", NEXT.join(others), devices=others)


def _place(device: _Element) -> str:
    return " ".join(
        filter(None, (text_at(device, "./@type"), text_at(device, "./target/@name|./source/@path")))
    )
