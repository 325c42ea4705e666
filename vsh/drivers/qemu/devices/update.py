"""Changing a device: in the configuration, in what runs, or in both."""

from __future__ import annotations

from vsh.drivers.qemu import changing, definitions
from vsh.drivers.qemu.devices import configuration, displays, links, media
from vsh.drivers.qemu.devices.reading import check_fits, check_program, libvirt_name, read_device
from vsh.errors import ConfigUnsupported, InternalError, OperationUnsupported
from vsh.xml.domain.devices.disk import Disk
from vsh.xml.domain.devices.graphics import Graphics
from vsh.xml.domain.devices.interface import Interface
from vsh.xml.domain.devices.memory import MemoryDevice
from vsh.xml.shared.image import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain.devices._info import Device

# what of a disk may not change, and what messages call it; those that are not given stay
_DISK = (
    ("tray", "tray"), ("removable", "removable"), ("serial", "serial"), ("wwn", "wwn"),
    ("vendor", "vendor"), ("product", "product"), ("cache", "cache"),
    ("error_policy", "error_policy"), ("rerror_policy", "rerror_policy"), ("io", "io"),
    ("ioeventfd", "ioeventfd"), ("event_idx", "event_idx"), ("copy_on_read", "copy_on_read"),
    ("transient", "transient"), ("address", "address"), ("boot_order", "boot order"),
    ("rawio", "rawio"), ("sgio", "sgio"), ("discard", "discard"), ("iothread", "iothread"),
    ("backend_domain", "backenddomain"), ("readonly", "readonly"), ("shareable", "shared"),
)  # fmt: skip
# what of a memory device may not change, and how messages name it
_MEMORY = (
    ("model", "memory model from '{}' to '{}'"), ("access", "memory access from '{}' to '{}'"),
    ("discard", "memory discard from '{}' to '{}'"), ("nodemask", "memory source nodes"),
    ("pagesize", "memory pagesize from '{}' to '{}'"), ("path", "memory path from '{}' to '{}'"),
    ("alignsize", "memory align size from '{}' to '{}'"), ("pmem", "memory pmem from '{}' to '{}'"),
    ("numa_node", "memory targetNode from '{}' to '{}'"), ("size", "memory size from '{}' to '{}'"),
    ("label_size", "memory label size from '{}' to '{}'"),
    ("block", "memory block size from '{}' to '{}'"), ("readonly", "memory pmem flag"),
    ("uuid", "memory UUID"),
)  # fmt: skip


def update(
    hypervisor: Hypervisor, guest: Guest, xml: str, flags: int, *, force: bool = False
) -> None:
    """Change the device that a document is another state of.

    force  open a drive that the guest has locked
    """
    live, config = guest.both(flags)
    emulator = hypervisor.emulator(guest.definition.emulator)
    inactive = live is None
    changed = None
    if config is not None:
        changed = definitions.reread(config)
        field, device = read_device(xml, guest.definition, emulator, inactive=inactive)
        check_program(changed, field, device, hypervisor.capabilities(str(changed.emulator)))
        displays.check_encryption(hypervisor, device)
        configuration.update(changed, field, device)
        configuration.complete(changed, emulator)
        changed = definitions.resting(changed)
    if live is not None:
        field, device = read_device(xml, live, emulator, inactive=False)
        check_program(live, field, device, hypervisor.capabilities(str(live.emulator)))
        displays.check_encryption(hypervisor, device)
        with changing.Becoming(guest, changed):
            _update_live(hypervisor, guest, field, device, force=force)
    if changed is not None:
        guest.assign(changed, live=False)


def _update_live(
    hypervisor: Hypervisor, guest: Guest, field: str, device: Device | Graphics, *, force: bool
) -> None:
    if isinstance(device, Disk):
        _disk(hypervisor, guest, device, force=force)
    elif isinstance(device, Graphics):
        displays.change(guest, device, hypervisor.settings)
    elif isinstance(device, Interface):
        links.change(hypervisor, guest, device)
    elif isinstance(device, MemoryDevice):
        _memory(guest, device)
    else:
        raise ConfigUnsupported(f"live update of device '{libvirt_name(field)}' is not supported")


def _disk(hypervisor: Hypervisor, guest: Guest, wanted: Disk, *, force: bool) -> None:
    definition = guest.definition
    disk = next((one for one in definition.disks if one.target == wanted.target), None)
    if disk is None:
        raise InternalError(f"disk '{wanted.target}' not found")
    check_fits(definition, "disks", wanted, disk, live=True)
    _check_disk(disk, wanted)
    if not _same_location(disk, wanted):
        if disk.device not in ("cdrom", "floppy"):
            raise ConfigUnsupported("disk source can be changed only in removable drives")
        media.change(hypervisor, guest, disk, wanted, force=force)
    elif disk.source is not None and wanted.source is not None:
        disk.source.startup_policy = wanted.source.startup_policy
    disk.snapshot = wanted.snapshot


def _check_disk(disk: Disk, wanted: Disk) -> None:
    """Refuse changes that no running guest can be given.  Raises OperationUnsupported."""
    for name in ("device", "bus"):
        if getattr(wanted, name) != getattr(disk, name):
            raise OperationUnsupported(f"cannot modify field '{name}' of the disk")
    for name, shown in _DISK:
        old, new = getattr(disk, name), getattr(wanted, name)
        if name == "address":
            same = not new or not new.type or (old and old.numbers() == new.numbers())
        else:
            same = not new or old == new
        if not same:
            raise OperationUnsupported(f"cannot modify field '{shown}' of the disk")
    if wanted.iotune is not None:
        from vsh.xml.domain.devices.disk import IOTUNES

        for name in IOTUNES[:14]:
            new = getattr(wanted.iotune, name)
            old = getattr(disk.iotune, name) if disk.iotune is not None else None
            if new and new != old:
                shown = "group name" if name == "group_name" else name
                raise OperationUnsupported(
                    f"cannot modify field 'blkdeviotune {shown}' of the disk"
                )


def _same_location(disk: Disk, wanted: Disk) -> bool:
    if disk.empty() or wanted.empty():
        return bool(disk.empty() and wanted.empty())
    old, new = disk.source or Source(), wanted.source or Source()
    names = ("pool", "volume", "protocol", "name")
    return bool(
        disk.type == wanted.type
        and old.path == new.path
        and all(getattr(old, name) == getattr(new, name) for name in names)
    )


def _memory(guest: Guest, wanted: MemoryDevice) -> None:
    definition = guest.definition
    device = configuration.same_place(definition.memory_devices, wanted)
    if device is None:
        raise ConfigUnsupported(f"memory '{wanted.alias or '(null)'}' not found")
    check_fits(definition, "memory_devices", wanted, device, live=True)
    if device.model != "virtio-mem":
        raise ConfigUnsupported(f"cannot modify memory of model '{device.model}'")
    for name, text in _MEMORY:
        old, new = getattr(device, name), getattr(wanted, name)
        if (old or None) != (new or None):
            raise ConfigUnsupported(f"cannot modify {text.format(old, new)}")
    guest.ask(
        "qom-set",
        {
            "path": f"/machine/peripheral/{device.alias}",
            "property": "requested-size",
            "value": (wanted.requested or 0) * 1024,
        },
    )
    device.requested = wanted.requested
