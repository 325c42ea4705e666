"""What the QEMU driver refuses in a guest as a whole: features, CPU, timers, memory, firmware.

The checks are those that follow from the document and the machine, and of what a program can do
those that its ``Emulator`` tells.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlDetail, XmlError
from vsh.hypervisors.qemu.check.memory import check_memory
from vsh.hypervisors.qemu.machine import (
    PPC64,
    S390,
    X86,
    is_arm_virt,
    is_modern,
    is_pseries,
    is_q35,
)
from vsh.hypervisors.qemu.newer import MANY_VCPUS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.errors import Error
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.features import Hyperv

# features of POWER machines: field, capability, name in the complaint
_POWER = (
    ("htm", "machine.pseries.cap-htm", "HTM"),
    ("nested_hv", "machine.pseries.cap-nested-hv", "Nested HV"),
    ("ccf_assist", "machine.pseries.cap-ccf-assist", "ccf-assist"),
    ("cfpc", "machine.pseries.cap-cfpc", "cfpc"),
    ("sbbc", "machine.pseries.cap-sbbc", "sbbc"),
    ("ibs", "machine.pseries.cap-ibs", "ibs"),
)
_PC_TIMERS = ("tsc", "kvmclock", "hypervclock")
_LAST_START = 253402300799  # 9999-12-31T23:59:59
_MEBIBYTE = 1024  # in KiB
_CONSOLES = (None, "serial", "virtio", "sclp", "sclplm")


def check(domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of the domain as a whole."""
    yield from _variables(domain)
    yield from _machine(domain, emulator)
    yield from _lifecycle(domain)
    yield from _cpu(domain)
    yield from _clock(domain)
    yield from _power_management(domain, emulator)
    yield from _boot(domain)
    for table in domain.os.acpi_tables:
        if table.type == "rawset":  # of Xen's
            yield ConfigUnsupported(f"ACPI table type '{table.type}' is not supported")
    yield from _vcpus(domain)
    yield from _features(domain, emulator)
    yield from check_memory(domain)
    yield from _memory_backing(domain)
    yield from _consoles(domain)
    yield from _firmware_values(domain)
    yield from _panics(domain)
    yield from _tpms(domain)


def _consoles(domain: Domain) -> Iterator[Error]:
    for console in domain.consoles:
        if console.target_type not in _CONSOLES:
            yield ConfigUnsupported(f"unsupported console target type {console.target_type}")


def _variables(domain: Domain) -> Iterator[Error]:
    """Only some firmware can be told to keep its variables; newer libvirt lets the word be."""
    boot = domain.os
    if boot.loader_stateless is not False or domain.newest:
        return
    if boot.firmware is None and boot.loader_type != "pflash":
        yield XmlDetail("Only pflash loader type permits NVRAM")
    elif boot.firmware not in (None, "efi"):
        yield XmlDetail("Only EFI firmware permits NVRAM")


def _machine(domain: Domain, emulator: Emulator) -> Iterator[Error]:
    os, features = domain.os, domain.features
    if os.type != "hvm":
        yield ConfigUnsupported(
            f"Emulator '{domain.emulator}' does not support os type '{os.type}'"
        )
    if domain.type not in emulator.kinds:
        yield ConfigUnsupported(
            f"Emulator '{domain.emulator}' does not support virt type '{domain.type}'"
        )
    if domain.memtune is not None and domain.memtune.min_guarantee:
        yield ConfigUnsupported("Parameter 'min_guarantee' not supported by QEMU.")
    uefi = os.firmware == "efi" or bool(os.firmware is None and os.loader_type == "pflash")
    acpi = features is not None and features.acpi
    if uefi and os.arch in X86 and not acpi:
        yield ConfigUnsupported("UEFI requires ACPI on this architecture")
    if acpi and os.arch == "aarch64" and not uefi:
        yield ConfigUnsupported("ACPI requires UEFI on this architecture")
    if os.bios_serial:
        if os.arch not in X86:
            yield ConfigUnsupported("BIOS serial console only supported on x86 architectures")
        elif not domain.serials:
            yield XmlError("need at least one serial port to use BIOS serial output")


