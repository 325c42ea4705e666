"""A device of this machine: what it is, giving it to guests, and the life of mediated ones."""

from __future__ import annotations

from vsh.api import node_device as api
from vsh.drivers.part import Part
from vsh.errors import ConfigUnsupported, InternalError, OperationInvalid, OperationUnsupported
from vsh.words.node_device import NodeDeviceUpdate, NodeDeviceXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.node_device.assigning import Assigning
    from vsh.drivers.host.node_device.device import Device
    from vsh.xml.host.node_device import Mdev, NewNodeDevice

_UNSUPPORTED = "Unsupported device type"


class NodeDevice(Part, answers=api):
    """Answers about a device of the host."""

    prefix = "node"
    driver: HostDriver

    def _found(self, device: api.NodeDevice) -> Device:
        return self.driver.hypervisor.node_devices.called(device.name)

    @property
    def _assigning(self) -> Assigning:
        return self.driver.hypervisor.assigning

    def get_xml_desc(self, device: api.NodeDevice, flags: int = 0) -> str:
        from vsh.xml.engine.flags import INACTIVE

        self.accept(flags, NodeDeviceXML.INACTIVE, "nodeDeviceGetXMLDesc")
        found = self._found(device)
        if flags & NodeDeviceXML.INACTIVE and not found.persistent:
            raise OperationInvalid.whole(
                f"Requested operation is not valid: node device '{found.name}' is not persistent"
            )
        later = bool(flags) or not found.active
        return found.definition.format(INACTIVE if later else 0)

    def get_parent(self, device: api.NodeDevice) -> str:
        found = self._found(device)
        if found.parent is None:
            raise InternalError("no parent for this device")
        return found.parent

    def num_of_caps(self, device: api.NodeDevice) -> int:
        return len(self.list_caps(device))

    def list_caps(self, device: api.NodeDevice) -> list[str]:
        return list(self._found(device).kinds)

    def is_active(self, device: api.NodeDevice) -> int:
        return int(self._found(device).active)

    def is_persistent(self, device: api.NodeDevice) -> int:
        return int(self._found(device).persistent)

    def get_autostart(self, device: api.NodeDevice) -> int:
        return int(self._found(device).autostart)

    # ---- giving PCI devices to guests

    def dettach(self, device: api.NodeDevice) -> None:
        self.detach_flags(device)

    def detach_flags(
        self, device: api.NodeDevice, driver: str | None = None, flags: int = 0
    ) -> None:
        from vsh.drivers.host.node_device.assigning import address_of, check_driver

        self.accept(flags, 0, "qemuNodeDeviceDetachFlags")
        check_driver(driver, self._assigning.root)
        self._assigning.take(address_of(self._found(device)))

    def re_attach(self, device: api.NodeDevice) -> None:
        from vsh.drivers.host.node_device.assigning import address_of

        self._assigning.give_back(address_of(self._found(device)))

    def reset(self, device: api.NodeDevice) -> None:
        from vsh.drivers.host.node_device.assigning import address_of

        self._assigning.reset(address_of(self._found(device)))

    # ---- mediated devices, and virtual ports of Fibre Channel

    def destroy(self, device: api.NodeDevice) -> None:
        from vsh.drivers.host.node_device import mediated, virtual_port

        found = self._found(device)
        if "scsi_host" in found.kinds:
            virtual_port.remove(self.driver.hypervisor.node_devices, found)
            return
        mdev = _mdev(found)
        if mdev is None:
            raise ConfigUnsupported(_UNSUPPORTED)
        if not found.active:
            raise OperationInvalid(f"Device '{found.name}' is not active")
        mediated.stop(mdev, found.name)

    def create(self, device: api.NodeDevice, flags: int = 0) -> None:
        from vsh.drivers.host.node_device import mediated

        self.accept(flags, 0, "nodeDeviceCreate")
        found = self._found(device)
        if found.active:
            raise OperationInvalid("Device is already active")
        mdev = _mdev(found)
        if mdev is None:
            raise ConfigUnsupported(_UNSUPPORTED)
        mediated.start(mdev)

    def undefine(self, device: api.NodeDevice, flags: int = 0) -> None:
        from vsh.drivers.host.node_device import mediated

        self.accept(flags, 0, "nodeDeviceUndefine")
        found = self._found(device)
        if not found.persistent:
            raise OperationInvalid(f"Node device '{found.name}' is not defined")
        mdev = _mdev(found)
        if mdev is None:
            raise ConfigUnsupported(_UNSUPPORTED)
        mediated.undefine(mdev)

    def update(self, device: api.NodeDevice, xml_desc: str, flags: int = 0) -> None:
        from vsh.drivers.host.node_device import mediated
        from vsh.drivers.host.node_devices import parsed

        self.accept(
            flags, NodeDeviceUpdate.AFFECT_LIVE | NodeDeviceUpdate.AFFECT_CONFIG, "nodeDeviceUpdate"
        )
        found = self._found(device)
        described = parsed(xml_desc, validate=True)  # always, as by libvirt
        mdev = _mdev(found)
        if mdev is None:
            raise ConfigUnsupported(_UNSUPPORTED)
        if not flags:
            flags = NodeDeviceUpdate.AFFECT_LIVE if found.active else NodeDeviceUpdate.AFFECT_CONFIG
        if flags & NodeDeviceUpdate.AFFECT_LIVE and not found.active:
            raise OperationInvalid("node device is not active")
        if flags & NodeDeviceUpdate.AFFECT_CONFIG and not found.persistent:
            raise OperationInvalid("transient node devices do not have any persistent config")
        wanted = _changed(found, mdev, described)
        mediated.modify(
            found.name,
            wanted,
            live=bool(flags & NodeDeviceUpdate.AFFECT_LIVE),
            defined=bool(flags & NodeDeviceUpdate.AFFECT_CONFIG),
        )

    def set_autostart(self, device: api.NodeDevice, wanted: int) -> None:
        from vsh.drivers.host.node_device import mediated

        found = self._found(device)
        mdev = _mdev(found)
        if mdev is None:
            raise OperationUnsupported(_UNSUPPORTED)
        if not found.persistent:
            raise OperationInvalid("cannot set autostart for transient device")
        if bool(wanted) != found.autostart:
            mediated.set_autostart(mdev, found.name, wanted=bool(wanted))


def _mdev(device: Device) -> Mdev | None:
    """What a mediated device is; None of another one."""
    from vsh.xml.host.node_device import Mdev

    first = device.definition.capabilities[0]
    return first if isinstance(first, Mdev) else None


def _changed(device: Device, mdev: Mdev, wanted: NewNodeDevice) -> Mdev:
    """A mediated device with other attributes.  Raises ConfigUnsupported."""
    from vsh.xml.host.node_device import Mdev

    for new in wanted.capabilities:
        if not isinstance(new, Mdev):
            continue
        whose = f"Cannot update device '{device.name}"
        if new.uuid is not None and new.uuid != mdev.uuid:
            raise ConfigUnsupported(f"{whose}, uuid mismatch (current uuid '{mdev.uuid}')")
        if new.kind != mdev.kind:
            raise ConfigUnsupported(f"{whose}', type mismatch (current type '{mdev.kind}')")
        if new.parent_address not in (None, mdev.parent_address):
            raise ConfigUnsupported(
                f"{whose}', parent address mismatch (current parent address "
                f"'{mdev.parent_address}')"
            )
        new.uuid, new.parent_address = mdev.uuid, mdev.parent_address
        return new
    raise ConfigUnsupported(_UNSUPPORTED)
