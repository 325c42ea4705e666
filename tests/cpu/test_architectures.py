"""CPUs other than x86, and questions that an architecture cannot answer."""

from __future__ import annotations

import pytest

from vsh import cpu as cpus
from vsh.cpu import result
from vsh.cpu.data import ArmData, Ppc64Data
from vsh.cpu.definition import HostCpu, guest_cpu, read_cpu
from vsh.errors import (
    ConfigUnsupported,
    CpuIncompatible,
    Error,
    InternalError,
    InvalidArgument,
    NoSupport,
    OperationFailed,
)


def host(arch: str, model: str, vendor: str = "") -> object:
    """A host's CPU."""
    told = f"<vendor>{vendor}</vendor>" if vendor else ""
    return read_cpu(f"<cpu><arch>{arch}</arch><model>{model}</model>{told}</cpu>")


def guest(text: str) -> object:
    """A guest's CPU."""
    return read_cpu(text)


POWER8 = host("ppc64", "POWER8", "IBM")


@pytest.mark.parametrize(
    ("cpu", "result"),
    [
        (host("ppc64le", "POWER8"), result.IDENTICAL),
        (host("ppc64", "POWER7"), result.INCOMPATIBLE),
        (host("ppc64", "POWER8", "Freescale"), result.INCOMPATIBLE),
        (host("x86_64", "486"), result.INCOMPATIBLE),
        (guest("<cpu><model>POWER8_v1.0</model></cpu>"), result.IDENTICAL),
        (guest("<cpu mode='host-passthrough'/>"), result.IDENTICAL),
        (guest("<cpu mode='host-model'/>"), result.IDENTICAL),
        (guest("<cpu mode='host-model'><model>power7</model></cpu>"), result.IDENTICAL),
        (guest("<cpu mode='host-model'><model>power9</model></cpu>"), result.INCOMPATIBLE),
    ],
)
def test_power_compares_generations(cpu: object, result: int) -> None:
    assert cpus.compare("ppc64", POWER8, cpu) == result


def test_power_says_why_not() -> None:
    with pytest.raises(CpuIncompatible) as caught:
        cpus.compare("ppc64", POWER8, host("ppc64", "POWER9"), fail=True)
    assert str(caught.value).endswith(": host CPU model does not match required CPU model POWER9")
    newer = guest("<cpu mode='host-model'><model>power9</model></cpu>")
    with pytest.raises(CpuIncompatible) as caught:
        cpus.compare("ppc64", POWER8, newer, fail=True)
    assert str(caught.value) == "the CPU is incompatible with host CPU"


@pytest.mark.parametrize(
    ("real", "cpu", "kind", "words"),
    [
        (POWER8, "<cpu mode='host-model'><model>power8+</model></cpu>", InternalError, "Unknown c"),
        (POWER8, "<cpu mode='host-model'><model>power5</model></cpu>", InternalError, "Unknown c"),
        (
            host("ppc64", "POWERPC_e5500"),
            "<cpu mode='host-model'><model>power8</model></cpu>",
            InternalError,
            "Host CPU does not support compatibility modes",
        ),
        (POWER8, "<cpu><model>POWER1</model></cpu>", InternalError, "Unknown CPU model POWER1"),
        (POWER8, "<cpu/>", InvalidArgument, "no CPU model specified"),
    ],
)
def test_power_refuses_what_it_does_not_know(
    real: object, cpu: str, kind: type[Error], words: str
) -> None:
    with pytest.raises(kind, match=words):
        cpus.compare("ppc64", real, guest(cpu))


def test_power_baseline_and_update() -> None:
    found = cpus.baseline(None, [POWER8, host("ppc64le", "POWER8")])
    assert (found.model, found.fallback) == ("POWER8", "forbid")
    with pytest.raises(OperationFailed, match="CPUs are incompatible"):
        cpus.baseline(None, [POWER8, host("ppc64", "POWER9")])
    with pytest.raises(OperationFailed, match="Unknown CPU vendor Zilog"):
        cpus.baseline(None, [host("ppc64", "POWER8", "Zilog")])
    with pytest.raises(OperationFailed, match="IBM of model POWER8 differs from vendor Freescale"):
        cpus.baseline(None, [host("ppc64", "POWER8", "Freescale")])
    cpu = guest("<cpu match='minimum'><model>POWER8</model></cpu>")
    cpus.update("ppc64", cpu, POWER8)
    assert cpu.match == "exact"
    with pytest.raises(NoSupport, match="cannot translate CPU model POWER8 to a supported model"):
        cpus.translate("ppc64", cpu, {"POWER9": ()})


def test_power_names_and_versions() -> None:
    assert cpus.models("ppc64le")[:2] == ["POWER6", "POWER7"]
    assert cpus.vendor_of_model("ppc64", "POWERPC_e6500") == "Freescale"
    assert cpus.vendor_of_model("ppc64", "POWER1") is None
    cpu = guest("<cpu><model>POWER7+_v2.1</model></cpu>")
    cpus.convert_legacy("ppc64", cpu)
    assert cpu.model == "POWER7"
    real = HostCpu(arch="ppc64")
    cpus.decode("ppc64", real, Ppc64Data(0x004D0200))
    assert (real.model, real.vendor) == ("POWER8", "IBM")
    with pytest.raises(OperationFailed, match="Cannot find CPU model with PVR 0x00000007"):
        cpus.decode("ppc64", real, Ppc64Data(7))
    with pytest.raises(ConfigUnsupported, match="CPU model POWER8 is not supported by hypervisor"):
        cpus.decode("ppc64", real, Ppc64Data(0x004D0200), {"POWER9": ()})


