"""Which model a real x86 CPU is described by."""

from __future__ import annotations

import pytest

from vsh import cpu as cpus
from vsh.cpu._x86_map import make_signature, the_map, vendor_value
from vsh.cpu.data import X86Data
from vsh.cpu.definition import HostCpu, guest_cpu
from vsh.errors import InternalError

A = "x86_64"


def real(model: str, family: int, number: int, stepping: int, *features: str) -> X86Data:
    """What a CPU says that has the features of a model, and some besides."""
    known = the_map()
    bits = known.models[model].bits
    for name in features:
        bits |= known.features[name]
    vendor = known.models[model].vendor
    if vendor:
        bits |= known.vendors[vendor]
    return X86Data(
        known.leaves_of(known.with_signature(bits, make_signature(family, number, stepping)))
    )


def decoded(data: X86Data, *, host: bool = False, usable: object = None) -> object:
    """What it is described by."""
    cpu = HostCpu(arch=A) if host else guest_cpu()
    cpus.decode(A, cpu, data, usable)
    return cpu


def features(cpu: object) -> list[str]:
    """The features named, with a - for those turned off."""
    return ["-" * (f.policy == "disable") + f.name for f in cpu.features]


def test_a_host_has_vendor_and_signature() -> None:
    cpu = decoded(real("Penryn", 6, 23, 10, "vmx", "est"), host=True)
    assert cpu.format() == (
        "<cpu>\n"
        "  <arch>x86_64</arch>\n"
        "  <model>Penryn</model>\n"
        "  <vendor>Intel</vendor>\n"
        "  <signature family='6' model='23' stepping='10'/>\n"
        "  <feature name='vmx'/>\n"
        "  <feature name='est'/>\n"
        "</cpu>\n"
    )


def test_the_signature_decides_between_models_of_a_guest() -> None:
    # a Broadwell that lacks what is new in it is a Broadwell still
    cpu = decoded(real("Haswell", 6, 61, 4))
    assert cpu.model == "Broadwell"
    assert features(cpu) == ["-rdseed", "-adx", "-smap", "-3dnowprefetch"]
    assert decoded(real("Haswell", 6, 61, 4), host=True).model == "Haswell"


def test_steppings_tell_cascade_lake_from_skylake() -> None:
    assert decoded(real("Skylake-Server-IBRS", 6, 85, 4)).model == "Skylake-Server-IBRS"
    assert decoded(real("Cascadelake-Server", 6, 85, 7)).model == "Cascadelake-Server"


def test_some_models_are_for_hosts_only() -> None:
    data = real("Skylake-Client-noTSX-IBRS", 6, 94, 3)
    assert decoded(data, host=True).model == "Skylake-Client-noTSX-IBRS"
    guest = decoded(data)
    assert guest.model == "Skylake-Client-IBRS"
    assert features(guest) == ["-hle", "-rtm"]


@pytest.mark.parametrize(
    ("number", "stepping", "broken"), [(60, 3, True), (63, 3, True), (63, 4, False), (70, 1, True)]
)
def test_broken_transactions_are_left_out(number: int, stepping: int, broken: bool) -> None:
    cpu = decoded(real("Haswell", 6, number, stepping), host=True)
    assert cpu.model == ("Haswell-noTSX" if broken else "Haswell")


def test_what_the_hypervisor_cannot_do_is_turned_off() -> None:
    cpu = decoded(real("Conroe", 6, 15, 1), usable={"Conroe": ("vmx", "no-such-feature")})
    assert features(cpu) == ["-vmx"]


def test_a_feature_that_the_model_once_had() -> None:
    assert features(decoded(real("EPYC", 23, 1, 2))) == ["-monitor"]
    assert features(decoded(real("EPYC", 23, 1, 2, "monitor"))) == ["monitor"]
    assert features(decoded(real("EPYC", 23, 1, 2), host=True)) == []


def test_another_vendors_models_are_not_used() -> None:
    assert decoded(real("Opteron_G5", 21, 2, 0)).vendor == "AMD"
    data = real("Penryn", 6, 23, 1)
    data.leaves["cpuid", 0, 0] = {}
    bits = vendor_value("AuthenticAMD")
    data.add(
        ("cpuid", 0, 0),
        {"ebx": bits >> 32 & 0xFFFFFFFF, "ecx": bits >> 64 & 0xFFFFFFFF, "edx": bits >> 96},
    )
    cpu = decoded(data)
    assert (cpu.vendor, the_map().models[cpu.model].vendor) == ("AMD", None)


def test_no_model_fits_a_host_without_features() -> None:
    with pytest.raises(InternalError, match="Cannot find suitable CPU model for given data"):
        decoded(X86Data(), host=True)
