"""x86 CPUs, compared, combined and adjusted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vsh import cpu as cpus
from vsh.cpu import result
from vsh.cpu._x86_map import the_map
from vsh.cpu.data import X86Data
from vsh.cpu.definition import read_cpu
from vsh.errors import (
    ConfigUnsupported,
    CpuIncompatible,
    InternalError,
    InvalidArgument,
    NoSupport,
    OperationFailed,
)

A = "x86_64"


def host(model: str, *features: str, vendor: str | None = None, arch: str = A) -> object:
    """A host's CPU."""
    told = f"<vendor>{vendor}</vendor>" if vendor else ""
    listed = "".join(f"<feature name='{name}'/>" for name in features)
    return read_cpu(f"<cpu><arch>{arch}</arch><model>{model}</model>{told}{listed}</cpu>")


def guest(model: str | None, attributes: str = "match='exact'", **policies: str) -> object:
    """A guest's CPU; a feature's policy is a keyword, with _ for what no keyword can have."""
    named = f"<model>{model}</model>" if model else ""
    listed = "".join(
        f"<feature policy='{policy}' name='{name.replace('__', '.').replace('_', '-')}'/>"
        for name, policy in policies.items()
    )
    return read_cpu(f"<cpu {attributes}>{named}{listed}</cpu>")


def policies(cpu: object) -> dict[str, str]:
    """What a guest's CPU says about features."""
    return {feature.name: feature.policy for feature in cpu.features}


@pytest.mark.parametrize(
    ("cpu", "result"),
    [
        (host("Penryn"), result.IDENTICAL),
        (host("Conroe"), result.SUPERSET),
        (host("Nehalem"), result.INCOMPATIBLE),
        (host("Penryn", arch="i686"), result.IDENTICAL),
        (host("Penryn", arch="ppc64"), result.INCOMPATIBLE),
        (host("Penryn", vendor="AMD"), result.INCOMPATIBLE),
        (guest("Nehalem", sse4__2="optional", popcnt="optional"), result.IDENTICAL),
        (guest("Nehalem", sse4__2="force", popcnt="disable"), result.IDENTICAL),
        (guest("Penryn", vmx="require"), result.INCOMPATIBLE),
        (guest("Penryn", vmx="forbid"), result.IDENTICAL),
        (guest("Conroe", cx16="forbid"), result.INCOMPATIBLE),
        (guest("Conroe", "match='strict'"), result.INCOMPATIBLE),
        (guest("Conroe", "match='strict'", cx16="require", sse4__1="force"), result.IDENTICAL),
    ],
)
def test_comparison(cpu: object, result: int) -> None:
    assert cpus.compare(A, host("Penryn", vendor="Intel"), cpu) == result


@pytest.mark.parametrize(
    ("cpu", "why"),
    [
        (host("Nehalem"), "Host CPU does not provide required features: sse4.2, popcnt"),
        (guest("Conroe", cx16="forbid"), "Host CPU provides forbidden features: cx16"),
        (
            guest("Conroe", "match='strict'"),
            "Host CPU does not strictly match guest CPU: Extra features: cx16, sse4.1",
        ),
        (host("486", vendor="AMD"), "host CPU vendor does not match required CPU vendor AMD"),
        (host("486", arch="s390"), "CPU arch s390 does not match host arch"),
    ],
)
def test_why_not(cpu: object, why: str) -> None:
    with pytest.raises(CpuIncompatible) as caught:
        cpus.compare(A, host("Penryn"), cpu, fail=True)
    assert str(caught.value) == f"the CPU is incompatible with host CPU: {why}"


def test_nothing_compares_to_an_unknown_host() -> None:
    assert cpus.compare(A, None, host("486")) == result.INCOMPATIBLE
    with pytest.raises(CpuIncompatible, match="unknown host CPU"):
        cpus.compare(A, guest(None, "mode='host-model'"), host("486"), fail=True)


def test_unknown_words_are_refused() -> None:
    with pytest.raises(InternalError, match="Unknown CPU model 8086"):
        cpus.compare(A, host("486"), host("8086"))
    with pytest.raises(InternalError, match="Unknown CPU feature turbo"):
        cpus.compare(A, host("486"), host("486", "turbo"))