def _lifecycle(domain: Domain) -> Iterator[Error]:
    return lifecycle_problems(domain.on_poweroff, domain.on_reboot, domain.on_crash)


def lifecycle_problems(off: str | None, reboot: str | None, crash: str | None) -> Iterator[Error]:
    """What of a guest's actions at its power off, reboot and crash QEMU cannot do."""
    if "rename-restart" in (off, reboot, crash):
        yield ConfigUnsupported(
            "qemu driver doesn't support the 'rename-restart' action for "
            "'on_reboot'/'on_poweroff'/'on_crash'"
        )
    if "preserve" in (off, reboot):
        yield ConfigUnsupported(
            "qemu driver doesn't support the 'preserve' action for 'on_reboot'/'on_poweroff'"
        )
    if (off, reboot) == ("restart", "destroy"):
        yield ConfigUnsupported(
            "qemu driver doesn't support 'onReboot' set to 'destroy and 'onPoweroff' set to "
            "'reboot'"
        )


def _cpu(domain: Domain) -> Iterator[Error]:
    cpu, arch = domain.cpu, domain.os.arch
    if cpu is None:
        return
    if cpu.address_mode is not None:
        if arch not in X86:
            yield ConfigUnsupported(
                "CPU maximum physical address bits specification is not supported for "
                f"'{arch}' architecture"
            )
        elif cpu.address_mode == "passthrough" and cpu.address_bits is not None:
            yield ConfigUnsupported(
                "CPU maximum physical address bits number specification cannot be used with "
                "mode='passthrough'"
            )
        elif cpu.address_mode == "emulate" and cpu.address_bits is None and not domain.newest:
            yield ConfigUnsupported(
                "if using CPU maximum physical address mode='emulate', bits= must be specified too"
            )
    mode, level = cpu.cache_mode, cpu.cache_level
    if mode is None:
        return
    if arch not in X86:
        yield ConfigUnsupported(
            f"CPU cache specification is not supported for '{arch}' architecture"
        )
    if mode == "emulate" and level != 3:
        yield ConfigUnsupported("CPU cache mode 'emulate' can only be used with level='3'")
    if mode == "passthrough" and cpu.mode not in ("host-passthrough", "maximum"):
        yield ConfigUnsupported(
            "CPU cache mode 'passthrough' can only be used with 'host-passthrough' / 'maximum' CPUs"
        )
    if mode != "emulate" and level is not None:
        yield ConfigUnsupported(f"unsupported CPU cache level for mode '{mode}'")


def _clock(domain: Domain) -> Iterator[Error]:
    for timer in domain.clock.timers:
        name, policy = timer.name, timer.tickpolicy
        other = (
            f"Configuring the '{name}' timer is not supported for virtType={domain.type} "
            f"arch={domain.os.arch} machine={domain.os.machine} guests"
        )
        if name == "platform":
            yield ConfigUnsupported("unsupported timer type (name) 'platform'")
        elif name in _PC_TIMERS:
            if domain.os.arch not in X86 and timer.present:
                yield ConfigUnsupported(other)
        elif name == "rtc":
            if timer.track == "boot":
                yield ConfigUnsupported("unsupported rtc timer track 'boot'")
            if policy in ("merge", "discard"):
                yield ConfigUnsupported(f"unsupported rtc timer tickpolicy '{policy}'")
        elif name == "pit" and policy == "merge":
            yield ConfigUnsupported("unsupported pit tickpolicy 'merge'")
        elif name == "armvtimer":
            if domain.type != "kvm" or not is_arm_virt(domain):
                yield ConfigUnsupported(other)
            elif timer.present is False:
                yield ConfigUnsupported("The 'armvtimer' timer can't be disabled")
            elif policy in ("catchup", "merge"):
                yield ConfigUnsupported(
                    f"The 'armvtimer' timer does not support tickpolicy '{policy}'"
                )
    if domain.clock.offset == "absolute" and int(domain.clock.start or 0) > _LAST_START:
        yield ConfigUnsupported(
            f"The maximum 'start' value for <clock offset='absolute'> is {_LAST_START}"
        )


