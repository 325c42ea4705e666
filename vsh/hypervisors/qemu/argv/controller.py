"""Controllers: the buses that are not the board's own."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.properties import nonzero, on_off
from vsh.hypervisors.qemu.argv.virtio import mapping, virtio
from vsh.hypervisors.qemu.check.controller import USB, check_usb
from vsh.hypervisors.qemu.machine import (
    S390,
    has_builtin_esp,
    has_builtin_ide,
    is_arm_virt,
    is_pseries,
    is_q35,
    is_riscv_virt,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties
    from vsh.xml.domain.devices.controller import Controller

# those of the mainboard's floppy drives and the readers of smart cards come later
_ORDER = ("pci", "usb", "scsi", "ide", "sata", "virtio-serial", "nvme")
_SCSI = {
    "lsilogic": "lsi", "ibmvscsi": "spapr-vscsi", "lsisas1068": "mptsas1068",
    "lsisas1078": "megasas", "vmpvscsi": "pvscsi", "am53c974": "am53c974", "dc390": "dc-390",
}  # fmt: skip


def add_controllers(line: Line) -> None:
    """All controllers that are given on a command line at this place."""
    _holes(line)
    for kind in _ORDER:
        add_kind(line, kind)
    _legacy_usb(line)


def add_kind(line: Line, kind: str) -> None:
    """The controllers of one kind."""
    for controller in line.domain.controllers:
        if controller.type == kind:
            add_controller(line, controller)


def add_controller(line: Line, controller: Controller) -> None:
    """One controller, unless it is the board's."""
    root = controller.type == "pci" and controller.model == "pci-root" and not controller.index
    if root and controller.hotplug is not None:
        line.add("-global", f"PIIX4_PM.acpi-root-pci-hotplug={on_off(controller.hotplug)}")
    if _is_boards(line, controller):
        return
    if controller.type == "usb" and controller.model in (None, "none"):
        unnamed = line.domain.os.arch in S390 if line.domain.newest else not _modern(line)
        if controller.model == "none" or unnamed:
            return
    properties = _device(line, controller)
    if properties:
        line.zpci(controller)
        line.device({**properties, **address_of(line, controller)})


def _is_boards(line: Line, controller: Controller) -> bool:
    domain, kind, model = line.domain, controller.type, controller.model
    if kind == "pci":
        return model == "pcie-root" or (model == "pci-root" and not is_pseries(domain))
    if controller.index:
        return False
    if kind == "sata":
        return is_q35(domain)
    if kind == "ide":
        return has_builtin_ide(domain)
    return kind == "scsi" and model == "ncr53c90" and has_builtin_esp(domain)


def _modern(line: Line) -> bool:
    """Whether a board has never had the USB controller of old."""
    domain = line.domain
    return is_q35(domain) or is_arm_virt(domain) or is_riscv_virt(domain)


def _legacy_usb(line: Line) -> None:
    controllers = [c for c in line.domain.controllers if c.type == "usb"]
    if line.domain.newest:  # each has a model of its own, or there is none
        return
    if any(c.model == "none" for c in controllers):
        return
    legacy = sum(c.model is None for c in controllers)
    if legacy > 1:
        raise ConfigUnsupported("Multiple legacy USB controllers are not supported")
    if legacy == len(controllers) and not _modern(line) and line.domain.os.arch not in S390:
        line.add("-usb")


def _holes(line: Line) -> None:
    """How much of the 64-bit address space the root controllers take."""
    for controller in line.domain.controllers:
        if controller.type != "pci" or controller.pcihole64 is None:
            continue
        hosts = {"pci-root": "i440FX-pcihost", "pcie-root": "q35-pcihost"}
        host = hosts.get(str(controller.model))
        if host is None:
            raise InternalError("64-bit PCI hole setting is only for root PCI controllers")
        line.add("-global", f"{host}.pci-hole64-size={controller.pcihole64}K")


def _device(line: Line, controller: Controller) -> Properties:
    kind, alias = controller.type, line.alias(controller)
    if kind == "scsi":
        return _scsi(line, controller)
    if kind == "virtio-serial":
        return {
            **virtio(line, controller, "virtio-serial"), "id": alias,
            "max_ports": controller.ports, "vectors": controller.vectors,
        }  # fmt: skip
    if kind == "ccid":
        return {"driver": "usb-ccid", "id": alias}
    if kind == "sata":
        return {"driver": "ahci", "id": alias}
    if kind == "nvme":
        return {
            "driver": "nvme", "id": alias, "serial": controller.serial,
            "num_queues": controller.queues or None, "ioeventfd": controller.ioeventfd,
        }  # fmt: skip
    if kind == "usb":
        return _usb(line, controller)
    if kind == "pci":
        return _pci(line, controller)
    raise ConfigUnsupported(f"Unsupported controller type: {kind}")


def _scsi(line: Line, controller: Controller) -> Properties:
    model, alias = str(controller.model), line.alias(controller)
    if model in ("virtio-scsi", "virtio-transitional", "virtio-non-transitional"):
        return {
            **virtio(line, controller, "virtio-scsi"),
            "iothread": f"iothread{controller.iothread}" if controller.iothread else None,
            "id": alias,
            "num_queues": nonzero(controller.queues),
            "iothread-vq-mapping": mapping(controller.iothreads),
            "cmd_per_lun": nonzero(controller.cmd_per_lun),
            "max_sectors": nonzero(controller.max_sectors),
            "ioeventfd": controller.ioeventfd,
        }
    if model not in _SCSI:
        raise ConfigUnsupported(f"Unsupported controller model: {model}")
    return {"driver": _SCSI[model], "id": alias}


def _usb(line: Line, controller: Controller) -> Properties:
    model = controller.model
    if model is None:
        raise ConfigUnsupported("no model provided for USB controller")
    for error in check_usb(controller, line.can):
        raise error
    found: Properties = {"driver": USB[model], "p2": controller.ports, "p3": controller.ports}
    if controller.master_startport is None:
        found["id"] = line.alias(controller)
        return found
    for other in line.domain.controllers:
        same = other.type == "usb" and other.index == controller.index
        if same and other.master_startport is None:
            found["masterbus"] = f"{line.alias(other)}.0"
            found["firstport"] = controller.master_startport
            return found
    raise InternalError("masterbus not found")


def _pci(line: Line, controller: Controller) -> Properties:
    model, driver, alias = controller.model, controller.model_name, line.alias(controller)
    reserve = nonzero(1024 * (controller.mem_reserve or 0))
    if model == "pci-root":
        if not controller.target_index:
            return {}
        return {
            "driver": driver, "index": controller.target_index, "id": alias,
            "numa_node": controller.numa_node,
        }  # fmt: skip
    if model == "pci-bridge":
        return {
            "driver": driver, "chassis_nr": controller.chassis_number, "mem-reserve": reserve,
            "id": alias,
        }  # fmt: skip
    if model in ("pci-expander-bus", "pcie-expander-bus"):
        return {
            "driver": driver, "bus_nr": controller.bus_number, "id": alias,
            "numa_node": controller.numa_node,
        }  # fmt: skip
    if model in ("pcie-root-port", "pcie-switch-downstream-port"):
        return {
            "driver": driver, "port": controller.port, "chassis": controller.chassis, "id": alias,
            "hotplug": controller.hotplug, "mem-reserve": reserve,
        }  # fmt: skip
    return {"driver": driver, "id": alias}
