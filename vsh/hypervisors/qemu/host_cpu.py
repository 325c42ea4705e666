"""The host's CPU as QEMU sees it, and what it makes of the CPUs that PC guests ask for."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.qemu.machine import X86

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.cpu.definition import HostCpu
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.xml.domain import Domain
    from vsh.xml.domain.cpu import Cpu

_TELLING = "max-x86_64-cpu"
"""The CPU that says which features a guest did not get; a program of 32-bit guests has it not."""
# QEMU's names of features that libvirt calls otherwise
_FEATURES = {
    "cmp-legacy": "cmp_legacy", "ds-cpl": "ds_cpl", "fxsr-opt": "fxsr_opt",
    "kvm-pv-eoi": "kvm_pv_eoi", "kvm-pv-unhalt": "kvm_pv_unhalt", "lahf-lm": "lahf_lm",
    "nodeid-msr": "nodeid_msr", "pclmulqdq": "pclmuldq", "perfctr-core": "perfctr_core",
    "perfctr-nb": "perfctr_nb", "tsc-adjust": "tsc_adjust",
    "vmx-invept-single-context-noglobals": "vmx-invvpid-single-context-noglobals",
}  # fmt: skip

_TOLERANCE = 250  # parts in a million that a time stamp counter may be off
_NEVER = frozenset({"cmt", "mbm_local", "mbm_total", "ospke", "osxsave"})
"""Features that no QEMU takes from its command line."""
_NEVER_NEWEST = _NEVER | {
    "cmp_legacy", "ht", "vmx-ept-uc", "vmx-ept-wb", "vmx-invvpid-single-context",
}  # fmt: skip
"""The same for libvirt 12.8.0; the first two come of the topology."""
GONE = frozenset({"cvt16", "pconfig"})
"""Features that QEMU has no longer; libvirt 12.8.0 has their being off in the document only."""
CAPABILITIES_REGISTER = 0x10A
_CAPABILITIES = {
    0: "rdctl-no", 1: "ibrs-all", 2: "rsba", 3: "skip-l1dfl-vmentry", 4: "ssb-no", 5: "mds-no",
    6: "pschange-mc-no", 7: "tsx-ctrl", 8: "taa-no", 13: "sbdr-ssdp-no", 14: "fbsdp-no",
    15: "psdp-no", 17: "fb-clear", 20: "bhi-no", 24: "pbrsb-no", 26: "gds-no", 27: "rfds-no",
    62: "its-no",
}  # fmt: skip
"""What the bits of that register tell."""


def qemu_name(feature: str) -> str:
    """QEMU's name of a feature."""
    return next((own for own, name in _FEATURES.items() if name == feature), feature)


def capability_names(register: int) -> list[str]:
    """The features that guests can have and are not given by themselves."""
    found = [name for bit, name in _CAPABILITIES.items() if register >> bit & 1]
    return ["arch-capabilities", *found] if found else []


def usable_models(can: Capabilities) -> dict[str, list[str]]:
    """The models that a program has, each with the features that it cannot give it here."""
    return {
        name: [_FEATURES.get(feature, feature) for feature in missing]
        for name, missing in can.cpu_models().items()
    }


def host_cpu(
    can: Capabilities, *, kvm: bool, migratable: bool = True, newest: bool = False
) -> Cpu | None:
    """The CPU that a guest gets at most.

    kvm         whether hardware helps; else it is what QEMU emulates at most
    migratable  whether the guest is to be moved to other hosts, too
    newest      whether it is described as libvirt 12.8.0 does
    """
    from vsh.cpu import decode
    from vsh.cpu.x86 import knowledge
    from vsh.xml.domain.cpu import Cpu

    found = can.expanded("host" if kvm else "max", migratable=migratable)
    if found is None:
        return None
    known = knowledge(newest=newest)
    names = [_FEATURES.get(name, name) for name, value in found.items() if value is True]
    numbers = (found.get("family"), found.get("model"), found.get("stepping"))
    signature = tuple(number for number in numbers if isinstance(number, int))
    cpu = Cpu(mode="custom", match="exact", fallback="forbid")
    data = known.named(names, str(found.get("vendor") or ""), signature)
    decode("x86_64", cpu, data, usable_models(can), newest=newest)
    if not can.object_property(_TELLING, "unavailable-features"):
        # it could not be learnt afterwards which of these the guest did not get
        cpu.features = [
            each for each in cpu.features if not known.is_model_specific(str(each.name))
        ]
    return cpu


def compare(
    can: Capabilities,
    arch: str,
    own: Cpu | HostCpu | None,
    other: Cpu | HostCpu,
    *,
    fail: bool,
    newest: bool,
) -> int:
    """How the CPU that a guest gets at most compares to another, as ``vsh.cpu.compare`` answers.

    Newer libvirt believes what QEMU says of a model that it does not know from old.
    """
    from vsh import cpu
    from vsh.cpu.result import SUPERSET

    lacking = can.cpu_models().get(str(other.model))
    if newest and lacking == [] and not other.features:
        return SUPERSET
    known = lacking is None or cpu.is_compatible(arch, str(other.model))
    if not newest or known or lacking is None or own is None:
        return cpu.compare(arch, own, other, fail=fail, newest=newest)
    blockers = [_FEATURES.get(name, name) for name in lacking]
    return cpu.compare_unusable(arch, own, other, blockers, fail=fail, newest=newest)


