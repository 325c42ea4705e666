"""The devices of a machine: each found in the kernel's tree, named and described as libvirt does.

The tree is read whenever something is asked, so what was plugged in a moment ago is there.
"""

from __future__ import annotations

from vsh.drivers.host.node_device import disks
from vsh.drivers.host.node_device.device import COMPUTER, Device
from vsh.drivers.host.node_device.tree import Tree, to_number
from vsh.errors import NoNodeDevice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vsh.drivers.host.node_device.tree import Entry
    from vsh.xml.host.node_device.base import Capability

_KINDS = {
    "usb_device": "usb_device", "usb_interface": "usb", "scsi_host": "scsi_host",
    "scsi_target": "scsi_target", "scsi_device": "scsi", "disk": "storage", "wlan": "net",
    "drm_minor": "drm", "ap_card": "ap_card", "ap_queue": "ap_queue",
}  # fmt: skip
_SUBSYSTEMS = {
    "scsi_generic": "scsi_generic", "mdev": "mdev", "ccw": "ccw", "css": "css", "vdpa": "vdpa",
    "matrix": "ap_matrix", "mtty": "mdev_types",
}  # fmt: skip
_DRM = ("primary", "control", "render")


class Devices:
    """All devices of a machine.

    root  what stands before /sys; "" is this machine
    """

    def __init__(self, root: str = "") -> None:
        self.tree = Tree(root)

    def all(self) -> list[Device]:
        """Every device at this moment."""
        from vsh.xml.host.node_device import DeviceNode, NodeDevice

        found = {COMPUTER: self._computer()}
        by_path: dict[str, str] = {}
        for entry in self.tree.entries():
            capability = _describe(entry, here=not self.tree.root)
            if capability is None:
                continue
            nodes = [] if entry.node is None else [DeviceNode(type="dev", path=entry.node)]
            nodes += [DeviceNode(type="link", path=path) for path in entry.links]
            name = _name(entry, capability)
            by_path[entry.path] = name
            found[name] = Device(
                NodeDevice(
                    name=name,
                    path=entry.path,
                    nodes=nodes,
                    parent=_parent(entry.path, by_path),
                    driver=entry.driver,
                    capabilities=[capability],
                )
            )
        if not self.tree.root:
            from vsh.drivers.host.node_device import mediated

            mediated.add_defined(found)
        return list(found.values())

    def called(self, name: str) -> Device:
        """The device of that name.  Raises NoNodeDevice."""
        for device in self.all():
            if device.name == name:
                return device
        raise NoNodeDevice(f"no node device with matching name '{name}'")

    def of_kind(self, kind: str | None) -> list[Device]:
        """Those that have a capability; None: all."""
        return [device for device in self.all() if kind is None or kind in device.kinds]

    def _computer(self) -> Device:
        from vsh.xml.host.node_device import NodeDevice, System

        def text(name: str) -> str | None:
            return self.tree.text(f"/sys/class/dmi/id/{name}")

        system = System(
            type="system",
            product=text("product_name"),
            vendor=text("sys_vendor"),
            version=text("product_version"),
            serial=text("product_serial"),
            uuid=_uuid(text("product_uuid")),
            firmware_vendor=text("bios_vendor"),
            firmware_version=text("bios_version"),
            firmware_date=text("bios_date"),
        )
        return Device(
            NodeDevice(name=COMPUTER, capabilities=[system]), persistent=True, autostart=True
        )


def _uuid(text: str | None) -> str:
    from vsh.xml.engine.values import parse_uuid

    try:
        return str(parse_uuid(text or ""))
    except ValueError:
        return "00000000-0000-0000-0000-000000000000"


def _parent(path: str, by_path: dict[str, str]) -> str:
    """The nearest device above one in the tree; the machine itself where there is none."""
    while path.count("/") > 1:
        path = path.rpartition("/")[0]
        if path in by_path:
            return by_path[path]
    return COMPUTER


def _kind(entry: Entry) -> str | None:
    """What a device is, by libvirt's word; None where it is nothing that is told of."""
    if entry.kind is not None:
        return _KINDS.get(entry.kind)
    if entry.subsystem in _SUBSYSTEMS:
        return _SUBSYSTEMS[entry.subsystem]
    if "INTERFACE" in entry.properties:
        return "net"
    return "pci" if "PCI_CLASS" in entry.properties else None


def _name(entry: Entry, capability: Capability) -> str:
    if capability.type == "ap_matrix":
        return "ap_matrix"
    more = {"net": "address", "storage": "serial", "mdev": "parent_address"}.get(
        capability.type or ""
    )
    words = (entry.subsystem, entry.name, None if more is None else getattr(capability, more))
    name = "_".join(word for word in words if word is not None)
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name)


def _describe(entry: Entry, *, here: bool) -> Capability | None:
    """What a device can do; None where it is not told of."""
    kind = _kind(entry)
    if kind == "net":
        from vsh.drivers.host.node_device import network

        return network.describe(entry, here=here)
    found = _DESCRIBERS.get(kind or "")
    return None if found is None else found(entry)


def _pci(entry: Entry) -> Capability | None:
    from vsh.drivers.host.node_device import pci

    return pci.describe(entry)


