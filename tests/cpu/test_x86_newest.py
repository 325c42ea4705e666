"""x86 CPUs as libvirt 12.8.0 knows them; what is expected are its answers."""

from __future__ import annotations

import pytest

from vsh import cpu as cpus
from vsh.cpu import result
from vsh.cpu._x86_map import make_signature, the_map
from vsh.cpu.data import X86Data
from vsh.cpu.definition import HostCpu, read_cpu
from vsh.errors import ConfigUnsupported, CpuIncompatible

A = "x86_64"


def host(model: str, *features: str, vendor: str | None = None) -> object:
    """A host's CPU."""
    told = f"<vendor>{vendor}</vendor>" if vendor else ""
    listed = "".join(f"<feature name='{name}'/>" for name in features)
    return read_cpu(f"<cpu><arch>x86_64</arch><model>{model}</model>{told}{listed}</cpu>")


def test_all_that_9_0_0_knows_is_known() -> None:
    old, new = the_map(), the_map(newest=True)
    for name, bit in old.features.items():
        assert new.leaves_of(new.features[name]) == old.leaves_of(bit), name
    seen = 0
    for name, bit in new.features.items():
        assert bit.bit_count() == 1, name
        assert not seen & bit, name
        seen |= bit
    assert (len(new.features), len(new.models)) == (400, 176)
    assert set(old.models) < set(new.models)
    assert new.vendors.keys() - old.vendors.keys() == {"Zhaoxin CentaurHauls"}
    names = list(new.features)
    assert names[:2] == ["pni", "pclmuldq"]
    assert names[-1] == "vmx-eptp-switching"


def test_models_have_versions() -> None:
    listed = cpus.models(A, newest=True)
    assert listed[:4] == ["486", "486-v1", "pentium", "pentium-v1"]
    assert "486-v1" not in cpus.models(A)
    known = the_map(newest=True).models
    assert known["Haswell-v2"].bits == known["Haswell-noTSX"].bits
    assert known["Haswell-v2"].where == ("host",)
    assert cpus.vendor_of_model(A, "YongFeng-v3", newest=True) == "Zhaoxin CentaurHauls"
    assert cpus.vendor_of_model(A, "EPYC-Genoa-v1", newest=True) == "AMD"
    assert cpus.is_compatible(A, "EPYC-Genoa")
    assert not cpus.is_compatible(A, "EPYC-Genoa-v1")
    assert cpus.is_compatible("ppc64", "POWER9")


def test_a_feature_was_taken_away() -> None:
    assert the_map(newest=True).models["Icelake-Server"].removed == ["intel-pt", "mpx"]
    assert cpus.has_feature(A, host("Skylake-Client"), "mpx")
    assert not cpus.has_feature(A, host("Skylake-Client"), "mpx", newest=True)


def test_a_host_is_told_by_the_last_of_equal_models() -> None:
    known = the_map(newest=True)
    bits = known.models["kvm64"].bits | known.vendors["AMD"]
    data = X86Data(known.leaves_of(known.with_signature(bits, make_signature(25, 17, 1))))
    cpu = HostCpu(arch=A)
    cpus.decode(A, cpu, data, newest=True)
    assert (cpu.model, cpu.vendor) == ("kvm64-v1", "AMD")


def test_a_baseline_names_models_that_guests_can_have() -> None:
    found = cpus.baseline(A, [host("SapphireRapids-v2", "vmx", "avx10")], newest=True)
    assert found.format() == (
        "<cpu mode='custom' match='exact'>\n"
        "  <model fallback='allow'>GraniteRapids</model>\n"
        "  <feature policy='require' name='vmx'/>\n"
        "  <feature policy='require' name='avx10'/>\n"
        "  <feature policy='disable' name='amx-fp16'/>\n"
        "  <feature policy='disable' name='prefetchiti'/>\n"
        "  <feature policy='disable' name='mcdt-no'/>\n"
        "  <feature policy='disable' name='pbrsb-no'/>\n"
        "  <feature policy='disable' name='vmx-invvpid'/>\n"
        "</cpu>\n"
    )


def test_features_are_checked_by_the_newer_names() -> None:
    guest = read_cpu(
        "<cpu match='exact'><model>486</model><feature policy='disable' name='avx10'/></cpu>"
    )
    cpus.validate_features(A, guest, newest=True)
    with pytest.raises(ConfigUnsupported, match="unknown CPU feature: avx10"):
        cpus.validate_features(A, guest)


def test_what_qemu_lacks_for_a_model() -> None:
    own = host("EPYC-Milan")
    wanted = read_cpu("<cpu match='exact'><model>EPYC-Genoa-v1</model></cpu>")
    assert cpus.compare_unusable(A, own, wanted, (), newest=True) == result.SUPERSET
    with pytest.raises(CpuIncompatible) as caught:
        cpus.compare_unusable(A, own, wanted, ("avx512f", "la57"), fail=True, newest=True)
    assert str(caught.value) == (
        "the CPU is incompatible with host CPU: Host CPU does not provide required features: "
        "avx512f, la57"
    )
