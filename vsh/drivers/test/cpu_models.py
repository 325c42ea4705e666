"""The names of CPU models that libvirt knows, by kind of architecture."""

from __future__ import annotations

_X86 = (
    "486 pentium pentium2 pentium3 pentiumpro coreduo n270 core2duo qemu32 kvm32 cpu64-rhel5 "
    "cpu64-rhel6 qemu64 kvm64 Conroe Penryn Nehalem Nehalem-IBRS Westmere Westmere-IBRS "
    "SandyBridge SandyBridge-IBRS IvyBridge IvyBridge-IBRS Haswell-noTSX Haswell-noTSX-IBRS "
    "Haswell Haswell-IBRS Broadwell-noTSX Broadwell-noTSX-IBRS Broadwell Broadwell-IBRS "
    "Skylake-Client Skylake-Client-IBRS Skylake-Client-noTSX-IBRS Skylake-Server "
    "Skylake-Server-IBRS Skylake-Server-noTSX-IBRS Cascadelake-Server Cascadelake-Server-noTSX "
    "Icelake-Client Icelake-Client-noTSX Icelake-Server Icelake-Server-noTSX Cooperlake Snowridge "
    "athlon phenom Opteron_G1 Opteron_G2 Opteron_G3 Opteron_G4 Opteron_G5 EPYC EPYC-IBPB "
    "EPYC-Rome EPYC-Milan Dhyana"
)
_PPC64 = "POWER6 POWER7 POWER8 POWER9 POWER10 POWERPC_e5500 POWERPC_e6500"

# where libvirt knows the CPUs; an empty list means that it takes any name
MODELS = {
    "i686": _X86,
    "x86_64": _X86,
    "ppc64": _PPC64,
    "ppc64le": _PPC64,
    "aarch64": "",
    "armv6l": "",
    "armv7b": "",
    "armv7l": "",
    "loongarch64": "",
    "riscv64": "",
    "s390": "",
    "s390x": "",
}
