"""The host's CPU as its kernel tells it: model, features, what identifies it.

libvirt asks the CPU itself; what a kernel does not tell (registers of virtualization) is missing.
"""

from __future__ import annotations

import os
import re

from vsh.cpu import decode, is_supported
from vsh.cpu.definition import Counter, HostCpu
from vsh.drivers.host import kvm, sysfs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.cpus import Arrangement, Cpus

# Linux's names of features that libvirt calls otherwise
_NAMES = {
    "avx512_bf16": "avx512-bf16", "avx512_bitalg": "avx512bitalg", "avx512_fp16": "avx512-fp16",
    "avx512_vbmi2": "avx512vbmi2", "avx512_vnni": "avx512vnni",
    "avx512_vpopcntdq": "avx512-vpopcntdq", "amd_ssbd": "amd-ssbd", "cr8_legacy": "cr8legacy",
    "nonstop_tsc": "invtsc", "pclmulqdq": "pclmuldq", "sse4_1": "sse4.1", "sse4_2": "sse4.2",
    "tsc_deadline_timer": "tsc-deadline",
}  # fmt: skip


def host_cpu(cpus: Cpus, arch: str, arrangement: Arrangement) -> HostCpu:
    """The host's CPU.  Where libvirt knows no models of the architecture it has none."""
    cpu = HostCpu(
        arch=arch, sockets=arrangement.sockets, dies=1, cores=arrangement.cores,
        threads=arrangement.threads,
    )  # fmt: skip
    if arch != "x86_64" or not is_supported(arch):
        return cpu
    from vsh.cpu.x86 import named

    facts = cpus.facts()
    numbers = tuple(int(facts.get(name, "0")) for name in ("cpu family", "model", "stepping"))
    names = [_named(flag) for flag in facts.get("flags", "").split()]
    if "xsave" in names:
        names.append("osxsave")  # Linux has it switched on then
    decode(arch, cpu, named(names, facts.get("vendor_id", ""), numbers))
    cpu.signature_family, cpu.signature_model, cpu.signature_stepping = numbers
    microcode = facts.get("microcode", "")
    cpu.microcode = int(microcode, 16) if re.fullmatch("0x[0-9a-f]+", microcode) else None
    cpu.counters = _counters()
    bits = re.search(r"(\d+) bits physical", facts.get("address sizes", ""))
    if bits is not None:
        cpu.address_mode, cpu.address_bits = "emulate", int(bits[1])
    return cpu


def _named(flag: str) -> str:
    """libvirt's name of one of Linux's flags."""
    from vsh.cpu._x86_map import the_map

    if flag in _NAMES:
        return _NAMES[flag]
    known = the_map().features
    for name in (flag, flag.replace("_", "-"), flag.replace("_", ".")):
        if name in known:
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
