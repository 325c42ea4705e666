"""CPUs: the model and its features, how many, and the I/O threads beside them."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu.argv.properties import on_off
from vsh.hypervisors.qemu.host_cpu import GONE, qemu_name
from vsh.hypervisors.qemu.machine import PPC64, X86

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.hypervisors.qemu.argv.line import Line

_HYPERV = (
    "relaxed", "vapic", "spinlocks", "vpindex", "runtime", "synic", "stimer", "reset",
    "vendor_id", "frequencies", "reenlightenment", "tlbflush", "ipi", "evmcs", "avic",
    "emsr_bitmap", "xmm_input",
)  # fmt: skip
_PLAIN_MODEL = {"i686": "qemu32", "x86_64": "qemu64"}


def add_cpu(line: Line) -> None:
    """The model, with features, timers and what is pretended to Windows."""
    model = ",".join(_model(line))
    flags = [flag for part in (_timers, _features, _hyperv, _kvm, _cache) for flag in part(line)]
    if flags and not model:
        arch = str(line.domain.os.arch)
        if arch not in _PLAIN_MODEL:
            raise ConfigUnsupported(
                f"CPU flags requested but can't determine default CPU for arch {arch}"
            )
        model = _PLAIN_MODEL[arch]
    if model:
        line.add("-cpu", ",".join([model, *flags]))


def _model(line: Line) -> Iterator[str]:
    domain = line.domain
    cpu = domain.cpu
    if cpu is None or (cpu.mode == "custom" and not cpu.model):
        if domain.os.arch == "i686" and "x86_64" in (domain.emulator or ""):
            yield "qemu32"
        return
    if cpu.mode in ("host-passthrough", "maximum"):
        yield "max" if cpu.mode == "maximum" else "host"
        if domain.os.arch == "armv7l" and line.host.arch == "aarch64":
            yield "aarch64=off"
        known = line.can.object_property("max-x86_64-cpu", "migratable")
        if cpu.migratable is not None and known:
            yield f"migratable={on_off(cpu.migratable)}"
    elif cpu.mode == "host-model":
        if domain.os.arch not in PPC64:
            raise InternalError(f"unexpected host-model CPU for {domain.os.arch} architecture")
        yield "host"
    else:
        yield str(cpu.model)
    if cpu.vendor_id:
        yield f"vendor={cpu.vendor_id}"
    for feature in cpu.features:
        name = str(feature.name)
        if domain.os.arch in X86:
            name = qemu_name(str(name))
        if feature.policy in ("force", "require"):
            yield f"{name}=on"
        elif feature.policy in ("disable", "forbid") and not (line.can.newest and name in GONE):
            yield f"{name}=off"


def _timers(line: Line) -> Iterator[str]:
    for timer in line.domain.clock.timers:
        if timer.name == "kvmclock" and timer.present is not None:
            yield f"kvmclock={on_off(timer.present)}"
        elif timer.name == "hypervclock" and timer.present:
            yield "hv-time=on"
        elif timer.name == "tsc" and timer.frequency:
            yield f"tsc-frequency={timer.frequency}"
        elif timer.name == "armvtimer" and timer.tickpolicy in ("delay", "discard"):
            yield f"kvm-no-adjvtime={on_off(timer.tickpolicy == 'discard')}"


def _features(line: Line) -> Iterator[str]:
    features = line.domain.features
    if features is None:
        return
    if features.apic_eoi is not None:
        yield f"kvm-pv-eoi={on_off(features.apic_eoi)}"
    if features.pvspinlock is not None:
        yield f"kvm-pv-unhalt={on_off(features.pvspinlock)}"


def _hyperv(line: Line) -> Iterator[str]:
    features = line.domain.features
    hyperv = features.hyperv if features is not None else None
    if hyperv is not None:
        if hyperv.mode == "passthrough":
            yield "hv-passthrough=on"
        for name in _HYPERV:
            state = getattr(hyperv, name)
            on = getattr(state, "state", state)
            if not on:
                continue
            if name == "spinlocks":
                never = 0xFFFFFFFF if line.can.newest else 0xFFF
                yield f"hv-spinlocks=0x{hyperv.spinlocks_retries or never:x}"
            elif name == "vendor_id":
                yield f"hv-vendor-id={hyperv.vendor_id_value}"
            else:
                yield f"hv-{name.replace('_', '-')}=on"
            for more, short in (("direct", "direct"), ("extended", "ext")):
                if getattr(state, more, None):
                    yield f"hv-{name}-{short}=on"
    if any(panic.model == "hyperv" for panic in line.domain.panics):
        yield "hv-crash=on" if line.can.newest else "hv-crash"


def _kvm(line: Line) -> Iterator[str]:
    features = line.domain.features
    kvm = features.kvm if features is not None else None
    if kvm is not None:
        if kvm.hidden:
            yield "kvm=off"
        if kvm.hint_dedicated:
            yield "kvm-hint-dedicated=on"
        if kvm.poll_control:
            yield "kvm-poll-control=on"
        if kvm.pv_ipi is False:
            yield "kvm-pv-ipi=off"
    if features is not None and features.pmu is not None and line.domain.os.arch not in PPC64:
        yield f"pmu={on_off(features.pmu)}"


def _cache(line: Line) -> Iterator[str]:
    cpu = line.domain.cpu
    if cpu is None:
        return
    wide = cpu.mode in ("host-passthrough", "maximum")
    if cpu.cache_mode == "emulate":
        yield "l3-cache=on"
    elif cpu.cache_mode == "passthrough":
        yield "host-cache-info=on"
    if cpu.cache_mode in ("emulate", "disable") and wide:
        yield "host-cache-info=off"
    if cpu.cache_mode in ("passthrough", "disable"):
        yield "l3-cache=off"
    if cpu.address_mode == "passthrough":
        yield "host-phys-bits=on"
        if cpu.address_limit:
            yield f"host-phys-bits-limit={cpu.address_limit}"
    elif cpu.address_mode == "emulate":
        yield f"phys-bits={cpu.address_bits}" if cpu.address_bits else "host-phys-bits=off"


def add_smp(line: Line) -> None:
    """How many CPUs, and how they are arranged."""
    domain, cpu = line.domain, line.domain.cpu
    most = domain.vcpus or 1
    if domain.vcpu_list:
        now = sum(bool(v.enabled) and not v.hotpluggable for v in domain.vcpu_list)
    else:
        now = domain.vcpu_current
    words = [str(now)]
    if now != most:
        words.append(f"maxcpus={most}")
    if cpu is not None and cpu.sockets:
        words.append(f"sockets={cpu.sockets}")
        for name, count, group in (("die", cpu.dies, "socket"), ("cluster", cpu.clusters, "die")):
            if name == "cluster" and (count or 1) == 1 and not line.can.newest:
                continue  # libvirt 9.0.0 did not know of them
            if line.can.command(f"query-hotpluggable-cpus/ret-type/props/{name}-id"):
                words.append(f"{name}s={count or 1}")
            elif (count or 1) != 1:
                raise ConfigUnsupported(f"Only 1 {name} per {group} is supported")
        words += [f"cores={cpu.cores}", f"threads={cpu.threads}"]
    else:
        words += [f"sockets={most}", "cores=1", "threads=1"]
    line.add("-smp", ",".join(words))


def add_iothreads(line: Line) -> None:
    """Threads that serve disks."""
    domain = line.domain
    for thread in domain.iothreads:
        line.add_object("iothread", f"iothread{thread.id}", {
            "thread-pool-min": thread.pool_min, "thread-pool-max": thread.pool_max,
            "poll-max-ns": thread.poll_max, "poll-grow": thread.poll_grow,
            "poll-shrink": thread.poll_shrink, "poll-weight": thread.poll_weight,
        })  # fmt: skip
    least, most = domain.default_iothread_min, domain.default_iothread_max
    if least is not None or most is not None:
        line.add_object(
            "main-loop", "main-loop", {"thread-pool-min": least, "thread-pool-max": most}
        )
