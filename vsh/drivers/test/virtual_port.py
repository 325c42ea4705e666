"""The virtual Fibre Channel port that can be made, and that a pool on one makes and drops."""

from __future__ import annotations

from vsh.api.node_device import NodeDevice
from vsh.drivers.test import things
from vsh.errors import InternalError
from vsh.words.event import NodeDeviceEventLifecycleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.test.part import TestPart
    from vsh.drivers.test.things import HostDevice
    from vsh.xml.host.node_device import NodeDevice as NodeDeviceDefinition
    from vsh.xml.host.node_device.scsi import FcHost

# the port that is made, and the one that it is made like
_PORT, _MODEL = "scsi_host12", "scsi_host11"


def make(part: TestPart, wwnn: str, wwpn: str) -> HostDevice:
    """Make the one virtual port that there can be, in the image of another; it replaces itself."""
    devices = part.hypervisor.devices
    model = devices.named(_MODEL)
    if model is None:
        raise InternalError.whole("An error occurred, but the cause is unknown")
    definition = model.definition.copy()
    definition.name = _PORT
    for host in definition.capabilities:
        for port in getattr(host, "capabilities", ()):
            if port.type == "fc_host":
                port.wwnn, port.wwpn = wwnn, wwpn
    made = things.HostDevice(_PORT, model.parent, model.kinds, definition)
    made.persistent = made.active = False
    with part.hypervisor.lock:
        before = devices.named(_PORT)
        if before is not None:
            devices.remove(before)
        devices.add(made)
    tell(part, made, NodeDeviceEventLifecycleType.CREATED)
    return made


def drop(part: TestPart) -> None:
    """Take the virtual port away again.  Raises NoNodeDevice where it has gone."""
    with part.hypervisor.lock:
        made = part.hypervisor.devices.called(_PORT)
        part.hypervisor.devices.remove(made)
    tell(part, made, NodeDeviceEventLifecycleType.DELETED)


def tell(part: TestPart, device: HostDevice, what: int) -> None:
    """Tell whoever listens that a device came or went."""
    from vsh.words.event_id import NodeDeviceEventID

    name = device.name
    part.tell(
        "node_device",
        NodeDeviceEventID.LIFECYCLE,
        name,
        lambda asker: NodeDevice(asker, name),
        what,
        0,
    )


def of(definition: NodeDeviceDefinition) -> FcHost:
    """The Fibre Channel port that a device is.  Raises InternalError."""
    from vsh.xml.host.node_device.scsi import FcHost, ScsiHost

    for host in definition.capabilities:
        for port in host.capabilities if isinstance(host, ScsiHost) else ():
            if isinstance(port, FcHost):
                return port
    raise InternalError("Device is not a fibre channel HBA")