def _usb_device(entry: Entry) -> Capability | None:
    from vsh.xml.host.node_device import UsbDevice

    known = entry.properties
    bus, device = to_number(known.get("BUSNUM")), to_number(known.get("DEVNUM"))
    vendor = to_number(known.get("ID_VENDOR_ID") or entry.text("idVendor"), 16)
    product = to_number(known.get("ID_MODEL_ID") or entry.text("idProduct"), 16)
    if bus is None or device is None or vendor is None or product is None:
        return None
    maker = known.get("ID_VENDOR_FROM_DATABASE") or entry.text("manufacturer")
    thing = known.get("ID_MODEL_FROM_DATABASE") or entry.text("product")
    return UsbDevice(
        type="usb_device", bus=bus, device=device, vendor=(vendor, maker), product=(product, thing)
    )


def _usb_interface(entry: Entry) -> Capability | None:
    from vsh.xml.host.node_device import UsbInterface

    files = ("bInterfaceNumber", "bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol")
    number, kind, subclass, protocol = (entry.number(name, 16) or 0 for name in files)
    return UsbInterface(
        type="usb", number=number, device_class=kind, subclass=subclass, protocol=protocol
    )


def _drm(entry: Entry) -> Capability | None:
    from vsh.xml.host.node_device import Drm

    minor = to_number(entry.properties.get("MINOR"))
    if minor is None or minor >> 6 >= len(_DRM):
        return None
    return Drm(type="drm", kind=_DRM[minor >> 6])


def _mdev(entry: Entry) -> Capability | None:
    from vsh.xml.host.node_device import Mdev

    return Mdev(
        type="mdev",
        kind=entry.link("mdev_type"),
        uuid=entry.name,
        parent_address=entry.path.split("/")[-2],
        iommu_group=to_number(entry.link("iommu_group")) or 0,
    )


def _vdpa(entry: Entry) -> Capability | None:
    from vsh.xml.host.node_device import Vdpa

    names = [name for name in entry.names(".") if name.startswith("vhost-vdpa")]
    return Vdpa(type="vdpa", chardev=f"/dev/{names[0]}" if names else None)


def _channel_address(text: str) -> dict[str, int] | None:
    numbers = [to_number(part, 16) for part in text.split(".")]
    if len(numbers) != 3:
        return None
    found = dict(zip(("cssid", "ssid", "devno"), numbers, strict=True))
    return {name: value for name, value in found.items() if value is not None}


def _ccw(entry: Entry) -> Capability | None:
    from vsh.xml.host.node_device.ccw import Channel

    address = _channel_address(entry.name)
    if address is None or entry.number("online") != 1:
        return None
    return Channel(type="ccw", **address)


def _css(entry: Entry) -> Capability | None:
    from vsh.drivers.host.node_device.pci import mdev_types
    from vsh.xml.host.node_device.ccw import ChannelAddress, Subchannel

    address = _channel_address(entry.name)
    if address is None or entry.driver not in ("io_subchannel", "vfio_ccw"):
        return None
    found = Subchannel(type="css", **address)
    channel = _channel_address(entry.text("dev_busid") or "none")
    if channel:
        found.channel = ChannelAddress(**channel)
    types = mdev_types(entry)
    found.capabilities = [] if types is None else [types]
    return found


def _ap_card(entry: Entry) -> Capability | None:
    from vsh.xml.host.node_device.ccw import CryptoCard

    adapter = to_number(entry.name.removeprefix("card"), 16)
    return None if adapter is None else CryptoCard(type="ap_card", adapter=adapter)


def _ap_queue(entry: Entry) -> Capability | None:
    from vsh.xml.host.node_device.ccw import CryptoQueue

    adapter, domain = (to_number(part, 16) for part in (*entry.name.split("."), "")[:2])
    if adapter is None or domain is None:
        return None
    return CryptoQueue(type="ap_queue", adapter=adapter, domain=domain)


def _ap_matrix(entry: Entry) -> Capability | None:
    from vsh.drivers.host.node_device.pci import mdev_types
    from vsh.xml.host.node_device.ccw import CryptoMatrix

    types = mdev_types(entry)
    return CryptoMatrix(type="ap_matrix", capabilities=[] if types is None else [types])


def _mdev_parent(entry: Entry) -> Capability | None:
    from vsh.drivers.host.node_device.pci import mdev_types

    return mdev_types(entry)


_DESCRIBERS: dict[str, Callable[[Entry], Capability | None]] = {
    "pci": _pci,
    "usb_device": _usb_device,
    "usb": _usb_interface,
    "scsi_host": disks.host,
    "scsi_target": disks.target,
    "scsi": disks.unit,
    "storage": disks.drive,
    "scsi_generic": disks.generic,
    "drm": _drm,
    "mdev": _mdev,
    "vdpa": _vdpa,
    "ccw": _ccw,
    "css": _css,
    "ap_card": _ap_card,
    "ap_queue": _ap_queue,
    "ap_matrix": _ap_matrix,
    "mdev_types": _mdev_parent,
}


def named(devices: Iterable[Device], name: str) -> Device | None:
    """The one of that name."""
    return next((device for device in devices if device.name == name), None)
