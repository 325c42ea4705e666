"""The board: -machine, -accel, and what is said about it with -global."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.properties import on_off
from vsh.hypervisors.qemu.argv.sound import SPEAKER_OF_BOARD, audio_name
from vsh.hypervisors.qemu.argv.virtio import has_loadparm
from vsh.hypervisors.qemu.machine import S390, X86, is_pseries, is_q35

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.capabilities import Machine
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.hostdev import HostDevice


_ACPI_OPTION = ("x86_64", "i386", "aarch64")  # where ACPI could be left out before boards said it


def board(line: Line) -> Machine | None:
    """What QEMU says of the guest's board."""
    can = line.can if line.domain.type == "kvm" else line.can.emulation
    return can.machine(line.domain.os.machine) or line.can.machine(line.domain.os.machine)


def add_machine(line: Line) -> None:
    """The board, and how the guest is run."""
    line.add("-machine", ",".join(_words(line)))
    line.add("-accel", _accelerator(line))
    smm = line.domain.features.smm if line.domain.features is not None else None
    if smm is not None and smm.tseg is not None:
        line.add("-global", f"mch.extended-tseg-mbytes={smm.tseg >> 20}")


def _words(line: Line) -> Iterator[str]:
    domain, can = line.domain, line.can
    yield str(domain.os.machine)
    yield "usb=off"
    if domain.keywrap is not None:
        for cipher in domain.keywrap.ciphers:
            if domain.os.arch not in S390:
                raise ConfigUnsupported(
                    f"{cipher.name}-key-wrap is not available with this QEMU binary"
                )
            yield f"{cipher.name}-key-wrap={on_off(bool(cipher.state))}"
    yield from _features(line)
    if any(iommu.model == "smmuv3" and iommu.pci_bus is None for iommu in domain.iommu):
        yield "iommu=smmuv3"
    yield from _memory(line)
    cpu = domain.cpu
    if cpu is not None and cpu.mode == "host-model" and cpu.model and is_pseries(domain):
        yield f"max-cpu-compat={cpu.model}"
    if domain.os.arch in S390 and not has_loadparm(line):
        for device in (*domain.disks, *domain.interfaces, *filter(_boots, domain.hostdevs)):
            if device.boot_order == 1 and device.boot_loadparm:
                yield f"loadparm={device.boot_loadparm}"
                break
    security = domain.launch_security
    if security is not None:
        new = can.object_property("none-machine", "confidential-guest-support")
        word = (
            "confidential-guest-support" if new or security.type != "sev" else "memory-encryption"
        )
        yield f"{word}=lsec0"
    yield from (f"pflash{number}={node}" for number, node in enumerate(line.flash))
    numa = cpu.numa if cpu is not None else None
    if numa is not None and (
        numa.latencies or numa.bandwidths or any(c.caches for c in numa.cells)
    ):
        yield "hmat=on"
    if domain.os.bios_serial:
        yield "graphics=off"
    if can.option("machine", "hpet"):
        for timer in domain.clock.timers:
            if timer.name == "hpet" and timer.present is not None:
                yield f"hpet={on_off(timer.present)}"
    for sound in domain.sounds:
        if sound.model == "pcspk" and can.version >= SPEAKER_OF_BOARD:
            yield f"pcspk-audiodev={audio_name(line, sound.audio)}"
    found = board(line)
    if found is not None and found.acpi:
        yield f"acpi={on_off(_has_acpi(domain))}"


def _boots(device: HostDevice) -> bool:
    """Whether a mainframe boots from a device of the host: a disk, or a channel."""
    return device.mode == "subsystem" and (
        device.type == "scsi" or (device.type == "mdev" and device.model == "vfio-ccw")
    )


def _features(line: Line) -> Iterator[str]:
    features = line.domain.features
    if features is None:
        return
    if features.vmport is not None:
        yield f"vmport={on_off(features.vmport)}"
    if features.smm is not None and features.smm.state is not None:
        yield f"smm={on_off(features.smm.state)}"
    gic = features.gic
    if gic:
        if line.can.arch == "aarch64":
            yield f"gic-version={gic}"
        elif gic != "2":
            raise ConfigUnsupported("gic-version option is not available with this QEMU binary")
    if features.ioapic is not None:
        yield {"qemu": "kernel_irqchip=split", "kvm": "kernel_irqchip=on"}[features.ioapic]
    if features.hpt_resizing is not None:
        yield f"resize-hpt={features.hpt_resizing}"
    if features.hpt_maxpagesize:
        yield f"cap-hpt-max-page-size={features.hpt_maxpagesize}k"
    for name in ("htm", "nested_hv", "ccf_assist"):
        state = getattr(features, name)
        if state is not None:
            yield f"cap-{name.replace('_', '-')}={on_off(state)}"
    for name in ("cfpc", "sbbc", "ibs"):
        word = getattr(features, name)
        if word is not None:
            yield f"cap-{name}={word}"
    for name, state in (("ras", features.ras), ("i8042", features.ps2)):
        if state is not None:
            yield f"{name}={on_off(state)}"
    if features.aia is not None:
        yield f"aia={features.aia}"
    if features.virtualization:
        yield "virtualization=on"


