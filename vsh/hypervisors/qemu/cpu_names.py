"""The names of CPU models that libvirt 12.8.0 knows, in its order: versions of models, too."""

from __future__ import annotations

from vsh.cpu import models

_VARIANTS = ("-noTSX-IBRS", "-noTSX", "-IBRS", "-IBPB")
_X86 = """
486:1 pentium:1 pentium2:1 pentium3:1 pentiumpro coreduo:1 n270:1 core2duo:1 qemu32:1 kvm32:1
cpu64-rhel5 cpu64-rhel6 qemu64:1 kvm64:1 Conroe:1 Penryn:1 Nehalem Nehalem-IBRS:2 Westmere
Westmere-IBRS:2 SandyBridge SandyBridge-IBRS:2 IvyBridge IvyBridge-IBRS:2 Haswell-noTSX
Haswell-noTSX-IBRS Haswell Haswell-IBRS:4 Broadwell-noTSX Broadwell-noTSX-IBRS Broadwell
Broadwell-IBRS:4 Skylake-Client Skylake-Client-IBRS Skylake-Client-noTSX-IBRS:4 Skylake-Server
Skylake-Server-IBRS Skylake-Server-noTSX-IBRS:5 Cascadelake-Server Cascadelake-Server-noTSX:5
Icelake-Client Icelake-Client-noTSX Icelake-Server Icelake-Server-noTSX:7 Cooperlake:2 Snowridge:4
SapphireRapids:6 GraniteRapids:5 SierraForest-v3 SierraForest:2 SierraForest-v4 SierraForest-v5
ClearwaterForest:3 Denverton:3 KnightsMill:1 DiamondRapids:1 athlon:1 phenom:1 Opteron_G1:1
Opteron_G2:1 Opteron_G3:1 Opteron_G4:1 Opteron_G5:1 EPYC EPYC-IBPB:5 EPYC-Rome:5 EPYC-Milan:3
EPYC-Genoa:2 EPYC-Turin:1 Dhyana:2 YongFeng:3
"""
"""Models; after a colon, how many versions of the model or of what it is a variant of follow it."""


def newer_models(arch: str) -> list[str]:
    """The names of the models of an architecture; an empty list where any name is taken."""
    if arch in ("x86_64", "i686"):
        return _x86()
    known = models(arch)
    if arch in ("ppc64", "ppc64le"):
        known.insert(known.index("POWER10") + 1, "POWER11")
    return known


def _x86() -> list[str]:
    found = []
    for word in _X86.split():
        name, _, versions = word.partition(":")
        end = next((variant for variant in _VARIANTS if name.endswith(variant)), "")
        family = name.removesuffix(end)
        found += [name, *(f"{family}-v{1 + n}" for n in range(int(versions or 0)))]
    return found
