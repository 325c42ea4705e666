"""The host's CPU as QEMU sees it, and what it makes of the CPUs that PC guests ask for."""

from __future__ import annotations

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
}  # fmt: skip

CAPABILITIES_REGISTER = 0x10A
_CAPABILITIES = {
    0: "rdctl-no", 1: "ibrs-all", 2: "rsba", 3: "skip-l1dfl-vmentry", 4: "ssb-no", 5: "mds-no",
    6: "pschange-mc-no", 7: "tsx-ctrl", 8: "taa-no", 13: "sbdr-ssdp-no", 14: "fbsdp-no",
    15: "psdp-no", 17: "fb-clear", 20: "bhi-no", 24: "pbrsb-no", 26: "gds-no", 27: "rfds-no",
    62: "its-no",
}  # fmt: skip
"""What the bits of that register tell."""


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


def host_cpu(can: Capabilities, *, kvm: bool, migratable: bool = True) -> Cpu | None:
    """The CPU that a guest gets at most.

    kvm         whether hardware helps; else it is what QEMU emulates at most
    migratable  whether the guest is to be moved to other hosts, too
    """
    from vsh.cpu import decode
    from vsh.cpu.x86 import is_model_specific, named
    from vsh.xml.domain.cpu import Cpu

    found = can.expanded("host" if kvm else "max", migratable=migratable)
    if found is None:
        return None
    names = [_FEATURES.get(name, name) for name, value in found.items() if value is True]
    numbers = (found.get("family"), found.get("model"), found.get("stepping"))
    signature = tuple(number for number in numbers if isinstance(number, int))
    cpu = Cpu(mode="custom", match="exact", fallback="forbid")
    data = named(names, str(found.get("vendor") or ""), signature)
    decode("x86_64", cpu, data, usable_models(can))
    if not can.object_property(_TELLING, "unavailable-features"):
        # it could not be learnt afterwards which of these the guest did not get
        cpu.features = [each for each in cpu.features if not is_model_specific(str(each.name))]
    return cpu


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
    from vsh.cpu import check_forbidden, compare
    from vsh.cpu.definition import add_feature, find_feature

    cpu, kvm = domain.cpu, domain.type == "kvm"
    if cpu is None or cpu.check_mode in (None, "none") or domain.os.arch not in X86:
        return
    arch = str(domain.os.arch)
    most: Cpu | HostCpu | None = host_cpu(can if kvm else can.emulation, kvm=kvm, migratable=False)
    if most is None:
        return
    if kvm:
        host = own()
        for feature in most.features:
            name = str(feature.name)
            if feature.policy == "require" and find_feature(host, name) is None:
                add_feature(host, name, None)
        most = host
    check_forbidden(cpu, most)
    if cpu.check_mode == "partial" and cpu.mode == "custom" and cpu.model:
        compare(arch, most, cpu, fail=True)


def settle(domain: Domain, can: Capabilities) -> None:
    """Make a guest's CPU a model that the program has, and features.

    Raises ConfigUnsupported, or InternalError for a model that nobody knows.
    """
    from vsh.cpu import translate, update, validate_features

    cpu = domain.cpu
    if cpu is None or cpu.mode in ("host-passthrough", "maximum"):
        return
    if cpu.mode != "host-model" and not cpu.model:
        return
    kvm = domain.type == "kvm"
    known = can if kvm else can.emulation
    arch = str(domain.os.arch)
    validate_features(arch, cpu)
    relative = cpu.mode == "host-model" or cpu.match == "minimum"
    relative = relative or any(feature.policy == "optional" for feature in cpu.features)
    update(arch, cpu, host_cpu(known, kvm=kvm) if relative else None)
    translate(arch, cpu, usable_models(known))
    cpu.fallback = "forbid"
