"""Devices of the host that are handed to the guest."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.block import add_secret, storage
from vsh.hypervisors.qemu.argv.interface import check_tap, rom
from vsh.hypervisors.qemu.argv.layer import Layer
from vsh.hypervisors.qemu.argv.line import number
from vsh.hypervisors.qemu.argv.properties import nonzero, on_off
from vsh.hypervisors.qemu.argv.virtio import loadparm, virtio
from vsh.xml.engine.values import parse_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.interface import Interface
    from vsh.xml.shared.host_address import HostAddress

_RESETS = {"off": (False, None), "uninitialized": (True, False), "on": (True, True)}


def prepare_hostdevs(line: Line) -> dict[int, Layer]:
    """The nodes of SCSI devices, which are numbered after those of the disks."""
    found = {}
    for device in line.domain.hostdevs:
        if device.mode == "subsystem" and device.type == "scsi":
            found[id(device)] = _layer(line, device)
    return found


def _layer(line: Line, device: HostDevice) -> Layer:
    from vsh.xml.shared.image import Source

    given = device.source
    if given.protocol == "iscsi":
        source = Source(
            protocol="iscsi", name=given.name, hosts=given.hosts, initiator=given.initiator,
            auth=given.auth,
        )  # fmt: skip
        layer = Layer(line, "network", source, "raw", readonly=bool(device.readonly))
    else:
        source = Source(dev=line.host.scsi_generic(device))
        layer = Layer(line, "block", source, "raw", readonly=bool(device.readonly))
    layer.storage = f"libvirt-{layer.number}-backend"
    return layer


def add_hostdevs(line: Line, layers: dict[int, Layer]) -> None:
    """All devices, network cards of the host first."""
    for card in line.domain.interfaces:
        if card.type == "hostdev":
            add_card(line, card)
    for device in line.domain.hostdevs:
        if device.mode == "subsystem":
            add_hostdev(line, device, layers.get(id(device)))


def add_hostdev(line: Line, device: HostDevice, layer: Layer | None) -> None:
    """One device."""
    kind = device.type
    if kind == "usb":
        line.device(_usb(line, device))
    elif kind == "pci":
        if device.address is not None and device.address.type == "unassigned":
            return
        line.zpci(device)
        line.device({
            **_vfio(line, device, device.source.address, newer=device.driver_iommufd),
            "failover_pair_id": _pair(device),
            **_shown(device),
            **address_of(line, device), **rom(device),
        })  # fmt: skip
        _initiators(line, device)
    elif kind == "scsi" and layer is not None:
        _scsi(line, device, layer)
    elif kind == "scsi_host":
        descriptor = line.host.vhost_scsi(device)
        line.device({
            **virtio(line, device, "vhost-scsi"), "wwpn": device.source.wwpn, "vhostfd": descriptor,
            "id": line.alias(device), **address_of(line, device),
        })  # fmt: skip
    elif kind == "mdev":
        line.device(_mediated(line, device))
    else:
        raise line.unhandled(f"<hostdev> of type '{kind}'")


def _initiators(line: Line, device: HostDevice) -> None:
    """The guest's NUMA nodes that a device is near to, as its ACPI tables tell them."""
    nodes = sorted(parse_set(device.acpi_nodeset)) if device.acpi_nodeset else []
    if nodes and not line.can.has("acpi-generic-initiator"):
        raise line.unhandled("<acpi nodeset='...'> of <hostdev>")
    for node in nodes:
        alias = line.alias(device)
        line.add_object("acpi-generic-initiator", f"gi-{alias}-{node}", {
            "pci-dev": alias, "node": node,
        })  # fmt: skip


def _by_iommufd(line: Line, name: str) -> Properties:
    """The kernel's newer way to hand a device over: QEMU is given it open.  ``name``: its place."""
    if not line.can.has_property("vfio-pci", "iommufd"):
        raise line.unhandled("<driver iommufd='yes'>")
    settings = line.domain.iommufd[0] if line.domain.iommufd else None
    line.add_iommufd(None if settings is None else settings.fdgroup)
    return {"iommufd": "iommufd0", "fd": line.host.vfio(name)}


