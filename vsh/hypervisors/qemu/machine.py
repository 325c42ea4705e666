"""Which family a guest's machine belongs to, by its architecture and the machine's name."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain

X86 = ("i686", "x86_64")
ARM = ("armv6l", "armv7l", "aarch64")
PPC64 = ("ppc64", "ppc64le")
S390 = ("s390", "s390x")
RISCV = ("riscv32", "riscv64")


def _of(domain: Domain, architectures: tuple[str, ...]) -> str | None:
    return (domain.os.machine or "") if domain.os.arch in architectures else None


def is_modern(domain: Domain) -> bool:
    """A board of a QEMU that is newer than libvirt 9.0.0.

    What is said of its guests is in the words of libvirt 12.8.0 where they differ; what is said of
    guests of older boards is in those of 9.0.0.
    """
    machine = domain.os.machine or ""
    return is_modern_board(machine) if is_dated(machine) else domain.newest


def is_dated(machine: str) -> bool:
    """Whether a machine's name ends with the version of QEMU that it is of."""
    return all(map(str.isdigit, machine.rpartition("-")[2].split(".")))


def is_modern_board(machine: str) -> bool:
    """Whether a machine's own name is that of a modern board."""
    numbers = machine.rpartition("-")[2].split(".")
    return is_dated(machine) and [*map(int, numbers)] > [8, 0]


def is_q35(domain: Domain) -> bool:
    """A PC with PCI Express."""
    name = _of(domain, X86)
    return name is not None and (name == "q35" or name.startswith("pc-q35-"))


def is_i440fx(domain: Domain) -> bool:
    """A PC with PCI."""
    name = _of(domain, X86)
    starts = ("pc-0.", "pc-1.", "pc-i440fx-", "rhel")
    return name is not None and (name == "pc" or name.startswith(starts))


def is_ccw(domain: Domain) -> bool:
    """A mainframe with channel I/O."""
    name = _of(domain, S390)
    return name is not None and name.startswith("s390-ccw")


def _virt(name: str | None) -> bool:
    return name is not None and (name == "virt" or name.startswith("virt-"))


def is_arm_virt(domain: Domain) -> bool:
    """The ARM board that only exists virtually."""
    return _virt(_of(domain, ARM))


def is_riscv_virt(domain: Domain) -> bool:
    """The RISC-V board that only exists virtually."""
    return _virt(_of(domain, RISCV))


def is_loong_virt(domain: Domain) -> bool:
    """The LoongArch board that only exists virtually."""
    return _virt(_of(domain, ("loongarch64",)))


def is_pseries(domain: Domain) -> bool:
    """A POWER server under a hypervisor."""
    name = _of(domain, PPC64)
    return name is not None and (name == "pseries" or name.startswith("pseries-"))


def has_builtin_ide(domain: Domain) -> bool:
    """Whether the board has an IDE controller."""
    return is_i440fx(domain) or domain.os.machine in ("malta", "sun4u", "g3beige")


def has_builtin_esp(domain: Domain) -> bool:
    """Whether the board has an NCR 53C90 SCSI controller."""
    arch, name = domain.os.arch, domain.os.machine
    return (
        arch == "sparc"
        or (arch in ("mips64", "mips64el") and name in ("magnum", "pica61"))
        or (arch == "m68k" and name == "q800")
    )


def root_model(domain: Domain) -> str | None:
    """The model of the PCI controller 0, or None."""
    for controller in domain.controllers:
        if controller.type == "pci" and controller.index == 0:
            return str(controller.model)
    return None
