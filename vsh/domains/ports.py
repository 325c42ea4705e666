"""Ports that are counted: of virtio-serial controllers and of USB controllers and hubs, and the
device numbers of channel I/O (ccw)."""

from __future__ import annotations

from vsh.domains.controllers import add_controller
from vsh.domains.pci import placed
from vsh.errors import InternalError, XmlError
from vsh.xml.domain.devices.address import Address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.controller import Controller

SERIAL_PORTS = 31
HUB_PORTS = 8
DEPTH = 4
_USB_PORTS = {
    None: 2, "piix3-uhci": 2, "piix4-uhci": 2, "vt82c686b-uhci": 2, "ehci": 6, "ich9-ehci1": 6,
    "pci-ohci": 3, "nec-xhci": 4, "qemu-xhci": 4, "qusb1": 8, "qusb2": 8,
}  # fmt: skip
_COUNTED = ("nec-xhci", "qemu-xhci", "qusb1", "qusb2")


class SerialPorts:
    """The ports of the virtio-serial controllers."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.controllers: dict[int, tuple[int, set[int]]] = {}
        for controller in domain.controllers:
            if controller.type == "virtio-serial":
                self._add(controller)
        for device in placed(domain):
            if self.complete(device) and device.address is not None:
                self.reserve(device.address)

    def _add(self, controller: Controller) -> None:
        if controller.index in self.controllers:
            raise InternalError(
                f"virtio serial controller with index {controller.index} already exists in the "
                "address set"
            )
        ports = SERIAL_PORTS if controller.ports is None else controller.ports
        self.controllers[controller.index or 0] = (ports, set())

    @staticmethod
    def complete(device: Device) -> bool:
        """Whether a device has a port."""
        address = device.address
        return address is not None and address.type == "virtio-serial" and bool(address.port)

    def reserve(self, address: Address) -> None:
        """Take a port; 0, which consoles have, is never taken."""
        number, port = address.controller, address.port
        if not port:
            return
        if number not in self.controllers:
            raise XmlError(f"virtio serial controller {number} is missing")
        ports, used = self.controllers[number]
        if port >= ports:
            raise XmlError(f"virtio serial controller {number} does not have port {port}")
        if port in used:
            raise XmlError(f"virtio serial port {port} on controller {number} is already occupied")
        used.add(port)

    def assign(self, device: Device, zero: bool) -> None:
        """Give a device a port; a console takes one (0 is fit for it) without keeping it."""
        made = self.take(device, zero)
        if not zero:
            device.address = made

    def take(self, device: Device, zero: bool) -> Address:
        """Take a port for a device; gives where it is."""
        address = device.address
        if address is not None and address.type == "virtio-serial":
            # a controller was named: a console's own word is not looked at
            made = self._next_of(0 if zero else address.controller)
        else:
            made = self._next(zero)
        self.reserve(made)
        return made

    def _next_of(self, number: int) -> Address:
        if number not in self.controllers:
            raise InternalError(f"virtio-serial controller {number} not available")
        port = self._free(number, 1)
        if port is None:
            raise XmlError(f"Unable to find a free port on virtio-serial controller {number}")
        return Address(type="virtio-serial", controller=number, bus=0, port=port)

    def _free(self, number: int, first: int) -> int | None:
        ports, used = self.controllers[number]
        return next((port for port in range(first, ports) if port not in used), None)

    def _next(self, zero: bool) -> Address:
        first = 0 if zero else 1  # port 0 is kept for consoles
        if not self.controllers:
            raise InternalError("no virtio-serial controllers are available")
        for number in sorted(self.controllers):
            port = self._free(number, first)
            if port is not None:
                return Address(type="virtio-serial", controller=number, bus=0, port=port)
        number = next(n for n in range(len(self.controllers) + 1) if n not in self.controllers)
        add_controller(self.domain, "virtio-serial", number)
        self.controllers[number] = (SERIAL_PORTS, set())
        return Address(type="virtio-serial", controller=number, bus=0, port=first)


class Hub:
    """A USB controller or hub: its ports, and the hubs plugged into them."""

    __slots__ = ("hubs", "ports", "used")

    def __init__(self, ports: int) -> None:
        self.ports = ports
        self.used: set[int] = set()
        self.hubs: dict[int, Hub] = {}

    def free(self, level: int = 0) -> list[int] | None:
        """The way to a free port."""
        for port in range(1, self.ports + 1):
            if port not in self.used:
                return [port]
        if level < DEPTH - 1:
            for port in sorted(self.hubs):
                rest = self.hubs[port].free(level + 1)
                if rest is not None:
                    return [port, *rest]
        return None


def usb_ports(controller: Controller) -> int:
    """How many ports a USB controller has; the companions of an EHCI one count with it."""
    if controller.model in _COUNTED and controller.ports is not None:
        return int(controller.ports)
    return _USB_PORTS.get(controller.model, 0)


def has_port(device: Device) -> bool:
    """Whether a device has a USB port."""
    address = device.address
    return address is not None and address.type == "usb" and bool(address.port)


class UsbPorts:
    """The ports of all USB controllers and hubs."""

    def __init__(self, domain: Domain) -> None:
        self.buses: dict[int, Hub] = {}
        for controller in domain.controllers:
            ports = usb_ports(controller) if controller.type == "usb" else 0
            if ports:
                if controller.index in self.buses:
                    raise XmlError(f"Duplicate USB controllers with index {controller.index}")
                self.buses[controller.index or 0] = Hub(ports)
        for hub in domain.hubs:
            if hub.type == "usb" and has_port(hub):
                self.add_hub(hub)

    def _find(self, address: Address) -> tuple[Hub, int]:
        bus, text = address.bus, address.port
        hub = self.buses.get(bus)
        if hub is None:
            raise XmlError(f"Missing USB bus {bus}")
        *way, last = map(int, text.split("."))
        for port in way:
            if hub.ports < port:
                raise XmlError(f"port {port} out of range in USB address bus: {bus} port: {text}")
            inner = hub.hubs.get(port)
            if inner is None:
                raise XmlError(
                    f"there is no hub at port {port} in USB address bus: {bus} port: {text}"
                )
            hub = inner
        if last > hub.ports:
            raise XmlError(f"requested USB port {text} not present on USB bus {bus}")
        return hub, last

    def add_hub(self, device: Device) -> None:
        """Take note of a hub."""
        address = device.address
        assert address is not None
        hub, port = self._find(address)
        if port in hub.hubs:
            raise XmlError(f"Duplicate USB hub on bus {address.bus} port {address.port}")
        hub.used.add(port)
        hub.hubs[port] = Hub(HUB_PORTS)

    def reserve(self, device: Device) -> None:
        """Take the port that a device has."""
        address = device.address
        assert address is not None
        hub, port = self._find(address)
        if port in hub.used:
            raise XmlError(f"Duplicate USB address bus {address.bus} port {address.port}")
        hub.used.add(port)

    def assign(self, device: Device) -> None:
        """Give a device a free port, on the bus that it asks for if it does."""
        address = device.address
        buses = sorted(self.buses)
        if address is not None and address.type == "usb":
            if address.bus not in self.buses:
                raise XmlError(
                    f"USB bus {address.bus} requested but no controller with that index is present"
                )
            buses = [address.bus]
        for bus in buses:
            way = self.buses[bus].free()
            if way is not None:
                device.address = Address(type="usb", bus=bus, port=".".join(map(str, way)))
                self.reserve(device)
                return
        raise InternalError("No free USB ports")


def assign_ccw(domain: Domain) -> None:
    """Give each device of the channel subsystem a number; the virtual subsystem's is 0xfe."""
    places = (device.address for device in placed(domain))
    addresses = [place for place in places if place is not None and place.type == "ccw"]
    used = set()
    for address in addresses:
        if address.devno is not None:
            numbers = address.numbers()
            if numbers in used:
                cssid, ssid, devno = numbers
                raise XmlError(f"The CCW devno '{cssid:x}.{ssid:x}.{devno:04x}' is in use already")
            used.add(numbers)
    free = ((0xFE, ssid, devno) for ssid in range(4) for devno in range(0x10000))
    for address in addresses:
        if address.devno is None:
            found = next((numbers for numbers in free if numbers not in used), None)
            if found is None:
                raise InternalError("There are no more free CCW devnos.")
            used.add(found)
            address.cssid, address.ssid, address.devno = found