def _vfio(
    line: Line, device: HostDevice | Interface, address: HostAddress | None, *, newer: bool | None
) -> Properties:
    """``newer``: whether the kernel's newer way is wanted; None: as the guest's others are."""
    places = [
        number(getattr(address, name)) if address is not None else 0
        for name in ("domain", "bus", "slot", "function")
    ]
    name = "{:04x}:{:02x}:{:02x}.{:x}".format(*places)
    if newer is None:
        newer = any(bool(each.enabled) for each in line.domain.iommufd)
    opened = _by_iommufd(line, name) if newer else {}
    return {
        "driver": "vfio-pci",
        "host": None if newer else name,
        "id": line.alias(device),
        **opened,
        "bootindex": line.boot.get(id(device)),
    }


def _shown(device: HostDevice) -> Properties:
    """What of a card the guest's display shows; its first picture needs a device that stays."""
    found: Properties = {"display": None if device.display is None else on_off(device.display)}
    if device.ramfb:
        found |= {"driver": "vfio-pci-nohotplug", "ramfb": True}
    return found


def _pair(device: HostDevice | Interface) -> str | None:
    """The card that takes over while this one is away."""
    persistent: str | None = device.teaming_persistent
    return persistent if device.teaming == "transient" else None


def add_card(line: Line, card: Interface) -> None:
    """A network card of the host's."""
    check_tap(card)
    source = card.source
    address = source.host_address if source is not None else None
    if address is not None and address.type == "usb":
        line.device({
            "driver": "usb-host",
            "hostdevice": f"/dev/bus/usb/{number(address.bus):03d}/{number(address.device):03d}",
            "id": line.alias(card), **address_of(line, card),
        })  # fmt: skip
        return
    driver = card.hostdev_driver
    line.zpci(card)
    line.device({
        **_vfio(line, card, address, newer=None if driver is None else driver.iommufd),
        "failover_pair_id": _pair(card),
        **address_of(line, card), **rom(card),
    })  # fmt: skip


def _usb(line: Line, device: HostDevice) -> Properties:
    source = device.source
    found: Properties = {"driver": "usb-host"}
    if not source.missing:
        address = source.address
        bus = number(address.bus) if address is not None else 0
        place = number(address.device) if address is not None else 0
        if not bus and not place:
            bus, place = line.host.usb(device)
        if not bus and not place:
            raise InternalError("USB host device is missing bus/device information")
        if line.can.has_property("usb-host", "hostdevice"):
            found["hostdevice"] = f"/dev/bus/usb/{bus:03d}/{place:03d}"
        else:
            found |= {"hostbus": nonzero(bus), "hostaddr": nonzero(place)}
    reset = _RESETS.get(str(source.guest_reset))
    one, every = reset if reset is not None else (None, None)
    return {
        **found, "id": line.alias(device), "bootindex": line.boot.get(id(device)),
        "guest-reset": one, "guest-resets-all": every, **address_of(line, device),
    }  # fmt: skip


def _scsi(line: Line, device: HostDevice, layer: Layer) -> None:
    if layer.auth is not None:
        add_secret(line, f"{layer.storage}-secret0", layer.auth.secret)
    properties = storage(line, layer, unmap=False, exact=True)
    if layer.auth is not None:
        properties["password-secret"] = f"{layer.storage}-secret0"
    line.json("-blockdev", properties)
    line.device({
        "driver": "scsi-generic", "drive": layer.storage, "id": line.alias(device),
        "bootindex": line.boot.get(id(device)), **address_of(line, device),
    })  # fmt: skip


def _mediated(line: Line, device: HostDevice) -> Properties:
    driver = device.model
    if driver == "vfio-pci" and device.ramfb:
        driver = "vfio-pci-nohotplug"
    address = device.source.address
    uuid = address.uuid if address is not None else None
    return {
        "driver": driver,
        "id": line.alias(device),
        "sysfsdev": f"/sys/bus/mdev/devices/{uuid}",
        "display": None if device.display is None else on_off(device.display),
        "ramfb": True if device.ramfb else None,
        "bootindex": line.boot.get(id(device)),
        "loadparm": loadparm(line, device),
        **address_of(line, device),
    }