def test_a_model_that_is_called_unusable_may_still_run() -> None:
    real = host("Haswell-noTSX")
    blockers = ("hle", "rtm")
    wanted = guest("Haswell", hle="disable", rtm="disable", avx2="require")
    assert cpus.compare_unusable(A, real, wanted, blockers) == result.SUPERSET
    wanted = guest("Haswell", hle="disable", vmx="require")
    assert cpus.compare_unusable(A, real, wanted, blockers) == result.INCOMPATIBLE
    with pytest.raises(CpuIncompatible, match=r"rtm, vmx$"):
        cpus.compare_unusable(A, real, wanted, blockers, fail=True)


def test_baseline_of_one_is_its_model() -> None:
    assert cpus.baseline(None, [host("Penryn", "vmx", vendor="Intel")]).format() == (
        "<cpu mode='custom' match='exact'>\n"
        "  <model fallback='forbid'>Penryn</model>\n"
        "  <vendor>Intel</vendor>\n"
        "  <feature policy='require' name='vmx'/>\n"
        "</cpu>\n"
    )


def test_baseline_of_several_is_what_they_share() -> None:
    found = cpus.baseline(A, [host("Westmere", "vmx"), host("Penryn", "vmx", "est")])
    assert (found.model, found.vendor, found.fallback) == ("Penryn", None, "allow")
    assert policies(found) == {"vmx": "require"}


