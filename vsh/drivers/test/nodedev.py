"""Devices of the host: which there are, finding them, and what they are."""

from __future__ import annotations

from vsh.api.node_device import NodeDevice
from vsh.drivers._base import bare
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

    def _of(self, kind: str | None) -> list[HostDevice]:
        return [
            device for device in self.world.devices.values() if kind is None or kind in device.kinds
        ]

    def _device(self, name: str) -> HostDevice:
        device = self.world.devices.get(name)
        if device is None:
            raise bare(53, f"Node device not found: no node device with matching name '{name}'")
        return device
