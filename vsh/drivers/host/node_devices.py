"""Which devices this machine has, finding them, and making mediated ones and virtual ports."""

from __future__ import annotations

from vsh.api.connection import devices as api
from vsh.api.node_device import NodeDevice
from vsh.drivers.part import Part
from vsh.errors import ConfigUnsupported, NoNodeDevice, ParseFailed
from vsh.words.node_device import NodeDeviceCreateXML, NodeDeviceDefineXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.node_device.device import Device
    from vsh.drivers.host.node_device.devices import Devices
    from vsh.xml.host.node_device import Mdev, NewNodeDevice

_KINDS = (
    "system", "pci", "usb_device", "usb", "net", "scsi_host", "scsi_target", "scsi", "storage",
    "fc_host", "vports", "scsi_generic", "drm", "mdev_types", "mdev", "ccw", "css", "vdpa",
    "ap_card", "ap_queue", "ap_matrix", "vpd", "ccwgroup", "ccwgroup_member",
)  # fmt: skip
"""In the order of virConnectListAllNodeDeviceFlags."""
_PERSISTENT, _TRANSIENT, _INACTIVE, _ACTIVE = (1 << bit for bit in (28, 29, 30, 31))
_OF_KINDS = (1 << len(_KINDS)) - 1


class HostDevices(Part, answers=api):
    """Listing, finding, making."""

    prefix = "node"
    driver: HostDriver

    @property
    def _devices(self) -> Devices:
        return self.driver.hypervisor.node_devices

    def list_all_node_devices(self, connection: Connection, flags: int = 0) -> list[NodeDevice]:
        life = _PERSISTENT | _TRANSIENT | _INACTIVE | _ACTIVE
        self.accept(flags, _OF_KINDS | life, "nodeConnectListAllNodeDevices")
        return [
            NodeDevice(connection, device.name)
            for device in self._devices.all()
            if _is_picked(device, flags)
        ]

    def node_num_of_devices(
        self, connection: Connection, kind: str | None = None, flags: int = 0
    ) -> int:
        self.accept(flags, 0, "nodeNumOfDevices")
        return len(self._devices.of_kind(kind))

    def node_list_devices(
        self, connection: Connection, kind: str | None = None, flags: int = 0
    ) -> list[str]:
        self.accept(flags, 0, "nodeListDevices")
        return [device.name for device in self._devices.of_kind(kind)]

    def node_device_lookup_by_name(self, connection: Connection, name: str) -> NodeDevice:
        return NodeDevice(connection, self._devices.called(name).name)

    def node_device_lookup_scsi_host_by_wwn(
        self, connection: Connection, wwnn: str, wwpn: str, flags: int = 0
    ) -> NodeDevice:
        from vsh.drivers.host.node_device import virtual_port

        self.accept(flags, 0, "nodeDeviceLookupSCSIHostByWWN")
        found = virtual_port.with_names(self._devices.all(), wwnn, wwpn)
        if found is None:
            raise NoNodeDevice(f"no node device with matching wwnn '{wwnn}' and wwpn '{wwpn}'")
        return NodeDevice(connection, found.name)

    def node_device_create_xml(
        self, connection: Connection, xml_desc: str, flags: int = 0
    ) -> NodeDevice:
        from vsh.drivers.host.node_device import mediated, virtual_port

        self.accept(flags, NodeDeviceCreateXML.VALIDATE, "nodeDeviceCreateXML")
        wanted = parsed(xml_desc, validate=bool(flags & NodeDeviceCreateXML.VALIDATE))
        mdev = self._mdev(wanted)
        if any(each.type == "scsi_host" for each in wanted.capabilities):
            return NodeDevice(connection, virtual_port.make(self._devices, wanted).name)
        if mdev is None:
            raise ConfigUnsupported("Unsupported device type")
        mdev.uuid = mediated.make(mdev, define=False)
        return NodeDevice(connection, self._devices.called(mediated.name_of(mdev)).name)

    def node_device_define_xml(
        self, connection: Connection, xml_desc: str, flags: int = 0
    ) -> NodeDevice:
        from vsh.drivers.host.node_device import mediated

        self.accept(flags, NodeDeviceDefineXML.VALIDATE, "nodeDeviceDefineXML")
        mdev = self._mdev(parsed(xml_desc, validate=bool(flags & NodeDeviceDefineXML.VALIDATE)))
        if mdev is None:
            raise ConfigUnsupported("Unsupported device type")
        mdev.uuid = mediated.make(mdev, define=True)
        return NodeDevice(connection, mediated.name_of(mdev))

    def _mdev(self, wanted: NewNodeDevice) -> Mdev | None:
        """The mediated device that a document describes, whose parent is there.  Raises Error."""
        from vsh.drivers.host.node_device import mediated
        from vsh.drivers.host.node_device.devices import named
        from vsh.xml.host.node_device import Mdev

        for mdev in wanted.capabilities:
            if not isinstance(mdev, Mdev):
                continue
            if wanted.parent is None:
                raise ConfigUnsupported("missing parent device")
            parent = named(self._devices.all(), wanted.parent)
            if parent is None:
                raise ConfigUnsupported(f"invalid parent device '{wanted.parent}'")
            mdev.parent_address = mediated.address(parent)
            if mdev.parent_address is None:
                raise ParseFailed(f"Unable to find address for parent device '{wanted.parent}'")
            return mdev
        return None


def _is_picked(device: Device, flags: int) -> bool:
    """Whether a listing with these flags shows a device."""
    kinds = [kind for bit, kind in enumerate(_KINDS) if flags >> bit & 1]
    if kinds and not set(kinds).intersection(device.kinds):
        return False
    life = (
        (_PERSISTENT, device.persistent), (_TRANSIENT, not device.persistent),
    ), ((_ACTIVE, device.active), (_INACTIVE, not device.active))  # fmt: skip
    for pair in life:
        wanted = [holds for bit, holds in pair if flags & bit]
        if wanted and not any(wanted):
            return False
    return True


def parsed(xml: str, *, validate: bool) -> NewNodeDevice:
    """A document of a device, held against libvirt's schema if asked.  Raises XmlError."""
    from vsh.xml.engine.reader import read
    from vsh.xml.host.node_device import NewNodeDevice

    if validate:
        from vsh.xml.schema import check

        error = check(xml, "nodedev", NewNodeDevice)
        if error is not None:
            raise error
    return read(xml, NewNodeDevice)
