"""<guest> of the capabilities: what guests of each architecture the installed QEMUs can run."""

from __future__ import annotations

from vsh.xml.host.capabilities import Guest, GuestDomain, Machine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.capabilities import Capabilities

ARCHITECTURES: dict[str, int] = {
    "alpha": 64, "armv6l": 32, "armv7l": 32, "armv7b": 32, "aarch64": 64, "cris": 32, "i686": 32,
    "ia64": 64, "lm32": 32, "m68k": 32, "microblaze": 32, "microblazeel": 32, "mips": 32,
    "mipsel": 32, "mips64": 64, "mips64el": 64, "openrisc": 32, "parisc": 32, "parisc64": 64,
    "ppc": 32, "ppcle": 32, "ppc64": 64, "ppc64le": 64, "ppcemb": 32, "riscv32": 32, "riscv64": 64,
    "s390": 32, "s390x": 64, "sh4": 32, "sh4eb": 64, "sparc": 32, "sparc64": 64, "unicore32": 32,
    "x86_64": 64, "xtensa": 32, "xtensaeb": 32,
}  # fmt: skip
"""All architectures in libvirt's order, with the size of their words in bits."""
_PROGRAMS = {"i686": "i386", "armv6l": "arm", "armv7l": "arm", "openrisc": "or32"}
_INSTEAD = {"armv7l": "aarch64", "i686": "x86_64", "ppcle": "ppc", "ppc64le": "ppc64"}
"""Architectures whose guests another one's program runs, too, where their own is not there."""


def programs(host: str, arch: str) -> list[str]:
    """The names of the programs for an architecture's guests, the best one first."""
    own = f"qemu-system-{_PROGRAMS.get(arch, arch)}"
    found = [own]
    if arch in _INSTEAD:
        found.append(f"qemu-system-{_INSTEAD[arch]}")
    if (host, arch) == ("aarch64", "armv7l"):
        found.reverse()  # the hardware helps by that one alone
    return found


def family(arch: str) -> str:
    """The kind of an architecture, within which a program runs all."""
    for kind, members in (
        ("x86", ("i686", "x86_64")),
        ("ppc", ("ppc", "ppcle", "ppc64", "ppc64le", "ppcemb")),
        ("arm", ("armv6l", "armv7l", "armv7b", "aarch64")),
        ("s390", ("s390", "s390x")),
    ):
        if arch in members:
            return kind
    return arch


def native(host: str, arch: str) -> bool:
    """Whether the host's hardware can help guests of an architecture."""
    pairs = (("x86_64", "i686"), ("aarch64", "armv7l"), ("ppc64le", "ppc64"), ("ppc64", "ppc64le"))
    return host == arch or (host, arch) in pairs


def guest(can: Capabilities, arch: str, program: str, host: str) -> Guest:
    """What one program runs of an architecture."""
    found = Guest.blank()
    found.os_type, found.arch, found.word_size = "hvm", arch, ARCHITECTURES[arch]
    found.emulator = program
    found.machines = _machines(can)
    found.domains = [GuestDomain(type="qemu")] if can.has("tcg-accel") else []
    if can.kvm and native(host, arch):
        found.domains.append(GuestDomain(type="kvm"))
    found.has_features = True
    if family(arch) == "x86" or arch == "aarch64":
        found.acpi_default, found.acpi_toggle = True, True
    if family(arch) == "x86":
        found.apic_default, found.apic_toggle = True, False
    found.pae = found.nonpae = arch == "i686"
    found.cpu_selection = found.device_boot = True
    found.disk_snapshot_default, found.disk_snapshot_toggle = True, False
    return found


def _machines(can: Capabilities) -> list[Machine]:
    """The boards, that of guests that name none first; those with two names by both."""
    boards = [board for board in can.boards_in_order() if board.name != "none"]
    names = {board.alias or board.name for board in boards}
    found = []
    for board in boards:
        limit, old = board.most_cpus or None, board.deprecated or None
        if board.alias is not None:
            if board.name not in names:
                found.append(Machine(name=board.name, cpu_limit=limit, deprecated=old))
            found.append(
                Machine(name=board.alias, canonical=board.name, cpu_limit=limit, deprecated=old)
            )
        else:
            found.append(Machine(name=board.name, cpu_limit=limit, deprecated=old))
    return found