def test_arm() -> None:
    here = host("aarch64", "Neoverse-N1", "ARM")
    assert cpus.compare("aarch64", here, host("aarch64", "Neoverse-N1", "ARM")) == result.IDENTICAL
    assert cpus.compare("aarch64", None, here) == result.INCOMPATIBLE
    assert (
        cpus.compare("aarch64", here, guest("<cpu><model>a64fx</model></cpu>")) == result.IDENTICAL
    )
    with pytest.raises(CpuIncompatible, match=r"vendor <null> or\(and\) model a64fx"):
        cpus.compare("aarch64", here, host("aarch64", "a64fx"), fail=True)
    assert cpus.baseline(None, [here]).model == "Neoverse-N1"
    assert cpus.models("aarch64") == []
    cpu = guest("<cpu mode='host-model'/>")
    cpus.update("aarch64", cpu, here)
    assert (cpu.mode, cpu.model, cpu.vendor) == ("custom", "Neoverse-N1", "ARM")
    cpus.validate_features("aarch64", guest("<cpu><model>max</model><feature name='sve'/></cpu>"))
    with pytest.raises(ConfigUnsupported, match="unknown CPU feature: neon"):
        cpus.validate_features("armv7l", guest("<cpu><model>m</model><feature name='neon'/></cpu>"))


def test_arm_parts() -> None:
    cpu = HostCpu(arch="aarch64")
    cpus.decode("aarch64", cpu, ArmData(0x0AF, 0x43, ("fp", "aes")))
    assert (cpu.model, cpu.vendor) == ("ThunderX2 99xx", "Cavium")
    assert [feature.name for feature in cpu.features] == ["fp", "aes"]
    with pytest.raises(OperationFailed, match="PVR 0x777, vendor id 0x41"):
        cpus.decode("aarch64", cpu, ArmData(0x777, 0x41))
    with pytest.raises(OperationFailed, match="CPU vendor with vendor id 0x01"):
        cpus.decode("aarch64", cpu, ArmData(0xD03, 0x01))
    with pytest.raises(ConfigUnsupported, match="CPU model cortex-a53 is not supported by hyperv"):
        cpus.decode("aarch64", cpu, ArmData(0xD03, 0x41), {"max": ()})


def test_ibm_z() -> None:
    here = host("s390x", "z14")
    assert cpus.compare("s390x", here, host("s390x", "z13")) == result.IDENTICAL
    cpu = guest("<cpu mode='host-model'><feature policy='disable' name='vx'/></cpu>")
    cpus.update("s390x", cpu, here)
    assert cpu.format() == (
        "<cpu mode='custom' match='exact'>\n"
        "  <model fallback='allow'>z14</model>\n"
        "  <feature policy='disable' name='vx'/>\n"
        "</cpu>\n"
    )
    cpus.update("s390x", cpu, None)
    with pytest.raises(ConfigUnsupported, match="unknown host CPU model"):
        cpus.update("s390x", guest("<cpu mode='host-model'/>"), None)
    with pytest.raises(ConfigUnsupported, match="match mode minimum not supported"):
        cpus.update("s390x", guest("<cpu match='minimum'><model>z13</model></cpu>"), here)
    cpu = guest("<cpu><model>z13</model><feature policy='optional' name='vx'/></cpu>")
    with pytest.raises(ConfigUnsupported, match="optional CPU features are not supported"):
        cpus.update("s390x", cpu, here)
    with pytest.raises(ConfigUnsupported, match="'require' and 'disable' are supported for vx"):
        cpus.validate_features("s390x", cpu)


def test_risc_v_and_loongarch() -> None:
    for arch, model in (("riscv64", "rv64"), ("loongarch64", "la464")):
        assert cpus.compare(arch, None, host(arch, model)) == result.IDENTICAL
        assert cpus.models(arch) == []
    cpu = guest("<cpu mode='host-model'/>")
    cpus.update("loongarch64", cpu, host("loongarch64", "la464"))
    assert cpu.mode == "host-model"
    cpus.update("riscv64", cpu, host("riscv64", "rv64"))
    assert (cpu.mode, cpu.model) == ("custom", "rv64")


def test_unknown_architectures() -> None:
    assert not cpus.is_supported("mips")
    assert cpus.is_supported("aarch64")
    with pytest.raises(NoSupport, match="'mips' architecture is not supported by CPU driver"):
        cpus.models("mips")


def test_questions_without_an_answer() -> None:
    cpu = guest_cpu(model="z13")
    with pytest.raises(NoSupport, match="cannot check guest CPU feature for s390x architecture"):
        cpus.has_feature("s390x", cpu, "vx")
    with pytest.raises(NoSupport, match="cannot decode CPU data for s390x architecture"):
        cpus.decode("s390x", cpu, ArmData(0, 0))
    with pytest.raises(NoSupport, match="cannot encode CPU data for ppc64 architecture"):
        cpus.encode("ppc64", cpu)
    assert not cpus.update_live("s390x", cpu, None, None)
    assert cpus.migratable_copy("s390x", cpu) == cpu
    assert cpus.vendor_of_model("s390x", "z13") is None
    cpus.convert_legacy("s390x", cpu)
    cpus.validate_features("loongarch64", cpu)
    assert cpu == guest_cpu(model="z13")