def _memory(line: Line) -> Iterator[str]:
    domain = line.domain
    core = domain.memory_dump_core
    yield f"dump-guest-core={on_off(line.host.dump_core if core is None else core)}"
    backing = domain.memory_backing
    if backing is not None and backing.nosharepages:
        yield "mem-merge=off"
    if any(device.model == "nvdimm" for device in domain.memory_devices):
        yield "nvdimm=on"
    enclaves = [device for device in domain.memory_devices if device.model == "sgx-epc"]
    for place, device in enumerate(enclaves):
        yield f"sgx-epc.{place}.memdev=mem{line.alias(device)}"
        yield f"sgx-epc.{place}.node={device.numa_node or 0}"
    found = board(line)
    if not cells(line) and found is not None and found.ram_id is not None:
        yield f"memory-backend={found.ram_id}"


def _has_acpi(domain: Domain) -> bool:
    return domain.features is not None and bool(domain.features.acpi)


def cells(line: Line) -> int:
    """The number of NUMA nodes."""
    cpu = line.domain.cpu
    return len(cpu.numa.cells) if cpu is not None and cpu.numa is not None else 0


def _accelerator(line: Line) -> str:
    domain = line.domain
    features = domain.features
    if domain.type == "qemu":
        cache = features.tb_cache if features is not None else None
        return f"tcg,tb-size={cache >> 10}" if cache else "tcg"
    if domain.type == "kvm":
        kvm = features.kvm if features is not None else None
        if kvm is not None and kvm.dirty_ring:
            return f"kvm,dirty-ring-size={kvm.dirty_ring_size or 4096}"
        return "kvm"
    return str(domain.type)


def add_power(line: Line) -> None:
    """What happens when the guest switches itself off, and how it may sleep."""
    domain = line.domain
    if line.can.command("set-action"):
        line.add("-no-shutdown")
    else:
        ends = {domain.on_reboot, domain.on_poweroff, domain.on_crash}
        stays = (
            domain.on_reboot == "destroy"
            and domain.on_poweroff == "destroy"
            and (domain.on_crash in ("destroy", "coredump-destroy"))
        )
        line.add("-no-reboot" if stays and ends else "-no-shutdown")
    found = board(line)
    unsaid = found is None or found.acpi is None
    if unsaid and line.can.arch in _ACPI_OPTION and not _has_acpi(domain):
        line.add("-no-acpi")
    for state, enabled in (("s3", domain.suspend_to_mem), ("s4", domain.suspend_to_disk)):
        if enabled is not None:
            q35 = is_q35(domain) and line.can.has_property("ICH9-LPC", f"disable_{state}")
            line.add(
                "-global", f"{'ICH9-LPC' if q35 else 'PIIX4_PM'}.disable_{state}={int(not enabled)}"
            )


def add_teardown(line: Line) -> None:
    """Whether memory is given back by another process once QEMU has ended."""
    features = line.domain.features
    wanted = features.async_teardown if features is not None else None
    if wanted is not None and line.can.option("run-with", "async-teardown"):
        line.add("-run-with", f"async-teardown={on_off(wanted)}")


def add_small(line: Line) -> None:
    """Devices of the board that a guest asks for: a core dump's note, a panic's port."""
    domain = line.domain
    if domain.features is not None and domain.features.vmcoreinfo:
        line.device({"driver": "vmcoreinfo"})


def add_panics(line: Line) -> None:
    """Ports that tell of a guest's crash; those of other models are part of the CPU or board."""
    for panic in line.domain.panics:
        if panic.model == "isa" and line.domain.os.arch in X86:
            place = panic.address
            port = place.iobase if place is not None and place.type == "isa" else None
            line.device({"driver": "pvpanic", "ioport": port})
        elif panic.model == "pvpanic":
            line.device({"driver": "pvpanic-pci", **address_of(line, panic)})
