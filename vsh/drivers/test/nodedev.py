"""Devices of the host: which there are, finding them, and what they are."""

from __future__ import annotations

from vsh.api.node_device import NodeDevice
from vsh.drivers._base import bare
from vsh.drivers.test import things
from vsh.drivers.test._part import Part
from vsh.drivers.test.things import picked
from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.drivers.test.things import HostDevice

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


# virConnectListAllNodeDeviceFlags
FILTERS = (
    tuple((1 << number, _of_kind(kind)) for number, kind in enumerate(KINDS)),
    ((1 << 28, lambda device: device.persistent), (1 << 29, lambda device: not device.persistent)),
    ((1 << 31, lambda device: device.active), (1 << 30, lambda device: not device.active)),
)
_ALL = (1 << len(KINDS)) - 1 | 15 << 28

_INACTIVE = 1
_VALIDATE = 1  # VIR_NODE_DEVICE_CREATE_XML_VALIDATE

# virNodeDeviceEventLifecycleType
CREATED, DELETED = 0, 1

# the port that is made, and the one that it is made like
_PORT, _PORT_MODEL = "scsi_host12", "scsi_host11"


class NodeDevices(Part):
    """Host devices."""

    def connect_list_all_node_devices(self, connection: Any, flags: int = 0) -> list[NodeDevice]:
        self.accept(flags, _ALL, "testConnectListAllNodeDevices")
        return [
            NodeDevice(connection, device.name)
            for device in picked(self.world.devices.values(), flags, FILTERS)
        ]

    def node_num_of_devices(self, connection: Any, kind: str | None = None, flags: int = 0) -> int:
        self.accept(flags, 0, "testNodeNumOfDevices")
        return len(self._of(kind))

    def node_list_devices(
        self, connection: Any, kind: str | None = None, flags: int = 0
    ) -> list[str]:
        self.accept(flags, 0, "testNodeListDevices")
        return [device.name for device in self._of(kind)]

    def node_device_lookup_by_name(self, connection: Any, name: str) -> NodeDevice:
        return NodeDevice(connection, self._device(name).name)

    def node_device_get_xml_desc(self, device: Any, flags: int = 0) -> str:
        self.accept(flags, _INACTIVE, "testNodeDeviceGetXMLDesc")
        found = self._device(device.name)
        if flags & _INACTIVE and not found.persistent:
            raise bare(
                55,
                f"Requested operation is not valid: node device '{found.name}' is not persistent",
            )
        if flags or not found.active:
            from vsh.xml.engine.flags import INACTIVE

            return str(found.definition.format(INACTIVE))
        return found.text

    def node_device_get_parent(self, device: Any) -> str:
        found = self._device(device.name)
        if found.parent is None:
            raise InternalError("no parent for this device")
        return found.parent

    def node_device_num_of_caps(self, device: Any) -> int:
        return len(self.node_device_list_caps(device))

    def node_device_list_caps(self, device: Any) -> list[str]:
        return list(self._device(device.name).kinds[:1])

    def node_device_is_active(self, device: Any) -> int:
        return int(self._device(device.name).active)

    def node_device_is_persistent(self, device: Any) -> int:
        return int(self._device(device.name).persistent)

    # ---- Fibre Channel ports, the only devices that can be made

    def node_device_create_xml(self, connection: Any, xml_desc: str, flags: int = 0) -> NodeDevice:
        from vsh.xml.engine.reader import read
        from vsh.xml.host.node_device import NewNodeDevice

        self.accept(flags, _VALIDATE, "testNodeDeviceCreateXML")
        if flags & _VALIDATE:
            from vsh.xml.engine.schema import check

            error = check(xml_desc, "nodedev", NewNodeDevice)
            if error is not None:
                raise error
        wanted = read(xml_desc, NewNodeDevice)
        port = _port(wanted)
        self._check_parent(wanted)
        return NodeDevice(connection, self.make_port(port.wwnn, port.wwpn).name)

    def node_device_destroy(self, device: Any) -> None:
        found = self._device(device.name)
        try:
            _port(found.definition)
        except InternalError:
            return  # libvirt's test driver says yes to this, and does nothing
        if found.parent not in self.world.devices:
            return
        del self.world.devices[found.name]
        self._device_event(found, DELETED)

    def make_port(self, wwnn: str, wwpn: str) -> HostDevice:
        """Make the one virtual port that there can be, in the image of another."""
        model = self.world.devices.get(_PORT_MODEL)
        if model is None:
            raise bare(1, "An error occurred, but the cause is unknown")
        definition = model.definition.copy()
        definition.name = _PORT
        for host in definition.capabilities:
            for port in getattr(host, "capabilities", ()):
                if port.type == "fc_host":
                    port.wwnn, port.wwpn = wwnn, wwpn
        made = things.HostDevice(_PORT, model.parent, model.kinds, definition)
        made.persistent = made.active = False
        self.world.devices[_PORT] = made
        self._device_event(made, CREATED)
        return made

    def drop_port(self) -> None:
        """Take the virtual port away again.  Raises NoNodeDevice where it has gone."""
        made = self._device(_PORT)
        del self.world.devices[_PORT]
        self._device_event(made, DELETED)

    def _check_parent(self, wanted: Any) -> None:
        """Whether the parent that a new port names can have ports.  Raises InternalError."""
        devices = self.world.devices.values()
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

    def _device_event(self, device: HostDevice, what: int) -> None:
        if not self.world.queues:
            return
        from vsh.api.event import by_id

        kind: Any = by_id("node_device", 0)
        name = device.name
        self.world.emit(
            "node_device", 0, name, lambda connection: kind(NodeDevice(connection, name), what, 0)
        )

    def _of(self, kind: str | None) -> list[HostDevice]:
        return [
            device for device in self.world.devices.values() if kind is None or kind in device.kinds
        ]

    def _device(self, name: str) -> HostDevice:
        device = self.world.devices.get(name)
        if device is None:
            raise bare(53, f"Node device not found: no node device with matching name '{name}'")
        return device


def _port(definition: Any) -> Any:
    """The Fibre Channel port that a device is.  Raises InternalError."""
    for host in definition.capabilities:
        if host.type == "scsi_host":
            for port in host.capabilities:
                if port.type == "fc_host":
                    return port
    raise InternalError("Device is not a fibre channel HBA")


def _names(device: HostDevice) -> tuple[str | None, str | None, str | None]:
    """The world wide names of a device."""
    if "fc_host" not in device.kinds:
        return (None, None, None)
    port = _port(device.definition)
    return (port.wwnn, port.wwpn, port.fabric_wwn)