def test_baseline_for_migration_and_for_a_hypervisor() -> None:
    real = host("Penryn", "invtsc", "vmx")
    assert policies(cpus.baseline(A, [real])) == {"vmx": "require", "invtsc": "require"}
    assert policies(cpus.baseline(A, [real], migratable=True)) == {"vmx": "require"}
    given = ["fpu", "de", "pse", "tsc", "msr", "mce", "cx8", "mmx", "vme", "no-such-feature"]
    found = cpus.baseline(A, [real, host("Conroe")], features=given)
    assert (found.model, policies(found)) == ("pentium", {"vme": "disable"})
    found = cpus.baseline(A, [real], usable={"Conroe": (), "486": ()})
    assert found.model == "Conroe"
    assert policies(found)["sse4.1"] == "require"


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ([], InvalidArgument, "no CPUs given"),
        ([guest(None, "mode='host-model'")], InvalidArgument, "no CPU model specified at index 0"),
        ([host("486", vendor="Zilog")], OperationFailed, "Unknown CPU vendor Zilog"),
        ([host("486"), host("486", vendor="Zilog")], OperationFailed, "Unknown CPU vendor Zilog"),
        (
            [host("486", vendor="AMD"), host("486", vendor="Intel")],
            OperationFailed,
            "CPU vendors do not match",
        ),
        (
            [host("486"), host("Penryn", vendor="AMD")],
            OperationFailed,
            "CPU vendor Intel of model Penryn differs from vendor AMD",
        ),
        ([guest("486")], InternalError, "undefined hardware architecture"),
        ([host("z13", arch="s390x")], NoSupport, "cannot compute baseline CPU of s390x arch"),
    ],
)
def test_no_baseline(given: list[object], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        cpus.baseline(None, given)


def test_no_baseline_without_anything_in_common() -> None:
    with pytest.raises(OperationFailed, match="CPUs are incompatible"):
        cpus.baseline(A, [host("486")], features=["vmx"])


def test_expanded_features_are_in_order() -> None:
    cpu = guest("486", vmx="require", vme="disable", est="force")
    cpus.expand_features(A, cpu)
    assert list(policies(cpu).items()) == [
        ("fpu", "require"),
        ("pse", "require"),
        ("vme", "disable"),
        ("vmx", "require"),
    ]
    real = host("486", "vmx")
    cpus.expand_features(A, real)
    assert [feature.name for feature in real.features] == ["fpu", "pse", "vme", "vmx"]
    with pytest.raises(InternalError, match="unknown CPU model 8086"):
        cpus.expand_features(A, guest("8086"))


def test_features_that_a_model_once_had_are_turned_off() -> None:
    cpu = guest("EPYC")
    cpus.expand_features(A, cpu)
    assert policies(cpu)["monitor"] == "disable"
    cpu = guest("EPYC")
    cpus.update(A, cpu, None)
    assert policies(cpu) == {"monitor": "disable"}
    cpu = guest("EPYC", monitor="require")
    cpus.update(A, cpu, None)
    assert policies(cpu) == {"monitor": "require"}
    cpu = guest("EPYC")
    cpus.update(A, cpu, None, removed="require")
    assert policies(cpu) == {"monitor": "require"}


def test_host_model_becomes_the_host() -> None:
    cpu = guest(None, "mode='host-model'", vmx="disable", dca="require")
    cpus.update(A, cpu, host("Penryn", "vmx", "est", vendor="Intel"))
    assert (cpu.mode, cpu.match, cpu.model, cpu.vendor) == ("custom", "exact", "Penryn", "Intel")
    assert policies(cpu) == {"vmx": "disable", "est": "require", "dca": "require"}


def test_a_vendor_id_of_ones_own_stays() -> None:
    text = "<cpu mode='host-model'><model vendor_id='0123456789ab'/></cpu>"
    cpu = read_cpu(text)
    cpus.update(A, cpu, host("Penryn", vendor="Intel"))
    assert cpu.vendor_id == "0123456789ab"


def test_minimum_becomes_the_host_but_for_the_vendor() -> None:
    cpu = guest("Conroe", "match='minimum'")
    cpus.update(A, cpu, host("Penryn", "vmx", vendor="Intel"))
    assert (cpu.match, cpu.model, cpu.vendor) == ("exact", "Penryn", None)
    assert policies(cpu) == {"vmx": "require"}


def test_optional_is_decided() -> None:
    cpu = guest("486", vmx="optional", est="optional")
    cpus.update(A, cpu, host("486", "vmx"))
    assert policies(cpu) == {"vmx": "require", "est": "disable"}
    with pytest.raises(ConfigUnsupported, match="unknown host CPU model"):
        cpus.update(A, guest("486", vmx="optional"), None)


def test_host_passthrough_stays() -> None:
    cpu = guest(None, "mode='host-passthrough'", vmx="optional")
    cpus.update(A, cpu, None)
    assert policies(cpu) == {"vmx": "optional"}


def test_update_wants_a_model_that_there_is() -> None:
    with pytest.raises(InternalError, match="Unknown CPU model 8086"):
        cpus.update(A, guest("8086"), None)


def test_what_the_hypervisor_changed_is_said() -> None:
    cpu = guest("486")
    on = cpus.encode(A, guest("486", vmx="require", pse="disable"))
    del on.leaves["cpuid", 1, 0]["edx"]
    on.add(("cpuid", 1, 0), {"edx": 0b0011})  # fpu, vme; and vmx in ecx
    assert cpus.update_live(A, cpu, on, None)
    assert policies(cpu) == {"pse": "disable", "vmx": "require"}


def test_a_guest_may_insist_on_what_it_says() -> None:
    whole = cpus.encode(A, guest("486"))
    assert cpus.update_live(A, guest("486", "check='full'"), whole, None)
    more = cpus.encode(A, guest("486", vmx="require"))
    with pytest.raises(OperationFailed, match=r"specification: extra features: vmx$"):
        cpus.update_live(A, guest("486", "check='full'"), more, None)
    with pytest.raises(OperationFailed, match=r"specification: missing features: fpu,vme,pse$"):
        cpus.update_live(A, guest("486", "check='full'"), None, None)
    with pytest.raises(OperationFailed, match="'vmx' is both enabled and disabled"):
        cpus.update_live(A, guest("486"), more, more.__class__({("cpuid", 1, 0): {"ecx": 32}}))
    assert not cpus.update_live(A, guest(None, "mode='host-passthrough'"), None, None)


def test_translation_to_a_model_that_can_be_used() -> None:
    cpu = guest("Penryn", vmx="require", sse4__1="disable")
    cpus.translate(A, cpu, {"core2duo": (), "qemu64": ()})
    assert cpu.model == "qemu64"
    assert policies(cpu) == {
        "vmx": "require",
        "ssse3": "require",
        "lahf_lm": "require",
        "svm": "disable",
        "sse4.1": "disable",
    }


def test_translation_is_left_out_or_refused() -> None:
    cpu = guest("Penryn")
    cpus.translate(A, cpu, None)
    cpus.translate(A, cpu, {"Penryn": ()})
    assert cpu == guest("Penryn")
    forbidding = read_cpu("<cpu><model fallback='forbid'>Penryn</model></cpu>")
    with pytest.raises(ConfigUnsupported, match="CPU model Penryn is not supported by hypervisor"):
        cpus.translate(A, forbidding, {"qemu64": ()})
    with pytest.raises(InternalError, match="Cannot find suitable CPU model for given data"):
        cpus.translate(A, cpu, {})


def test_features() -> None:
    real = host("Penryn", "vmx")
    assert cpus.has_feature(A, real, "vmx")
    assert cpus.has_feature(A, real, "sse4.1")
    assert not cpus.has_feature(A, real, "svm")
    assert not cpus.has_feature(A, real, "hv-vapic")
    with pytest.raises(InternalError, match="unknown CPU feature turbo"):
        cpus.has_feature(A, real, "turbo")
    with pytest.raises(ConfigUnsupported, match="unknown CPU feature: turbo"):
        cpus.validate_features(A, guest("486", turbo="require"))
    cpus.validate_features(A, guest("486", vmx="require"))


def test_features_of_hypervisors_need_all_their_bits() -> None:
    half = X86Data({("cpuid", 0x40000003, 0): {"eax": 0x10}})
    whole = X86Data({("cpuid", 0x40000003, 0): {"eax": 0x30}})
    assert not cpus.data_has_feature(A, half, "hv-vapic")
    assert cpus.data_has_feature(A, whole, "hv-vapic")


def test_a_copy_for_migration() -> None:
    real = host("Penryn", "invtsc", "vmx")
    twin = cpus.migratable_copy(A, real)
    assert [feature.name for feature in twin.features] == ["vmx"]
    assert [feature.name for feature in real.features] == ["invtsc", "vmx"]


def test_forbidden_features() -> None:
    cpus.check_forbidden(guest("486", vmx="forbid"), guest("486", vmx="disable"))
    cpus.check_forbidden(guest("486", vmx="forbid", est="require"), host("486", "est"))
    with pytest.raises(CpuIncompatible, match="Host CPU provides forbidden feature 'vmx'"):
        cpus.check_forbidden(guest("486", vmx="forbid"), host("486", "vmx"))


def test_encode_wants_a_model() -> None:
    with pytest.raises(InvalidArgument, match="no guest CPU model specified"):
        cpus.encode(A, guest(None, "mode='host-model'"))


MODELS = st.sampled_from(cpus.models(A))
HOSTS = st.builds(
    lambda model, features: host(model, *features),
    MODELS,
    st.lists(st.sampled_from(list(the_map().features)), unique=True, max_size=12),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(HOSTS, min_size=1, max_size=3), st.booleans())
def test_a_baseline_runs_on_all_its_hosts(hosts: list[object], migratable: bool) -> None:
    try:
        found = cpus.baseline(A, hosts, migratable=migratable)
    except OperationFailed as error:
        assert "vendors do not match" in str(error) or "incompatible" in str(error)
        return
    # models of one vendor may be the answer for hosts that do not tell theirs
    for real in hosts:
        assert cpus.compare(A, real, found) in (result.IDENTICAL, result.SUPERSET)


@pytest.mark.parametrize(
    "name", [model.name for model in the_map().models.values() if "guest" in model.where]
)
def test_a_model_is_itself_where_only_it_is_usable(name: str) -> None:
    cpu = guest("486")
    data = cpus.encode(A, host(name))
    cpus.decode(A, cpu, data, {name: ()})
    assert cpu.model == name
    assert "require" not in policies(cpu).values()
