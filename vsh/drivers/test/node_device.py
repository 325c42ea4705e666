"""A device of the host: what it is, and taking a virtual port away."""

from __future__ import annotations

from vsh.api import node_device as api
from vsh.drivers.test import virtual_port
from vsh.drivers.test.part import TestPart
from vsh.errors import InternalError, OperationInvalid
from vsh.words.event import NodeDeviceEventLifecycleType
from vsh.words.node_device import NodeDeviceXML


class NodeDevice(TestPart, answers=api):
    """Answers about a device of the host."""

    def get_xml_desc(self, device: api.NodeDevice, flags: int = 0) -> str:
        self.accept(flags, NodeDeviceXML.INACTIVE, "testNodeDeviceGetXMLDesc")
        with self.hypervisor.devices.query(device) as found:
            if flags & NodeDeviceXML.INACTIVE and not found.persistent:
                raise OperationInvalid.whole(
                    "Requested operation is not valid: "
                    f"node device '{found.name}' is not persistent"
                )
            if flags or not found.active:
                from vsh.xml.engine.flags import INACTIVE

                return str(found.definition.format(INACTIVE))
            return found.text

    def get_parent(self, device: api.NodeDevice) -> str:
        with self.hypervisor.devices.query(device) as found:
            if found.parent is None:
                raise InternalError("no parent for this device")
            return found.parent

    def num_of_caps(self, device: api.NodeDevice) -> int:
        return len(self.list_caps(device))

    def list_caps(self, device: api.NodeDevice) -> list[str]:
        with self.hypervisor.devices.query(device) as found:
            return list(found.kinds[:1])

    def is_active(self, device: api.NodeDevice) -> int:
        with self.hypervisor.devices.query(device) as found:
            return int(found.active)

    def is_persistent(self, device: api.NodeDevice) -> int:
        with self.hypervisor.devices.query(device) as found:
            return int(found.persistent)

    def destroy(self, device: api.NodeDevice) -> None:
        with self.hypervisor.devices.modify(device) as found:
            try:
                virtual_port.of(found.definition)
            except InternalError:
                return  # libvirt's test driver says yes to this, and does nothing
            if self.hypervisor.devices.named(found.parent or "") is None:
                return
            self.hypervisor.devices.remove(found)
            virtual_port.tell(self, found, NodeDeviceEventLifecycleType.DELETED)
