"""What a QEMU program cannot do for a guest: the parts of a document that need newer ones.

What is about single devices is in ``program_devices``.
"""

from __future__ import annotations

import os

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.qemu.check import check, program_devices
from vsh.hypervisors.qemu.check.display import MANY_LISTENS
from vsh.hypervisors.qemu.guests import native
from vsh.hypervisors.qemu.machine import (
    PPC64,
    is_arm_virt,
    is_i440fx,
    is_modern,
    is_q35,
    is_riscv_virt,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.errors import Error
    from vsh.hypervisors.qemu.capabilities import Capabilities, Machine
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain

# what QEMU calls an architecture, and which others the same program runs
_ARCHITECTURES = {
    "x86_64": ("x86_64", "i686"), "i386": ("i686",), "aarch64": ("aarch64", "armv7l"),
    "arm": ("armv7l", "armv6l"), "ppc64": PPC64,
}  # fmt: skip

_PROTECTIONS = {"sev": "SEV", "s390-pv": "S390 PV"}  # the names that libvirt 9.0.0 gives them


def check_program(domain: Domain, can: Capabilities) -> Iterator[Error]:
    """What is in the way of starting a complete domain with a program."""
    yield from _emulator(domain, can)
    yield from _guest(domain, can)
    cpu = domain.cpu
    if cpu is not None and cpu.mode == "host-passthrough" and domain.type not in ("kvm", "hvf"):
        yield ConfigUnsupported(
            f"CPU mode 'host-passthrough' for {domain.os.arch} {domain.type} domain on "
            f"{os.uname().machine} host is not supported by hypervisor"
        )
    if cpu is not None and cpu.mode == "host-model" and domain.type == "qemu":
        host = os.uname().machine
        if domain.os.arch in PPC64 and not native(host, domain.os.arch):
            yield ConfigUnsupported(
                f"CPU mode 'host-model' for {domain.os.arch} qemu domain on {host} host is not "
                "supported by hypervisor"
            )
    for graphics in domain.graphics:
        if graphics.type in ("vnc", "spice") and len(graphics.listens) > 1:
            yield ConfigUnsupported(MANY_LISTENS)
        elif graphics.type == "rdp" and domain.newest:
            if len(graphics.listens) > 1:
                yield ConfigUnsupported(
                    "qemu-rdp does not support multiple listens for one graphics device."
                )
            if not any(other.type == "dbus" and not other.p2p for other in domain.graphics):
                yield ConfigUnsupported("qemu-rdp support requires a D-Bus bus graphics device.")
    yield from check_devices(domain, can)


def check_all(domain: Domain, emulator: Emulator, can: Capabilities) -> Iterator[Error]:
    """What is wrong with a domain as a whole, by itself and for a program, in libvirt's order."""
    yield from _emulator(domain, can)
    if domain.newest:  # older libvirt asks this last
        yield from _most_cpus(domain, _board(domain, can))
    yield from check(domain, emulator)
    yield from _guest(domain, can)


def check_devices(domain: Domain, can: Capabilities) -> Iterator[Error]:
    """What a program cannot do for the devices of a domain."""
    yield from program_devices.check_devices(domain, can, _board(domain, can))


def _board(domain: Domain, can: Capabilities) -> Machine | None:
    return (can if domain.type == "kvm" else can.emulation).machine(domain.os.machine)


def _guest(domain: Domain, can: Capabilities) -> Iterator[Error]:
    """The guest as a whole."""
    yield from _whole(domain, can)
    yield from _cpus(domain, can, _board(domain, can))
    yield from _clock(domain, can)
    yield from _memory(domain, can)
    yield from protection_problems(domain, can)


def _emulator(domain: Domain, can: Capabilities) -> Iterator[Error]:
    start = f"Emulator '{domain.emulator}' does not support"
    arch = can.arch
    if domain.os.arch not in _ARCHITECTURES.get(arch, (arch,)):
        yield ConfigUnsupported(f"{start} arch '{domain.os.arch}'")
    if domain.type == "kvm" and not can.kvm:
        yield ConfigUnsupported(f"{start} virt type 'kvm'")
    board = _board(domain, can)
    if board is None:
        yield ConfigUnsupported(f"{start} machine type '{domain.os.machine}'")
    elif board.acpi is False and domain.features is not None and domain.features.acpi:
        yield ConfigUnsupported(f"machine type '{domain.os.machine}' does not support ACPI")


def _whole(domain: Domain, can: Capabilities) -> Iterator[Error]:
    if domain.genid and not can.has("vmgenid"):
        yield ConfigUnsupported("this QEMU does not support the 'genid' capability")
    yield from _features(domain, can)
    stored = domain.os.varstore is not None and domain.os.loader is not None
    if stored and not (can.has("uefi-vars-x64") or can.has("uefi-vars-sysbus")):
        yield ConfigUnsupported("The uefi-vars device is not supported by this QEMU binary")
    for console in domain.consoles:
        name = {"sclp": "sclpconsole", "sclplm": "sclplmconsole"}.get(str(console.target_type))
        if name is not None and not can.has(name):
            yield ConfigUnsupported(f"{name} is not supported in this QEMU binary")
    for panic in domain.panics:
        if panic.model == "isa" and not can.has("pvpanic"):
            yield ConfigUnsupported("the QEMU binary does not support the ISA panic device")
        if panic.model == "pvpanic" and not can.has("pvpanic-pci"):
            yield ConfigUnsupported("the QEMU binary does not support the PCI pvpanic device")
    pooled = domain.default_iothread_min is not None or domain.default_iothread_max is not None
    pooled |= any(t.pool_min is not None or t.pool_max is not None for t in domain.iothreads)
    if pooled and not can.command("object-add/arg-type/+iothread/thread-pool-max"):
        yield ConfigUnsupported(
            "thread_pool_min and thread_pool_max is not supported by this QEMU binary"
        )


def _features(domain: Domain, can: Capabilities) -> Iterator[Error]:
    """Features of boards, which not all of them have."""
    features = domain.features
    if features is None:
        return
    missing = "{} is not available with this QEMU binary"
    pc = is_i440fx(domain) or is_q35(domain) or domain.os.machine == "isapc"
    if features.vmport is not None and not (pc and can.has("vmport")):
        yield ConfigUnsupported(missing.format("vmport"))
    if features.vmport and features.ps2 is False:
        yield ConfigUnsupported("vmport feature requires the ps2 feature not to be disabled")
    if features.vmcoreinfo and not can.has("vmcoreinfo"):
        yield ConfigUnsupported(missing.format("vmcoreinfo"))
    if features.async_teardown and not can.option("run-with", "async-teardown"):
        yield ConfigUnsupported(missing.format("asynchronous teardown"))
    if features.ras is not None:
        if not is_arm_virt(domain):
            yield ConfigUnsupported("ras feature is only supported with ARM Virt machines")
        if not can.board_property("virt", "ras"):
            yield ConfigUnsupported(missing.format("ras feature"))
    if features.ps2 is not None:
        if not (pc and can.has("i8042")):
            yield ConfigUnsupported(missing.format("ps2 feature"))
        if not can.object_property("generic-pc-machine", "i8042"):
            yield ConfigUnsupported("ps2 feature state cannot be controlled with this QEMU binary")
    if features.aia is not None:
        if not is_riscv_virt(domain):
            yield ConfigUnsupported("aia feature is only supported with RISC-V Virt machines")
        if not can.board_property("virt", "aia"):
            yield ConfigUnsupported(missing.format("aia feature"))


def _cpus(domain: Domain, can: Capabilities, board: Machine | None) -> Iterator[Error]:
    cpu = domain.cpu
    if cpu is not None and cpu.mode == "maximum" and not can.has("max-" + _cpu_type(can)):
        yield ConfigUnsupported("maximum CPU is not supported by QEMU binary")
    if (
        cpu is not None
        and cpu.mode == "host-passthrough"
        and cpu.migratable
        and not can.object_property("max-" + _cpu_type(can), "migratable")
    ):
        yield ConfigUnsupported(
            "Migratable attribute for host-passthrough CPU is not supported by this QEMU binary"
        )
    yield from _most_cpus(domain, board)


def _most_cpus(domain: Domain, board: Machine | None) -> Iterator[Error]:
    most = board.most_cpus if board is not None else 0
    if most and (domain.vcpus or 1) > most:
        yield ConfigUnsupported(f"Maximum CPUs greater than specified machine type limit {most}")


def _cpu_type(can: Capabilities) -> str:
    """The name of the type that all CPUs of the program are of."""
    arch = can.arch
    family = {"aarch64": "arm", "ppc64": "powerpc64", "ppc": "powerpc"}.get(arch, arch)
    return f"{family}-cpu"


def _clock(domain: Domain, can: Capabilities) -> Iterator[Error]:
    for timer in domain.clock.timers:
        if timer.name == "pit" and timer.tickpolicy == "catchup":
            if not can.has_property("kvm-pit", "lost_tick_policy"):
                yield ConfigUnsupported("unsupported pit tickpolicy 'catchup'")
        elif timer.name == "armvtimer" and not can.object_property(
            "max-arm-cpu", "kvm-no-adjvtime"
        ):
            yield ConfigUnsupported(
                "Configuring the 'armvtimer' timer is not supported with this QEMU binary"
            )


def _memory(domain: Domain, can: Capabilities) -> Iterator[Error]:
    backing = domain.memory_backing
    if backing is not None and (backing.hugepages or backing.pages):
        if backing.allocation_threads and not can.object_property(
            "memory-backend-file", "prealloc-threads"
        ):
            yield ConfigUnsupported("preallocation threads are unsupported with this QEMU")
        if backing.source == "memfd" and not can.object_property("memory-backend-memfd", "hugetlb"):
            yield ConfigUnsupported("hugepages is not supported with memfd memory source")
    numa = domain.cpu.numa if domain.cpu is not None else None
    if numa is None and _unnamed_huge_pages(domain, can):
        yield ConfigUnsupported("memory access mode 'shared' not supported without guest numa node")
    described = numa is not None and (
        numa.latencies or numa.bandwidths or any(cell.caches for cell in numa.cells)
    )
    if described and not can.command("set-numa-node/arg-type/+hmat-lb"):
        yield ConfigUnsupported("HMAT is not supported with this QEMU")


def _unnamed_huge_pages(domain: Domain, can: Capabilities) -> bool:
    """Whether huge pages are to be shared that a board before QEMU 5.0 has no name for."""
    backing, board = domain.memory_backing, can.machine(domain.os.machine)
    if backing is None or backing.access != "shared" or board is None or board.ram_id is not None:
        return False
    ordinary = os.sysconf("SC_PAGE_SIZE") // 1024
    first = backing.pages[0].size if backing.pages else None
    return bool(backing.hugepages or backing.pages) and first != ordinary


def protection_problems(domain: Domain, can: Capabilities) -> Iterator[Error]:
    """That a program, on this host, cannot protect a guest's memory as it asks."""
    security = domain.launch_security
    if security is None:
        return
    kind = security.type
    name = f"'{kind}'" if is_modern(domain) else _PROTECTIONS.get(str(kind), f"'{kind}'")
    missing = f"{name} launch security is not supported with this QEMU binary"
    if kind == "sev":
        if not can.sev_guest:
            yield ConfigUnsupported(missing)
        elif security.kernel_hashes is not None and not can.command(
            "object-add/arg-type/+sev-guest/kernel-hashes"
        ):
            yield ConfigUnsupported(
                "SEV measured direct kernel boot is not supported with this QEMU binary"
            )
    elif not _offers(can, str(kind)):
        yield ConfigUnsupported(missing)


def _offers(can: Capabilities, kind: str) -> bool:
    """Whether a program can protect guests in a way, AMD's first apart."""
    if kind == "s390-pv":
        board = can.object_property("none-machine", "confidential-guest-support")
        return board and can.has("s390-pv-guest")
    if kind == "sev-snp" and can.sev[0] is None:
        return False
    if kind == "tdx" and not _offered_by_kernel("kvm_intel", "tdx"):
        return False
    return can.has(f"{kind}-guest")


def _offered_by_kernel(module: str, parameter: str) -> bool:
    """Whether the host's kernel has a way of its hardware switched on."""
    try:
        with open(f"/sys/module/{module}/parameters/{parameter}", encoding="ascii") as file:
            return file.read(1) in ("1", "Y", "y")
    except OSError:
        return False
