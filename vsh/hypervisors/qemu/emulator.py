"""What a QEMU program can do, as far as a document's defaults depend on it.

The words in ``can`` are libvirt's names of QEMU's capabilities.  ``modern`` is what every QEMU of
the last years has; a driver that has asked its program makes an ``Emulator`` of the answer.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.xml.domain import Domain

_PCI_HOSTS = (
    "virtio-net", "virtio-scsi-pci", "pcie-root-port", "ioh3420", "pcie-pci-bridge",
    "virtio-pci-non-transitional", "qemu-xhci", "nec-usb-xhci", "ich9-usb-ehci1", "pci-ohci",
    "rtl8139", "e1000", "vfio-pci.display", "lsi", "piix3-usb-uhci", "VGA",
)  # fmt: skip
_CAN = {
    "x86_64": (
        *_PCI_HOSTS, "cirrus-vga", "migratable", "mch.extended-tseg-mbytes", "virtio-iommu-pci",
        "disable-s3", "disable-s4", "ich9-disable-s3", "ich9-disable-s4", "acpi-erst",
    ),
    "ppc64": (
        *_PCI_HOSTS,
        *(
            f"machine.pseries.cap-{name}"
            for name in ("htm", "nested-hv", "ccf-assist", "cfpc", "sbbc", "ibs")
        ),
    ),
    "aarch64": (*_PCI_HOSTS, "gpex-pcihost", "virtio-mmio", "virtio-iommu-pci"),
    "riscv64": (*_PCI_HOSTS, "gpex-pcihost", "virtio-mmio"),
    "s390x": ("virtio-net", "virtio-pci-non-transitional", "zpci", "vfio-ccw", "virtio-scsi-pci"),
}  # fmt: skip
_SINCE = {
    "piix4.acpi-root-pci-hotplug": (5, 2),
    "rbd-encryption": (6, 1),
    "rbd-encryption-layering": (8, 0),
    "rbd-encryption-luks-any": (8, 0),
    "blockdev.nbd.tls-hostname": (7, 0),
    "virtio-iommu.boot-bypass": (7, 0),
}
# libvirt's word, and the types of devices that are the proof
_TYPES = {
    **{
        name: (name,)
        for name in (
            "virtio-scsi-pci", "pcie-root-port", "ioh3420", "pcie-pci-bridge", "qemu-xhci",
            "nec-usb-xhci", "ich9-usb-ehci1", "pci-ohci", "rtl8139", "e1000", "piix3-usb-uhci",
            "VGA", "cirrus-vga", "virtio-vga-gl", "virtio-gpu-gl-pci",
            "virtio-iommu-pci", "gpex-pcihost", "virtio-mmio", "zpci",
            "vfio-ccw", "acpi-erst", "usb-bot",
        )
    },
    "virtio-net": ("virtio-net-pci", "virtio-net-ccw", "virtio-net-device"),
    "virtio-scsi-pci": ("virtio-scsi-pci", "virtio-scsi-ccw", "virtio-scsi-device"),
    "virtio-pci-non-transitional": ("virtio-blk-pci-non-transitional",),
    "lsi": ("lsi53c895a",),
}  # fmt: skip
_PROPERTIES = {
    "vfio-pci.display": ("vfio-pci", "display"),
    "mch.extended-tseg-mbytes": ("mch", "extended-tseg-mbytes"),
    "piix4.acpi-root-pci-hotplug": ("PIIX4_PM", "acpi-root-pci-hotplug"),
    "virtio-iommu.boot-bypass": ("virtio-iommu-pci", "boot-bypass"),
    "disable-s3": ("PIIX4_PM", "disable_s3"),
    "disable-s4": ("PIIX4_PM", "disable_s4"),
    "ich9-disable-s3": ("ICH9-LPC", "disable_s3"),
    "ich9-disable-s4": ("ICH9-LPC", "disable_s4"),
}
_PATHS = {
    "rbd-encryption": "blockdev-add/arg-type/+rbd/encrypt",
    "rbd-encryption-layering": "blockdev-add/arg-type/+rbd/encrypt/parent",
    "rbd-encryption-luks-any": "blockdev-add/arg-type/+rbd/encrypt/format/^luks-any",
    "blockdev.nbd.tls-hostname": "blockdev-add/arg-type/+nbd/tls-hostname",
}
MACHINES = {
    "i686": "pc", "x86_64": "pc", "ppc64": "pseries", "ppc64le": "pseries",
    "s390x": "s390-ccw-virtio", "aarch64": "virt", "armv7l": "virt", "riscv32": "virt",
    "riscv64": "virt",
}  # fmt: skip
_CPUS = {
    "i686": {"": "qemu32"},
    "x86_64": {"": "qemu64"},
    "aarch64": {"virt": "cortex-a15"},
    "s390x": {"kvm:": "host", "": "qemu"},
    "ppc64": {
        **{f"pseries-2.{minor}": "POWER8" for minor in (8, 9, 10, 11, 12)},
        "pseries-2.": "POWER7",
        "pseries-3.": "POWER8",
        "pseries": "POWER9",
    },
}
_CPUS["ppc64le"] = _CPUS["ppc64"]
_SAME = {"i686": "x86_64", "ppc64le": "ppc64", "armv7l": "aarch64", "riscv32": "riscv64"}


class Emulator:
    """One QEMU program.

    can         what it can do
    machine     the machine of a guest that names none; the usual one where nobody has asked
    machines    other names of machines -> their own names
    cpus        beginnings of machines' names, or "", -> the CPU of a guest that names none: its
                model, or ``host``; what it is with KVM where that differs comes first, as "kvm:"
    gic         versions of the ARM interrupt controller that it offers with hardware help
    kinds       the types that its guests can have
    newest      whether it is newer than libvirt 9.0.0: boards without a version are as new as it
    pooled      says of a network whether its cards are devices of the host
    sounding    the displays whose guests may sound on the host: ``vnc``, and "" for none at all
    """

    __slots__ = (
        "can",
        "cpus",
        "gic",
        "kinds",
        "machine",
        "machines",
        "newest",
        "pooled",
        "sounding",
    )

    def __init__(
        self,
        can: Iterable[str] = (),
        *,
        machine: str | None = None,
        machines: dict[str, str] | None = None,
        cpus: dict[str, str] | None = None,
        gic: tuple[str, ...] = (),
        kinds: tuple[str, ...] = ("qemu", "kvm"),
        newest: bool = False,
    ) -> None:
        self.can = frozenset(can)
        self.machine = machine
        self.machines = machines or {}
        self.cpus = cpus or {}
        self.gic = gic
        self.kinds = kinds
        self.newest = newest
        self.pooled: Callable[[str], bool] = lambda _network: False
        self.sounding: frozenset[str] = frozenset()


def modern(architecture: str | None, version: tuple[int, ...] | None = None) -> Emulator:
    """What a QEMU of today, or of a version of the last years, can do for an architecture."""
    name = str(architecture)
    can = {*_CAN.get(_SAME.get(name, name), ())}
    can |= {word for word, since in _SINCE.items() if version is None or version >= since}
    return Emulator(can, cpus=_CPUS.get(name))


def default_cpu(domain: Domain, emulator: Emulator) -> str | None:
    """The CPU of a guest that names none."""
    machine = domain.os.machine or ""
    for start, model in emulator.cpus.items():
        if start[:4] == "kvm:":
            if domain.type == "kvm" and machine.startswith(start[4:]):
                return model
        elif machine.startswith(start):
            return model
    return None


def asked(capabilities: Capabilities) -> Emulator:
    """What a program that was asked can do."""
    can = {word for word, types in _TYPES.items() if any(map(capabilities.has, types))}
    can |= {
        word
        for word, (device, name) in _PROPERTIES.items()
        if capabilities.has_property(device, name)
    }
    can |= {word for word, path in _PATHS.items() if capabilities.command(path)}
    board = capabilities.machine("pseries")
    can |= {
        f"machine.pseries.cap-{name}"
        for name in ("htm", "nested-hv", "ccf-assist", "cfpc", "sbbc", "ibs")
        if board is not None
        and capabilities.object_property(f"{board.name}-machine", f"cap-{name}")
    }
    if capabilities.object_property("max-x86_64-cpu", "migratable"):
        can.add("migratable")
    usual = capabilities.preferred_machine
    return Emulator(
        can,
        machine=None if usual is None else usual.name,
        machines=capabilities.machine_names(),
        cpus={**_boards(capabilities, "kvm:"), **_boards(capabilities.emulation)},
        gic=capabilities.gic,
        newest=capabilities.newest,
    )


def _boards(capabilities: Capabilities, mark: str = "") -> dict[str, str]:
    """The CPUs of the boards, longest names first since beginnings count."""
    found = {}
    for name in sorted(capabilities.boards(), key=len, reverse=True):
        board = capabilities.machine(name)
        if board is not None and board.cpu is not None:
            model = capabilities.cpu_of_type(board.cpu)
            if model is not None:
                found[mark + name] = model
    return found