def _power_management(domain: Domain, emulator: Emulator) -> Iterator[Error]:
    for value, state in ((domain.suspend_to_mem, "s3"), (domain.suspend_to_disk, "s4")):
        if value is None:
            continue
        words = {f"disable-{state}"} | ({f"ich9-disable-{state}"} if is_q35(domain) else set())
        if not words & emulator.can:
            yield ConfigUnsupported(f"setting ACPI {state.upper()} not supported")


def _boot(domain: Domain) -> Iterator[Error]:
    os = domain.os
    if not os.loader_secure:
        return
    if not is_q35(domain):
        yield ConfigUnsupported("Secure boot is supported with q35 machine types only")
    if os.arch != "x86_64":
        yield ConfigUnsupported("Secure boot is supported for x86_64 architecture only")
    smm = domain.features.smm if domain.features is not None else None
    if os.firmware is None and (smm is None or not smm.state):
        yield ConfigUnsupported("Secure boot requires SMM feature enabled")


def _vcpus(domain: Domain) -> Iterator[Error]:
    cpu, most = domain.cpu, domain.vcpus or 1
    if cpu is not None and cpu.sockets:
        threads = cpu.threads or 1
        total = cpu.sockets * (cpu.dies or 1) * (cpu.clusters or 1) * (cpu.cores or 1) * threads
        if total != most:
            yield ConfigUnsupported("CPU topology doesn't match maximum vcpu count")
        step = threads if is_pseries(domain) else 1
        if (domain.vcpu_current or most) % step:
            yield ConfigUnsupported(
                f"vCPUs count must be a multiple of the vCPU hotplug granularity ({step})"
            )
    tune = domain.cputune
    if (
        tune is not None
        and (tune.cachetunes or tune.memorytunes or tune.energytunes)
        and domain.type != "kvm"
    ):
        yield ConfigUnsupported("cachetune is only supported for KVM domains")
    if domain.os.arch not in X86 or (domain.vcpus or 1) <= MANY_VCPUS:
        return
    if not is_q35(domain):
        yield ConfigUnsupported(
            f"more than {MANY_VCPUS} vCPUs are only supported on q35-based machine types"
        )
    elif not domain.iommu or not (domain.newest or domain.iommu[0].eim):
        yield ConfigUnsupported(
            f"more than {MANY_VCPUS} vCPUs require extended interrupt mode enabled on the iommu "
            "device"
        )


def _features(domain: Domain, emulator: Emulator) -> Iterator[Error]:
    features, arch = domain.features, domain.os.arch
    if features is None:
        return
    where = f"architecture '{arch}' or machine type '{domain.os.machine}'"
    if features.apic_eoi is not None and arch not in X86:
        yield ConfigUnsupported(
            f"The 'eoi' attribute of the 'apic' feature is not supported for {where}"
        )
    if features.hyperv is not None and arch not in X86 and not is_arm_virt(domain):
        yield ConfigUnsupported(f"Hyperv features are not supported for {where}")
    hyperv = features.hyperv
    if hyperv is not None and domain.newest and hyperv.mode == "custom":
        yield from _enlightenments(hyperv, domain)
    counted = hyperv is None or not hyperv.spinlocks or hyperv.spinlocks_retries is not None
    if not counted and not is_modern(domain):
        yield XmlError("Missing required attribute 'retries' in element 'spinlocks'")
    if features.pvspinlock is not None and arch not in X86:
        yield ConfigUnsupported(f"The 'pvspinlock' feature is not supported for {where}")
    if features.pmu is False and arch in PPC64:
        yield ConfigUnsupported(f"PMU is always enabled for architecture '{arch}'")
    if features.gic is not None and not is_arm_virt(domain):
        yield ConfigUnsupported(f"The 'gic' feature is not supported for {where}")
    if features.ioapic is not None and arch not in X86:
        yield ConfigUnsupported(f"The 'ioapic' feature is not supported for {where}")
    if features.hpt_resizing is not None and not is_pseries(domain):
        yield ConfigUnsupported(f"The 'hpt' feature is not supported for {where}")
    for field, word, name in _POWER:
        if getattr(features, field) is None:
            continue
        if not is_pseries(domain):
            feature = field.replace("_", "-")
            yield ConfigUnsupported(f"The '{feature}' feature is not supported for {where}")
        elif word not in emulator.can:
            yield ConfigUnsupported(f"{name} configuration is not supported by this QEMU binary")
    if features.tb_cache and domain.type != "qemu":
        yield ConfigUnsupported(f"TCG features are incompatible with domain type '{domain.type}'")
    if (features.tb_cache or 0) % _MEBIBYTE:
        yield ConfigUnsupported("tb-cache size must be an integer multiple of MiB")
    if features.virtualization and not is_arm_virt(domain):
        yield ConfigUnsupported(f"The 'virtualization' feature is not supported for {where}")


