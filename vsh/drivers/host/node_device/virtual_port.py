"""Virtual ports of Fibre Channel adapters (NPIV), which the kernel makes where it is told to."""

from __future__ import annotations

import os
import time

from vsh.errors import InternalError, NoNodeDevice, SystemFailure, XmlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.node_device.device import Device
    from vsh.drivers.host.node_device.devices import Devices
    from vsh.xml.host.node_device import NodeDevice as Definition
    from vsh.xml.host.node_device.scsi import FcHost

WAIT = 60.0
"""Seconds that a new port has to come up, as libvirt gives it."""


def of(definition: Definition) -> FcHost:
    """The port that a device is.  Raises InternalError."""
    from vsh.xml.host.node_device.scsi import FcHost, ScsiHost

    for host in definition.capabilities:
        for port in host.capabilities if isinstance(host, ScsiHost) else ():
            if isinstance(port, FcHost):
                return port
    raise InternalError("Device is not a fibre channel HBA")


def with_names(devices: list[Device], wwnn: str | None, wwpn: str | None) -> Device | None:
    """The adapter with these world wide names."""
    for device in devices:
        if "fc_host" in device.kinds:
            port = of(device.definition)
            if (port.wwnn, port.wwpn) == (wwnn, wwpn):
                return device
    return None


def make(devices: Devices, wanted: Definition) -> Device:
    """Make the port that a document describes.  Raises Error."""
    port = of(wanted)
    parent = _parent(devices.all(), wanted)
    _tell_kernel(devices, parent, "vport_create", f"{port.wwpn}:{port.wwnn}")
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        found = with_names(devices.all(), port.wwnn, port.wwpn)
        if found is not None:
            return found
        time.sleep(0.1)
    raise NoNodeDevice(
        f"no node device for '{wanted.name}' with matching wwnn '{port.wwnn}' and "
        f"wwpn '{port.wwpn}'"
    )


def remove(devices: Devices, device: Device) -> None:
    """Take a port away.  Raises Error."""
    from vsh.drivers.host.node_device.devices import named

    port = of(device.definition)
    parent = named(devices.all(), device.parent or "")
    if parent is None:
        raise InternalError(f"cannot find parent '{device.parent}' definition")
    _tell_kernel(devices, parent, "vport_delete", f"{port.wwpn}:{port.wwnn}")


def _tell_kernel(devices: Devices, parent: Device, file: str, text: str) -> None:
    if not parent.name.startswith("scsi_host"):
        raise XmlError(f"Cannot get number from scsi host name '{parent.name}'")
    name = (parent.path or "").rpartition("/")[2]
    path = f"{devices.tree.root}/sys/class/fc_host/{name}/{file}"
    if not os.path.exists(path):
        raise InternalError(f"vport operation '{file}' is not supported for {name}")
    try:
        with open(path, "w", encoding="ascii") as out:
            out.write(text)
    except OSError as error:
        raise SystemFailure(
            f"Write of '{text}' to '{path}' during vport create/delete failed: {error.strerror}"
        ) from None


def _parent(devices: list[Device], wanted: Definition) -> Device:
    """The adapter that a new port is to be of.  Raises InternalError."""
    found: Device | None
    if wanted.parent is not None:
        found = next((each for each in devices if each.name == wanted.parent), None)
    elif wanted.parent_wwnn is not None and wanted.parent_wwpn is not None:
        found = with_names(devices, wanted.parent_wwnn, wanted.parent_wwpn)
    elif wanted.parent_fabric_wwn is not None:
        ports = [each for each in devices if "fc_host" in each.kinds]
        fabric = wanted.parent_fabric_wwn
        found = next((each for each in ports if of(each.definition).fabric_wwn == fabric), None)
    else:
        found = next((each for each in devices if "vports" in each.kinds), None)
        if found is None:
            raise InternalError("Could not find any vport capable device")
    if found is None:
        raise InternalError(f"Could not find parent device for '{wanted.name}'")
    if "vports" not in found.kinds:
        raise InternalError(f"Parent device {found.name} is not capable of vport operations")
    return found
