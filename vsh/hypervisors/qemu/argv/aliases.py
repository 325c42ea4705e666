"""The names of a guest's devices, as libvirt gives them: hot-plug and migration rely on them."""

from __future__ import annotations

from vsh.hypervisors.qemu.machine import PPC64, S390, X86, has_builtin_ide, is_q35
from vsh.xml.domain.order import disk_index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.disk import Disk

_NUMBERED = (
    ("sounds", "sound"), ("redirdevs", "redir"), ("videos", "video"), ("inputs", "input"),
    ("parallels", "parallel"), ("serials", "serial"), ("channels", "channel"),
    ("consoles", "console"), ("hubs", "hub"), ("shmems", "shmem"), ("smartcards", "smartcard"),
    ("tpms", "tpm"), ("memballoon", "balloon"),
    ("watchdogs", "watchdog"), ("vsock", "vsock"), ("iommu", "iommu"), ("cryptos", "crypto"),
    ("nvram", "nvram"), ("pstore", "pstore"),
)  # fmt: skip
# those are numbered among those that the user did not name
_COUNTED = (("filesystems", "fs"), ("rngs", "rng"))
_MEMORY = {
    "dimm": "dimm", "nvdimm": "nvdimm", "virtio-pmem": "virtiopmem", "virtio-mem": "virtiomem",
    "sgx-epc": "epc",
}  # fmt: skip


def aliases(domain: Domain) -> dict[int, str]:
    """The names, by the identity of the device; what the user chose stays."""
    found: dict[int, str] = {}
    for device in domain.devices():
        alias = getattr(device, "alias", None)
        if alias:
            found[id(device)] = alias
    for kind, prefix in _NUMBERED:
        for number, device in enumerate(getattr(domain, kind)):
            found.setdefault(id(device), f"{prefix}{number}")
    for kind, prefix in _COUNTED:
        for device in getattr(domain, kind):
            _count(found, device, prefix)
    for disk in domain.disks:
        found.setdefault(id(disk), disk_alias(domain, disk))
    for controller in domain.controllers:
        found.setdefault(id(controller), controller_alias(domain, controller))
    _network(domain, found)
    for device in domain.memory_devices:
        prefix = _MEMORY[str(device.model)]
        address = device.address
        if prefix in ("dimm", "nvdimm") and address is not None and address.slot is not None:
            found.setdefault(id(device), f"{prefix}{address.slot}")
        else:
            _count(found, device, prefix)
    return found


def _count(found: dict[int, str], device: object, prefix: str) -> None:
    """Name a device with the next number of a prefix."""
    if id(device) in found:
        return
    size = len(prefix)
    numbers = [int(a[size:]) for a in found.values() if a[:size] == prefix and a[size:].isdecimal()]
    found[id(device)] = f"{prefix}{max(numbers, default=-1) + 1}"


def _network(domain: Domain, found: dict[int, str]) -> None:
    """Cards and host devices; a card that is a host device is numbered with those."""
    for card in domain.interfaces:
        _count(found, card, "hostdev" if card.type == "hostdev" else "net")
    for device in domain.hostdevs:
        _count(found, device, "hostdev")


def disk_alias(domain: Domain, disk: Disk) -> str:
    """The name of a disk: its place, or the number of its target."""
    address = disk.address
    if address is None or address.type != "drive":
        return f"{disk.bus}-disk{disk_index(str(disk.target))}"
    places = [address.controller, address.bus, address.target, address.unit]
    if disk.bus != "scsi" or _scsi_model(domain, address.controller) == "lsilogic":
        del places[2]
    return f"{disk.bus}{'-'.join(str(place or 0) for place in places)}"


def _scsi_model(domain: Domain, index: object) -> str | None:
    for controller in domain.controllers:
        if controller.type == "scsi" and str(controller.index) == str(index):
            model: str | None = controller.model
            return model
    return None


def many_buses(domain: Domain) -> bool:
    """Whether a board's PCI bus is ``pci.0`` and there may be more."""
    return domain.os.arch in (*X86, *PPC64, *S390, "ppc") or _express(domain)


def _express(domain: Domain) -> bool:
    machine = domain.os.machine or ""
    return machine == "virt" or machine.startswith("virt-") or domain.os.arch == "sparc64"


def controller_alias(domain: Domain, controller: Controller) -> str:
    """The name of a controller; those of the board have names of QEMU's."""
    kind, index = controller.type, controller.index or 0
    if kind == "pci":
        if not many_buses(domain):
            return "pci"
        return f"{'pcie' if controller.model == 'pcie-root' else 'pci'}.{index}"
    if index == 0:
        if (kind == "ide" and has_builtin_ide(domain)) or (kind == "sata" and is_q35(domain)):
            return "ide"
        if kind == "usb":
            return "usb"
        if kind == "scsi" and controller.model == "ncr53c90":
            return "scsi"
    return f"{kind}{index}"


def is_bulk_only(disk: Disk) -> bool:
    """Whether a USB disk is a SCSI disk behind a device that only carries its commands."""
    return bool(disk.bus == "usb" and disk.model == "usb-bot")


def device_of(disk: Disk, alias: str) -> str:
    """QEMU's name for the device that has a disk's image."""
    return f"{alias}-device" if is_bulk_only(disk) else alias
