"""What a guest's agent tells of the guest, in the names of virDomainGetGuestInfo."""

from __future__ import annotations

from vsh.api.domain.records import InterfaceAddresses, IpAddress
from vsh.api.types import TypedParams
from vsh.drivers.qemu import agent
from vsh.errors import InternalError, InvalidArgument
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import integer, struct, structs, text, texts
from vsh.words.domain.guest import DomainGuestInfoTypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.drivers.qemu.guest import Guest
    from vsh.qmp.value import Struct, Value
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.address import Address

_SYSTEM = (
    "id", "name", "pretty-name", "version", "version-id", "machine", "variant", "variant-id",
    "kernel-release", "kernel-version",
)  # fmt: skip
_FAMILIES = {"ipv4": 0, "ipv6": 1}


def gather(guest: Guest, types: int) -> TypedParams:
    """The wanted groups, or all that the agent knows.

    Raises as ``agent.ask``, and InvalidArgument for groups that the guest's libvirt does not know.
    """
    known = _KNOWN if is_modern(guest.definition) else _KNOWN & ~_NEWER
    if types & ~known:
        raise InvalidArgument(f"unsupported guest information types '0x{types & ~known:x}'")
    params = TypedParams()
    for group, command, add in _GROUPS:
        if not (types or known) & group:
            continue
        try:
            told = agent.ask(guest, command)
        except agent.AgentRefused as error:
            if types or not error.unknown:
                raise
            continue
        add(params, told, guest.definition)
    return params


def interfaces(told: list[Struct]) -> list[InterfaceAddresses]:
    """The interfaces of a guest; what it calls ``eth0:1`` are more addresses of ``eth0``."""
    found: dict[str, InterfaceAddresses] = {}
    for each in told:
        name = text(each["name"]).partition(":")[0]
        if name not in found:
            found[name] = InterfaceAddresses(name, each.get("hardware-address"), [])
        for address in structs(each.get("ip-addresses")):
            family = _FAMILIES[text(address["ip-address-type"])]
            known = IpAddress(family, text(address["ip-address"]), integer(address["prefix"]))
            found[name].addrs.append(known)
    return list(found.values())


def neighbours(definition: Definition) -> list[InterfaceAddresses]:
    """The addresses that the host's ARP table has for a guest's interfaces."""
    known: dict[str, list[str]] = {}
    with open("/proc/net/arp", encoding="ascii") as file:
        for line in list(file)[1:]:
            address, _, flags, mac, *_ = line.split()
            if int(flags, 16):
                known.setdefault(mac.lower(), []).append(address)
    return [
        InterfaceAddresses(
            each.target, each.mac, [IpAddress(0, address, 0) for address in known[each.mac]]
        )
        for each in definition.interfaces
        if each.target and each.mac in known
    ]


def targets(definition: Definition, told: list[Struct]) -> list[str]:
    """The targets of the disks that the agent names by their addresses."""
    found = []
    for address in told:
        target = _target(definition, address)
        if target is not None:
            found.append(target)
    return found


def _target(definition: Definition, told: Struct) -> str | None:
    """The target of the disk at an address that the agent tells; None where there is none."""
    place = struct(told.get("pci-controller"))
    pci = tuple(integer(place.get(name), -1) for name in ("domain", "bus", "slot", "function"))
    for disk in definition.disks:
        address = disk.address
        if address is None:
            continue
        if address.type == "drive":
            unit = (int(address.bus or 0), int(address.target or 0), int(address.unit or 0))
            if unit != tuple(integer(told.get(name), -1) for name in ("bus", "target", "unit")):
                continue
            holders = [
                one
                for one in definition.controllers
                if one.type == disk.bus and (one.index or 0) == (address.controller or 0)
            ]
            address = holders[0].address if holders else None
        if address is not None and address.type == "pci" and _pci(address) == pci:
            return str(disk.target)
    return None


def _pci(address: Address) -> tuple[int, ...]:
    return tuple(int(getattr(address, name) or 0) for name in ("domain", "bus", "slot", "function"))


# ---- groups


def _users(params: TypedParams, told: Value, definition: Definition) -> None:
    users = structs(told)
    params.set("user.count", "uint", len(users))
    for number, user in enumerate(users):
        params.set(f"user.{number}.name", "string", user["user"])
        if "domain" in user:
            params.set(f"user.{number}.domain", "string", user["domain"])
        seconds = user["login-time"]
        assert isinstance(seconds, int | float)
        params.set(f"user.{number}.login-time", "ullong", int(seconds * 1000))


def _system(params: TypedParams, told: Value, definition: Definition) -> None:
    system = struct(told)
    for name in _SYSTEM:
        if name in system:
            params.set(f"os.{name}", "string", system[name])


def _timezone(params: TypedParams, told: Value, definition: Definition) -> None:
    zone = struct(told)
    if "zone" in zone:
        params.set("timezone.name", "string", zone["zone"])
    params.set("timezone.offset", "int", integer(zone["offset"]))


def _hostname(params: TypedParams, told: Value, definition: Definition) -> None:
    params.set("hostname", "string", struct(told)["host-name"])