def feature_names(can: Capabilities, *, kvm: bool, migratable: bool) -> list[str] | None:
    """The features that QEMU knows, by libvirt's names; None where it does not say.

    migratable  without those that a guest which is to be moved does not get
    """
    model = "host" if kvm else "max"
    found = can.expanded(model, migratable=False)
    stays = can.expanded(model) if migratable else found
    if found is None or stays is None:
        return None
    return [
        _FEATURES.get(name, name)
        for name, value in found.items()
        if value is not True or stays.get(name) is True
    ]


def check(domain: Domain, can: Capabilities, own: Callable[[], HostCpu]) -> None:
    """Refuse a PC guest's CPU that is to be checked and that this host has not.

    own  gives the host's CPU; hardware that helps has its features, and those of QEMU's own

    Raises CpuIncompatible.
    """
    from vsh.cpu import check_forbidden, expand_features, validate_features
    from vsh.cpu.definition import set_feature

    cpu, kvm, newest = domain.cpu, domain.type == "kvm", can.newest
    _check_counter(domain, own)
    if newest:
        _check_addresses(domain, own)
    if cpu is None or cpu.check_mode in (None, "none") or domain.os.arch not in X86:
        return
    if cpu.mode == "custom" and not cpu.model:
        return
    arch, known = str(domain.os.arch), can if kvm else can.emulation
    most: Cpu | HostCpu | None = host_cpu(known, kvm=kvm, migratable=False, newest=newest)
    if most is None:
        return
    if kvm:
        host = own()
        expand_features(arch, most, newest=newest)
        for feature in most.features:
            if feature.policy == "require":
                set_feature(host, str(feature.name), "require")
        most = host
    validate_features(arch, cpu, newest=newest)
    check_forbidden(cpu, most)
    if cpu.check_mode == "partial" and cpu.mode not in ("host-passthrough", "maximum"):
        compare(known, arch, most, cpu, fail=True, newest=newest)


def _check_counter(domain: Domain, own: Callable[[], HostCpu]) -> None:
    """That the host's time stamp counter is, or can be made, as fast as a guest's is to be."""
    wanted = next((t.frequency for t in domain.clock.timers if t.name == "tsc" and t.frequency), 0)
    counter = next(iter(own().counters), None) if wanted else None
    if not wanted or counter is None or not counter.frequency or counter.scaling:
        return
    there = counter.frequency
    step = there * _TOLERANCE // 1_000_000
    if not there - step <= wanted <= there + step:
        raise ConfigUnsupported(
            f"Requested TSC frequency {wanted} Hz is outside tolerance range ([{there - step}, "
            f"{there + step}] Hz) around host frequency {there} Hz and TSC scaling is not "
            "supported by the host CPU"
        )


def _check_addresses(domain: Domain, own: Callable[[], HostCpu]) -> None:
    """That a guest's addresses of memory are no longer than the host's."""
    wanted = domain.cpu.address_bits if domain.cpu is not None else None
    if wanted and wanted > (own().address_bits or wanted):
        raise ConfigUnsupported(
            "The number of virtual CPU address bits cannot exceed the number supported by the "
            "host CPU"
        )


def drop_never(cpu: Cpu, *, newest: bool) -> None:
    """Leave out of a CPU's definition what no QEMU takes."""
    never = _NEVER_NEWEST if newest else _NEVER
    cpu.features = [each for each in cpu.features if each.name not in never]


def settle(domain: Domain, can: Capabilities) -> None:
    """Make a guest's CPU a model that the program has, and features that it takes.

    Raises ConfigUnsupported, or InternalError for a model that nobody knows.
    """
    from vsh.cpu import validate_features

    cpu = domain.cpu
    if cpu is None or (cpu.mode == "custom" and not cpu.model):
        return
    kvm = domain.type == "kvm"
    known = can if kvm else can.emulation
    validate_features(str(domain.os.arch), cpu, newest=can.newest)
    if cpu.mode not in ("host-passthrough", "maximum"):
        _settle_model(domain, cpu, known, newest=can.newest)
    drop_never(cpu, newest=can.newest)
    names = feature_names(known, kvm=kvm, migratable=False)
    if names is not None and can.newest:
        names += GONE
    if names is not None:  # what QEMU does not know is off by itself
        cpu.features = [
            each
            for each in cpu.features
            if each.policy not in ("disable", "forbid") or each.name in names
        ]


def _settle_model(domain: Domain, cpu: Cpu, known: Capabilities, *, newest: bool) -> None:
    from vsh.cpu import translate, update

    kvm, arch = domain.type == "kvm", str(domain.os.arch)
    relative = cpu.mode == "host-model" or cpu.match == "minimum"
    relative = relative or any(feature.policy == "optional" for feature in cpu.features)
    own = host_cpu(known, kvm=kvm, newest=newest) if relative else None
    update(arch, cpu, own, newest=newest)
    translate(arch, cpu, usable_models(known), newest=newest)
    cpu.fallback = "forbid"
