"""The controllers that a guest has because of its board."""

from __future__ import annotations

from vsh.errors import InternalError, XmlError
from vsh.hypervisors.qemu.machine import (
    ARM,
    PPC64,
    RISCV,
    S390,
    X86,
    is_arm_virt,
    is_i440fx,
    is_loong_virt,
    is_q35,
    is_riscv_virt,
)
from vsh.hypervisors.qemu.newer import without_pci
from vsh.xml.domain.order import add_controller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain

_PCI_BOARDS = ("alpha", "ppc", "ppcemb", "sh4", "sh4eb", "sparc64")


def add(domain: Domain, kind: str, model: str | None = None, index: int = 0) -> bool:
    """Add a controller where there is none; whether there was not."""
    from vsh.xml.domain.devices.controller import Controller

    if any(c.type == kind and c.index == index for c in domain.controllers):
        return False
    add_controller(domain, Controller(type=kind, index=index, model=model))
    return True


def usual_usb(domain: Domain, emulator: Emulator) -> tuple[bool, str | None]:
    """Whether a guest gets a USB controller, and its model if that is not the usual one."""
    arch = domain.os.arch
    if arch in ARM and domain.newest:
        board = domain.os.machine or ""
        return board == "versatilepb" or board.startswith("realview"), "pci-ohci"
    if arch in (*ARM, *RISCV, "sparc", "loongarch64", *S390):
        return False, None
    if arch in X86:
        if domain.os.machine == "isapc" or without_pci(domain):
            return False, None
        if is_q35(domain):
            for word, model in (
                ("qemu-xhci", "qemu-xhci"),
                ("nec-usb-xhci", "nec-xhci"),
                ("ich9-usb-ehci1", "ich9-ehci1"),
            ):
                if word in emulator.can:
                    return True, model
            return False, None
    return True, None


def add_usb(domain: Domain, model: str | None) -> None:
    """The first USB controller, with its companions."""
    from vsh.xml.domain.devices.controller import Controller

    if add(domain, "usb", model) and model == "ich9-ehci1":
        for number in (1, 2, 3):
            companion = Controller(type="usb", index=0, model=f"ich9-uhci{number}")
            companion.master_startport = 2 * (number - 1)
            add_controller(domain, companion)


def add_root(domain: Domain, emulator: Emulator) -> None:
    """The PCI controller that the board is built around.

    Raises XmlError for another one, InternalError for a PC that newer libvirt knows none of.
    """
    arch = domain.os.arch
    model = None
    if is_q35(domain) or is_loong_virt(domain):
        model = "pcie-root"
    elif is_arm_virt(domain) or is_riscv_virt(domain):
        if "gpex-pcihost" in emulator.can and arch != "armv6l":
            model = "pcie-root"
    elif (
        is_i440fx(domain)
        or arch in PPC64
        or arch in _PCI_BOARDS
        or (arch in (ARM if domain.newest else ("armv6l",)) and domain.os.machine == "versatilepb")
        or (arch in ("mips", "mipsel", "mips64", "mips64el") and domain.os.machine == "malta")
        or (arch in S390 and "zpci" in emulator.can)
    ):
        model = "pci-root"
    if model is None and domain.newest and arch in X86 and not without_pci(domain):
        raise InternalError(
            f"Machine type '{domain.os.machine}' supports PCI but no PCI controller added"
        )
    if model is None or add(domain, "pci", model):
        return
    root = next(c for c in domain.controllers if c.type == "pci" and c.index == 0)
    if root.model != model:
        raise XmlError(
            f"The PCI controller with index='0' must be model='{model}' for this machine type, "
            f"but model='{root.model or '(null)'}' was found instead"
        )