def _filesystems(params: TypedParams, told: Value, definition: Definition) -> None:
    systems = structs(told)[::-1]  # as they were mounted
    if not systems:
        return
    params.set("fs.count", "uint", len(systems))
    for number, each in enumerate(systems):
        prefix = f"fs.{number}"
        for name, own in (("name", "name"), ("mountpoint", "mountpoint"), ("fstype", "type")):
            params.set(f"{prefix}.{name}", "string", each[own])
        for name in ("total-bytes", "used-bytes"):
            if name in each:
                params.set(f"{prefix}.{name}", "ullong", integer(each[name]))
        disks = structs(each["disk"])
        params.set(f"{prefix}.disk.count", "uint", len(disks))
        for place, address in enumerate(disks):
            target = _target(definition, address)
            for name, value in (
                ("alias", target),
                ("serial", address.get("serial")),
                ("device", address.get("dev")),
            ):
                if value is not None:
                    params.set(f"{prefix}.disk.{place}.{name}", "string", value)


def _disks(params: TypedParams, told: Value, definition: Definition) -> None:
    disks = structs(told)
    if not disks:
        return
    params.set("disk.count", "uint", len(disks))
    for number, each in enumerate(disks):
        prefix = f"disk.{number}"
        params.set(f"{prefix}.name", "string", each["name"])
        params.set(f"{prefix}.partition", "boolean", bool(each["partition"]))
        below = texts(each.get("dependencies"))
        if below:
            params.set(f"{prefix}.dependency.count", "uint", len(below))
        for place, name in enumerate(below):
            params.set(f"{prefix}.dependency.{place}.name", "string", name)
        address = struct(each.get("address"))
        if address:
            if "serial" in address:
                params.set(f"{prefix}.serial", "string", address["serial"])
            target = _target(definition, address)
            if target is not None:
                params.set(f"{prefix}.alias", "string", target)
            if is_modern(definition) and "bus-type" in address:
                params.set(f"{prefix}.guest_bus", "string", address["bus-type"])
        if "alias" in each:
            params.set(f"{prefix}.guest_alias", "string", each["alias"])


def _interfaces(params: TypedParams, told: Value, definition: Definition) -> None:
    found = interfaces(structs(told))
    if not found:
        return
    params.set("if.count", "uint", len(found))
    for number, each in enumerate(found):
        prefix = f"if.{number}"
        params.set(f"{prefix}.name", "string", each.name)
        if each.hwaddr is not None:
            params.set(f"{prefix}.hwaddr", "string", each.hwaddr)
        params.set(f"{prefix}.addr.count", "uint", len(each.addrs))
        for place, address in enumerate(each.addrs):
            inner = f"{prefix}.addr.{place}"
            params.set(f"{inner}.type", "string", "ipv6" if address.type else "ipv4")
            params.set(f"{inner}.addr", "string", address.addr)
            params.set(f"{inner}.prefix", "uint", address.prefix)


def _load(params: TypedParams, told: Value, definition: Definition) -> None:
    load = struct(told)
    for minutes in (1, 5, 15):
        value = load[f"load{minutes}m"]
        assert isinstance(value, int | float)
        params.set(f"load.{minutes}m", "double", float(value))


def _devices(params: TypedParams, told: Value, definition: Definition) -> None:
    devices = structs(told)
    params.set("device.count", "uint", len(devices))
    for number, each in enumerate(devices):
        prefix = f"device.{number}"
        if "driver-name" not in each:
            raise InternalError("'driver-name' missing in reply of guest-get-devices")
        params.set(f"{prefix}.driverName", "string", each["driver-name"])
        if "driver-date" in each:
            seconds = integer(each["driver-date"]) // 1_000_000_000
            params.set(f"{prefix}.driverDate", "ullong", seconds)
        if "driver-version" in each:
            params.set(f"{prefix}.driverVersion", "string", each["driver-version"])
        place = struct(each.get("id"))
        if place:
            params.set(f"{prefix}.idType", "string", place["type"])
            params.set(f"{prefix}.pciVendor", "uint", integer(place["vendor-id"]))
            params.set(f"{prefix}.pciDevice", "uint", integer(place["device-id"]))


_GROUPS: tuple[tuple[int, str, Callable[[TypedParams, Value, Definition], None]], ...] = (
    (DomainGuestInfoTypes.USERS, "guest-get-users", _users),
    (DomainGuestInfoTypes.OS, "guest-get-osinfo", _system),
    (DomainGuestInfoTypes.TIMEZONE, "guest-get-timezone", _timezone),
    (DomainGuestInfoTypes.HOSTNAME, "guest-get-host-name", _hostname),
    (DomainGuestInfoTypes.FILESYSTEM, "guest-get-fsinfo", _filesystems),
    (DomainGuestInfoTypes.DISKS, "guest-get-disks", _disks),
    (DomainGuestInfoTypes.INTERFACES, "guest-network-get-interfaces", _interfaces),
    (DomainGuestInfoTypes.LOAD, "guest-get-load", _load),
    (DomainGuestInfoTypes.DEVICES, "guest-get-devices", _devices),
)
_NEWER = DomainGuestInfoTypes.LOAD | DomainGuestInfoTypes.DEVICES
"""What libvirt 9.0.0 does not know."""
_KNOWN = sum(int(group) for group, _, _ in _GROUPS)
