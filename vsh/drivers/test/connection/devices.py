"""Which devices the host has, finding them, and making virtual ports."""

from __future__ import annotations

from vsh.api.connection import devices
from vsh.api.node_device import NodeDevice
from vsh.drivers.state.filters import picked
from vsh.drivers.test import virtual_port
from vsh.drivers.test.part import TestPart
from vsh.errors import InternalError
from vsh.words.connection import ListAllNodeDevice
from vsh.words.node_device import NodeDeviceCreateXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.connection import Connection
    from vsh.drivers.test.things import HostDevice
    from vsh.xml.host.node_device import NewNodeDevice

KINDS = (
    "system",
    "pci",
    "usb_device",
    "usb",
    "net",
    "scsi_host",
    "scsi_target",
    "scsi",
    "storage",
    "fc_host",
    "vports",
    "scsi_generic",
    "drm",
    "mdev_types",
    "mdev",
    "ccw",
    "css",
    "vdpa",
    "ap_card",
    "ap_queue",
    "ap_matrix",
    "vpd",
    "ccwgroup",
)


def _of_kind(kind: str) -> Callable[[HostDevice], bool]:
    return lambda device: kind in device.kinds


FILTERS = (
    tuple((1 << number, _of_kind(kind)) for number, kind in enumerate(KINDS)),
    (
        (ListAllNodeDevice.PERSISTENT, lambda device: device.persistent),
        (ListAllNodeDevice.TRANSIENT, lambda device: not device.persistent),
    ),
    (
        (ListAllNodeDevice.ACTIVE, lambda device: device.active),
        (ListAllNodeDevice.INACTIVE, lambda device: not device.active),
    ),
)
_ALL = (1 << len(KINDS)) - 1 | 15 << 28


class Devices(TestPart, answers=devices):
    """Listing, finding, making."""

    def list_all_node_devices(self, connection: Connection, flags: int = 0) -> list[NodeDevice]:
        self.accept(flags, _ALL, "testConnectListAllNodeDevices")
        return [
            NodeDevice(connection, device.name)
            for device in picked(self.hypervisor.devices.all(), flags, FILTERS)
        ]

    def node_num_of_devices(
        self, connection: Connection, kind: str | None = None, flags: int = 0
    ) -> int:
        self.accept(flags, 0, "testNodeNumOfDevices")
        return len(self._of(kind))

    def node_list_devices(
        self, connection: Connection, kind: str | None = None, flags: int = 0
    ) -> list[str]:
        self.accept(flags, 0, "testNodeListDevices")
        return [device.name for device in self._of(kind)]

    def node_device_lookup_by_name(self, connection: Connection, name: str) -> NodeDevice:
        return NodeDevice(connection, self.hypervisor.devices.called(name).name)

    def node_device_create_xml(
        self, connection: Connection, xml_desc: str, flags: int = 0
    ) -> NodeDevice:
        from vsh.xml.engine.reader import read
        from vsh.xml.host.node_device import NewNodeDevice

        self.accept(flags, NodeDeviceCreateXML.VALIDATE, "testNodeDeviceCreateXML")
        if flags & NodeDeviceCreateXML.VALIDATE:
            from vsh.xml.schema import check

            error = check(xml_desc, "nodedev", NewNodeDevice)
            if error is not None:
                raise error
        wanted = read(xml_desc, NewNodeDevice)
        port = virtual_port.of(wanted)
        self._check_parent(wanted)
        return NodeDevice(
            connection, virtual_port.make(self, port.wwnn or "", port.wwpn or "").name
        )

    def _check_parent(self, wanted: NewNodeDevice) -> None:
        """Whether the parent that a new port names can have ports.  Raises InternalError."""
        devices = self.hypervisor.devices.all()
        if wanted.parent is not None:
            found = [device for device in devices if device.name == wanted.parent]
        elif wanted.parent_wwnn is not None and wanted.parent_wwpn is not None:
            names = (wanted.parent_wwnn, wanted.parent_wwpn)
            found = [device for device in devices if _names(device)[:2] == names]
        elif wanted.parent_fabric_wwn is not None:
            found = [device for device in devices if _names(device)[2] == wanted.parent_fabric_wwn]
        else:
            found = [device for device in devices if "vports" in device.kinds]
            if not found:
                raise InternalError("Could not find any vport capable device")
        if not found:
            raise InternalError(f"Could not find parent device for '{wanted.name}'")
        if "vports" not in found[0].kinds:
            raise InternalError(f"Parent device {found[0].name} is not capable of vport operations")

    def _of(self, kind: str | None) -> list[HostDevice]:
        return [
            device
            for device in self.hypervisor.devices.all()
            if kind is None or kind in device.kinds
        ]


def _names(device: HostDevice) -> tuple[str | None, str | None, str | None]:
    """The world wide names of a device."""
    if "fc_host" not in device.kinds:
        return (None, None, None)
    with device:
        port = virtual_port.of(device.definition)
    return (port.wwnn, port.wwpn, port.fabric_wwn)