def _enlightenments(hyperv: Hyperv, domain: Domain) -> Iterator[Error]:
    """What of Hyper-V needs something else of it; nobody looked before libvirt 12."""
    clock = any(t.name == "hypervclock" and t.present for t in domain.clock.timers)
    for name, needed, kind, there in (
        ("stimer", "hypervclock", "timer", clock),
        ("stimer", "synic", "feature", hyperv.synic),
        ("tlbflush", "vpindex", "feature", hyperv.vpindex),
        ("ipi", "vpindex", "feature", hyperv.vpindex),
        ("evmcs", "vapic", "feature", hyperv.vapic),
    ):
        state = getattr(hyperv, name)
        if getattr(state, "state", state) and not there:
            yield ConfigUnsupported(f"'{name}' hyperv feature requires '{needed}' {kind}")


def _memory_backing(domain: Domain) -> Iterator[Error]:
    backing = domain.memory_backing
    if backing is None or not (backing.hugepages or backing.pages):
        return
    if backing.allocation == "ondemand":
        yield ConfigUnsupported("hugepages are not allowed with memory allocation ondemand")
    if backing.source == "anonymous":
        yield ConfigUnsupported("hugepages are not allowed with anonymous memory source")


def _firmware_values(domain: Domain) -> Iterator[Error]:
    for table in domain.sysinfo:
        for entry in table.entries if table.type == "fwcfg" else ():
            name = entry.name or ""
            if not name.startswith("opt/"):
                yield ConfigUnsupported("Invalid firmware name")
            elif name.startswith(("opt/ovmf/", "opt/org.qemu/")):
                yield ConfigUnsupported("That firmware name is reserved")


def _panics(domain: Domain) -> Iterator[Error]:
    for panic in domain.panics:
        model, address = panic.model, panic.address
        if model == "s390" and domain.os.arch not in S390:
            yield ConfigUnsupported("only S390 guests support panic device of model 's390'")
        elif model == "hyperv" and domain.os.arch not in X86:
            yield ConfigUnsupported(
                "only i686 and x86_64 guests support panic device of model 'hyperv'"
            )
        elif model == "pseries" and not is_pseries(domain):
            yield ConfigUnsupported("only pSeries guests support panic device of model 'pseries'")
        elif model in ("s390", "hyperv", "pseries") and address is not None:
            yield ConfigUnsupported(
                f"setting the panic device address is not supported for model '{model}'"
            )
        elif model == "isa" and address is not None and address.type != "isa":
            yield ConfigUnsupported("panic is supported only with ISA address type")
        elif model == "pvpanic" and address is not None and address.type != "pci":
            yield ConfigUnsupported("pvpanic is supported only with PCI address type")
        elif model is None:
            yield ConfigUnsupported(
                "no panic model provided, and no default for the architecture and machine type"
            )


def _tpms(domain: Domain) -> Iterator[Error]:
    proxies = [tpm for tpm in domain.tpms if tpm.model == "spapr-tpm-proxy"]
    if len(proxies) > 1:
        yield ConfigUnsupported("only a single TPM Proxy device is supported")
    elif len(domain.tpms) - len(proxies) > 1:
        yield ConfigUnsupported("only a single TPM non-proxy device is supported")
