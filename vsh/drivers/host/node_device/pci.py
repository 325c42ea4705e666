"""What the host knows of a PCI device: its configuration space, functions, group, vital data."""

from __future__ import annotations

import functools
import os
import re

from vsh.xml.host.node_device.base import Capability, MdevType, MdevTypes
from vsh.xml.host.node_device.pci import (
    SPEEDS,
    Header,
    IommuGroup,
    LinkSpeed,
    Pci,
    PhysicalFunction,
    PlaceOf,
    SystemField,
    VirtualFunctions,
    VitalData,
    VitalField,
    VitalFields,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.host.node_device.tree import Entry

_ADDRESS = re.compile(r"([0-9a-f]{4,}):([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])\Z")
_NAME_FILES = ("/usr/share/hwdata/pci.ids", "/usr/share/misc/pci.ids")
_HEADERS = {1: "pci-bridge", 2: "cardbus-bridge"}

# The configuration space, as the PCI specifications have it.
_STATUS, _HAS_CAPABILITIES, _HEADER, _FIRST = 0x06, 0x10, 0x0E, 0x34
EXPRESS, POWER = 0x10, 0x01
_INSIDE_ROOT = (9, 10)  # endpoints and collectors in the root complex have no link
_STEPS = 48
_WHOLE = 64
_CONVENTIONAL = 256


def place(name: str) -> tuple[int, int, int, int] | None:
    """The numbers of an address: domain, bus, slot, function."""
    found = _ADDRESS.match(name)
    if found is None:
        return None
    domain, bus, slot, function = (int(part, 16) for part in found.groups())
    return domain, bus, slot, function


def _place_element(name: str) -> PlaceOf | None:
    numbers = place(name)
    if numbers is None:
        return None
    return PlaceOf(**dict(zip(("domain", "bus", "slot", "function"), numbers, strict=True)))


def find_capability(config: bytes, wanted: int) -> int:
    """Where a capability stands in a configuration space; 0 where it has none."""
    if len(config) <= _WHOLE or not config[_STATUS] & _HAS_CAPABILITIES:
        return 0
    position = config[_FIRST]
    for _ in range(_STEPS):
        if not _WHOLE <= position < len(config) - 1:
            return 0
        if config[position] == wanted:
            return position
        position = config[position + 1]
    return 0


def header_kind(config: bytes) -> int:
    """What kind of header a device has: 0 is an endpoint."""
    return config[_HEADER] & 0x7F if len(config) > _HEADER else 0


def describe(entry: Entry) -> Pci | None:
    """The capability ``pci`` of a device; None where its address is none."""
    numbers = place(entry.name)
    vendor, product = entry.number("vendor", 16), entry.number("device", 16)
    if numbers is None or vendor is None or product is None:
        return None
    domain, bus, slot, function = numbers
    vendor_name, product_name = _names(vendor, product)
    numa = entry.number("numa_node", 10)
    found = Pci(
        type="pci",
        device_class=int(entry.properties["PCI_CLASS"], 16),
        domain=domain,
        bus=bus,
        slot=slot,
        function=function,
        vendor_id=vendor,
        vendor=vendor_name,
        product_id=product,
        product=product_name,
        numa_node=None if numa is None or numa < 0 else numa,
        capabilities=list(_capabilities(entry)),
        iommu_group=_iommu_group(entry),
    )
    if os.geteuid() == 0:  # others may not read all of it
        config = entry.bytes("config")
        kind = _HEADERS.get(header_kind(config))
        if kind is not None:
            found.capabilities.append(Header(type=kind))
        _add_express(found, config)
    return found


def _capabilities(entry: Entry) -> Iterator[Capability]:
    physical = _place_element(entry.link("physfn") or "")
    if physical is not None:
        yield PhysicalFunction(type="phys_function", address=physical)
    most = entry.number("sriov_totalvfs", 10) or 0
    count = sum(name.startswith("virtfn") for name in entry.names("."))
    addresses = [_place_element(entry.link(f"virtfn{number}") or "") for number in range(count)]
    virtual = [address for address in addresses if address is not None]
    if most or virtual:
        limit = str(most) if most else None
        yield VirtualFunctions(type="virt_functions", limit=limit, addresses=virtual)
    types = mdev_types(entry)
    if types is not None:
        yield types
    if entry.has("vpd"):
        vital = vital_data(entry.bytes("vpd"))
        if vital is not None:
            yield vital


def mdev_types(entry: Entry) -> MdevTypes | None:
    """The types of mediated devices that can be made of a device; None where there are none."""
    found = []
    for name in entry.names("mdev_supported_types"):
        folder = f"mdev_supported_types/{name}"
        found.append(
            MdevType(
                id=name,
                name=entry.text(f"{folder}/name"),
                api=entry.text(f"{folder}/device_api"),
                available=entry.number(f"{folder}/available_instances", 10) or 0,
            )
        )
    return MdevTypes(type="mdev_types", types=found) if found else None


def _iommu_group(entry: Entry) -> IommuGroup | None:
    number = entry.link("iommu_group")
    if number is None or not number.isdecimal():
        return None
    members = [_place_element(name) for name in entry.names("iommu_group/devices")]
    return IommuGroup(number=int(number), addresses=[each for each in members if each is not None])


def _add_express(found: Pci, config: bytes) -> None:
    """Say that it is a PCI Express device, and what its link can do and does."""
    start = find_capability(config, EXPRESS)
    # libvirt takes one that does not say so for such a device by the size of its space alone
    found.express = bool(start) or len(config) != _CONVENTIONAL
    if not start:
        return
    if config[start + 2] >> 4 in _INSIDE_ROOT or len(config) < start + 0x14:
        return
    able = int.from_bytes(config[start + 0x0C : start + 0x10], "little")
    now = int.from_bytes(config[start + 0x12 : start + 0x14], "little")
    found.links = [
        LinkSpeed(validity="cap", port=able >> 24, **_speed(able)),
        LinkSpeed(validity="sta", **_speed(now)),
    ]


def _speed(value: int) -> dict[str, str | int | None]:
    number = value & 0xF
    word = SPEEDS[number - 1] if 0 < number <= len(SPEEDS) else None
    return {"speed": word, "width": value >> 4 & 0x3F}


# ---- vital product data: tagged resources, as the PCI specification's appendix has them

_IDENTIFIER, _READ_ONLY, _READ_WRITE, _END = 0x82, 0x90, 0x91, 0x78
_READ_ONLY_FIELDS = {
    "EC": "change_level", "MN": "manufacture_id", "PN": "part_number", "SN": "serial_number",
}  # fmt: skip


def vital_data(data: bytes) -> VitalData | None:
    """The capability ``vpd``; None where the data are damaged, as libvirt has it."""
    found = VitalData(type="vpd")
    position = 0
    while position < len(data) and data[position] != _END:
        tag = data[position]
        if not tag & 0x80 or position + 3 > len(data):
            return None
        length = int.from_bytes(data[position + 1 : position + 3], "little")
        body = data[position + 3 : position + 3 + length]
        position += 3 + length
        if tag == _IDENTIFIER:
            found.name = body.decode("ascii", "replace").strip()
        elif tag in (_READ_ONLY, _READ_WRITE):
            fields = _vital_fields(body, "readonly" if tag == _READ_ONLY else "readwrite")
            if fields is None:
                return None
            found.fields_of.append(fields)
    return found if found.name is not None else None


def _vital_fields(body: bytes, access: str) -> VitalFields | None:
    found = VitalFields(access=access)
    while len(body) >= 3:
        key, length = body[:2].decode("ascii", "replace"), body[2]
        if len(body) < 3 + length:
            return None
        text = body[3 : 3 + length].rstrip(b"\0 ").decode("ascii", "replace")
        body = body[3 + length :]
        if key in ("RV", "RW"):
            continue
        if key == "YA":
            found.asset_tag = text
        elif key[0] == "V":
            found.vendor_fields.append(VitalField(index=key[1], value=text))
        elif key[0] == "Y":
            found.system_fields.append(SystemField(index=key[1], value=text))
        elif key in _READ_ONLY_FIELDS:
            setattr(found, _READ_ONLY_FIELDS[key], text)
    return found


@functools.lru_cache(maxsize=1024)
def _names(vendor: int, product: int) -> tuple[str | None, str | None]:
    """What the world's list of PCI devices calls a maker and its product."""
    ours: str | None = None
    for path in _NAME_FILES:
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                for line in file:
                    if line.startswith("\t"):
                        if ours is not None and line.startswith(f"\t{product:04x}  "):
                            return ours, line[7:].strip()
                    elif ours is not None and line.strip() and line[0] != "#":
                        return ours, None
                    elif line.startswith(f"{vendor:04x}  "):
                        ours = line[6:].strip()
        except OSError:
            continue
        break
    return ours, None
