"""The host's CPU: model, features, what identifies it.

libvirt asks the CPU itself, and so does this; where that cannot be done the kernel's names of its
features must do, of which some are missing.
"""

from __future__ import annotations

import os
import re

from vsh.cpu import decode, is_supported
from vsh.cpu.definition import Counter, HostCpu
from vsh.drivers.host import cpuid, kvm, sysfs
from vsh.drivers.host.cpus import CPUINFO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vsh.cpu.data import X86Data
    from vsh.cpu.x86 import X86
    from vsh.drivers.host.cpus import Arrangement, Cpus

# Linux's names of features that libvirt calls otherwise
_NAMES = {
    "avx512_bf16": "avx512-bf16", "avx512_bitalg": "avx512bitalg", "avx512_fp16": "avx512-fp16",
    "avx512_vbmi2": "avx512vbmi2", "avx512_vnni": "avx512vnni",
    "avx512_vpopcntdq": "avx512-vpopcntdq", "amd_ssbd": "amd-ssbd", "cr8_legacy": "cr8legacy",
    "nonstop_tsc": "invtsc", "pclmulqdq": "pclmuldq", "sse4_1": "sse4.1", "sse4_2": "sse4.2",
    "tsc_deadline_timer": "tsc-deadline", "tsxldtrk": "tsx-ldtrk",
}  # fmt: skip

_WEAKNESSES = 0x10A  # IA32_ARCH_CAPABILITIES


def host_cpu(cpus: Cpus, arch: str, arrangement: Arrangement, *, newest: bool = False) -> HostCpu:
    """The host's CPU.  Where libvirt knows no models of the architecture it has none."""
    cpu = HostCpu(
        arch=arch, sockets=arrangement.sockets, dies=1, cores=arrangement.cores,
        threads=arrangement.threads,
    )  # fmt: skip
    if arch != "x86_64" or not is_supported(arch):
        return cpu
    from vsh.cpu.x86 import knowledge

    facts = cpus.facts()
    known = knowledge(newest=newest)
    ask = cpuid.asking() if cpus.cpuinfo == CPUINFO else None  # not for another host's files
    data = _told_by_kernel(known, facts) if ask is None else _told_by_cpu(known, ask)
    for register in known.registers() if newest else (_WEAKNESSES,):
        if newest or known.data_has_feature(data, "arch-capabilities"):
            value = kvm.feature_register(register)
            data.leaves["msr", register, 0] = {"eax": value & 0xFFFFFFFF, "edx": value >> 32}
    decode(arch, cpu, data, newest=newest)
    microcode = facts.get("microcode", "")
    cpu.microcode = int(microcode, 16) if re.fullmatch("0x[0-9a-f]+", microcode) else None
    if known.data_has_feature(data, "invtsc"):
        cpu.counters = _counters()
    bits = address_bits(facts)
    if bits is not None:
        cpu.address_mode, cpu.address_bits = "emulate", bits
    return cpu


def _told_by_cpu(known: X86, ask: cpuid.Ask) -> X86Data:
    """What the CPU says of all that libvirt knows features of."""
    from vsh.cpu.data import X86Data

    names = ("eax", "ebx", "ecx", "edx")
    return X86Data({
        ("cpuid", leaf, sub): dict(zip(names, ask(leaf, sub), strict=True))
        for leaf, sub in known.leaves() if cpuid.is_there(ask, leaf, sub)
    })  # fmt: skip


def _told_by_kernel(known: X86, facts: Mapping[str, str]) -> X86Data:
    """What the kernel's names of features, and its numbers, stand for."""
    numbers = tuple(int(facts.get(name, "0")) for name in ("cpu family", "model", "stepping"))
    names = [_named(flag, known) for flag in facts.get("flags", "").split()]
    if "xsave" in names:
        names.append("osxsave")  # Linux has it switched on then
    return known.named(names, facts.get("vendor_id", ""), numbers)


def address_bits(facts: Mapping[str, str]) -> int | None:
    """How long addresses of memory are, where the kernel tells."""
    bits = re.search(r"(\d+) bits physical", facts.get("address sizes", ""))
    return None if bits is None else int(bits[1])


def _named(flag: str, known: X86) -> str:
    """libvirt's name of one of Linux's flags."""
    if flag in _NAMES:
        return _NAMES[flag]
    for name in (flag, flag.replace("_", "-"), flag.replace("_", ".")):
        if known.knows(name):
            return name
    return flag


def _counters() -> list[Counter]:
    """The time stamp counter, where KVM says how fast it is."""
    found = kvm.tsc()
    if found is None:
        return []
    return [Counter(name="tsc", frequency=found[0], scaling=found[1])]


def suspends() -> dict[str, bool]:
    """How the host can sleep, by libvirt's names: whether to memory, to disk, to both."""
    states = (sysfs.word("/sys/power/state") or "").split()
    disk = "disk" in states and not (sysfs.word("/sys/power/disk") or "").startswith("[disabled]")
    memory = "mem" in states
    return {"mem": memory, "disk": disk, "hybrid": memory and disk}


def has_iommu(folder: str = "/sys/kernel/iommu_groups") -> bool:
    """Whether devices of the host are kept apart by hardware."""
    try:
        return bool(os.listdir(folder))
    except OSError:
        return False
