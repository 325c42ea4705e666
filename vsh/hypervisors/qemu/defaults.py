"""What libvirt's QEMU driver adds to a domain that it reads."""

from __future__ import annotations

from vsh.domains.defaults import Defaults
from vsh.domains.defaults_device import settle_bus
from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument, XmlError
from vsh.hypervisors.qemu.board_buses import add, add_root, add_usb, usual_usb
from vsh.hypervisors.qemu.emulator import MACHINES, default_cpu, modern
from vsh.hypervisors.qemu.firmware import FOLDERS, installed, read_folder, settle, varstore_path
from vsh.hypervisors.qemu.machine import (
    ARM,
    PPC64,
    S390,
    X86,
    is_arm_virt,
    is_dated,
    is_modern_board,
    is_pseries,
    is_q35,
)
from vsh.hypervisors.qemu.newer import (
    add_watchdog,
    has_ps2,
    name_displays,
    remap_interrupts,
    without_pci,
)
from vsh.xml.domain.devices.pstore import Pstore
from vsh.xml.engine.flags import ABI_UPDATE, INACTIVE, SKIP_VALIDATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import Error
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.hypervisors.qemu.firmware import Firmware
    from vsh.xml.domain import Domain
    from vsh.xml.domain.cpu import Cpu
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.audio import Audio
    from vsh.xml.engine.element import Element
    from vsh.xml.engine.raw import Foreign

_PROGRAMS = {"i686": "i386", "armv6l": "arm", "armv7l": "arm", "ppc64le": "ppc64"}


_HOST_ONLY = tuple(f"s390-ccw-virtio-2.{minor}" for minor in (4, 5, 6, 7))
"""Boards whose CPUs have no models yet where hardware helps."""

_AUDIO_DRIVERS = ("none", "alsa", "coreaudio", "jack", "oss", "pa", "sdl", "spice", "wav", "dbus",
                  "pipewire")  # fmt: skip


class QemuDefaults(Defaults):
    """The QEMU driver's defaults; ``flags`` of ``complete`` are those of reading, and ABI_UPDATE
    for a guest that is new.

    emulator   what the program can do (``modern`` where nobody has asked)
    nvram      the folder of UEFI variables
    channels   the folder of sockets that the driver makes for channels
    guests     where libvirt's own driver has the folders of guests
    program    a guest that this one cannot run is refused, too
    """

    namespace = "http://libvirt.org/schemas/domain/qemu/1.0"
    memory_hotplug = True
    offline_vcpupin = True
    individual_vcpus = True
    user_alias = True
    net_model_string = True
    disk_descriptors = True
    nvram = "/var/lib/libvirt/qemu/nvram"
    channels = "/var/lib/libvirt/qemu/channel/target"
    guests = "/var/lib/libvirt/qemu"

    def __init__(
        self,
        emulator: Emulator | None = None,
        nvram: str | None = None,
        program: Capabilities | None = None,
    ) -> None:
        if nvram is not None:
            self.nvram = nvram
        self._program = program
        self._emulator = emulator
        self.emulator = emulator or modern(self.architecture)
        self.inactive = True
        self.new = False
        self.modern = False  # the guest's board is of a QEMU newer than libvirt 9.0.0

    def complete(self, domain: Domain, flags: int = 0) -> None:
        if self._emulator is None:
            # a 32-bit guest may be run by the 64-bit program
            wide = (domain.emulator or "").endswith("x86_64")
            self.emulator = modern("x86_64" if wide else domain.os.arch or self.architecture)
        self.inactive = bool(flags & INACTIVE)
        self.new = bool(flags & ABI_UPDATE)
        self._date(domain)
        super().complete(domain, flags)
        if self._program is not None and not flags & SKIP_VALIDATE:
            from vsh.hypervisors.qemu.check.program import check_devices

            for error in check_devices(domain, self._program):
                raise error

    def own_elements(self, elements: list[Foreign]) -> list[Foreign]:
        from vsh.hypervisors.qemu.own_elements import settled

        return settled(elements)

    def one(self, kind: str, device: Device, domain: Domain) -> None:
        self._date(domain)
        super().one(kind, device, domain)
        if isinstance(device, Pstore):
            device.path = device.path or self._store(domain)

    def _date(self, domain: Domain) -> None:
        """Whose ways a guest has: those of libvirt 9.0.0, or of 12.8.0."""
        machine = domain.os.machine or self.emulator.machine or ""
        machine = self.emulator.machines.get(machine, machine)
        self.modern = is_modern_board(machine) if is_dated(machine) else self.emulator.newest
        domain.newest = self.modern

    def basic(self, domain: Domain) -> None:
        if domain.emulator is None:
            arch = str(domain.os.arch)
            domain.emulator = f"/usr/bin/qemu-system-{_PROGRAMS.get(arch, arch)}"

    def whole(self, domain: Domain, flags: int) -> None:
        if not self.modern:
            _only_one(domain)
        if domain.bootloader or domain.bootloader_args:
            raise ConfigUnsupported("bootloader is not supported by QEMU")
        if domain.os.machine is None:
            domain.os.machine = self.emulator.machine or MACHINES.get(str(domain.os.arch))
            if domain.os.machine is None:
                raise InvalidArgument(
                    f"could not get preferred machine for {domain.emulator} type={domain.type}"
                )
        domain.os.machine = self.emulator.machines.get(domain.os.machine, domain.os.machine)
        self._variables(domain)
        if not self.modern:
            _secure_boot(domain)
            for device in domain.inputs:  # newer libvirt looks first whether there is one
                settle_bus(device, domain)
        _devices(domain, self.emulator, new=self.new)
        _default_cpu(domain, self.emulator)
        _interrupts(domain, self.emulator)
        _vcpus(domain)
        _cpu(domain, self.emulator)
        _tseg(domain, self.emulator)
        _numa(domain)

    def device(self, kind: str, device: Element, domain: Domain) -> None:
        from vsh.hypervisors.qemu.devices import STEPS

        step = STEPS.get(kind)
        if step is not None:
            step(device, domain, self)

    def addresses(self, domain: Domain) -> None:
        from vsh.hypervisors.qemu.addresses import assign

        if self.modern:
            name_displays(domain, self.emulator)
        assign(domain, self.emulator, new=self.new)

    def check(self, domain: Domain) -> Iterable[Error]:
        from vsh.hypervisors.qemu.check import check

        if self._program is None:
            return check(domain, self.emulator)
        from vsh.hypervisors.qemu.check.program import check_all

        return check_all(domain, self.emulator, self._program)

    def check_device(self, kind: str, device: Device, domain: Domain) -> Iterable[Error]:
        from vsh.hypervisors.qemu.check.devices import check_device

        return check_device(device, domain, self.emulator)

    def _variables(self, domain: Domain) -> None:
        os = domain.os
        if self.modern:
            firmwares: list[Firmware] | None = None
            if self._program is not None and self.new:  # else the guest may be for another host
                from vsh.domains.check import boot_problems

                for error in boot_problems(domain):
                    raise error
                firmwares = installed(map(read_folder, FOLDERS))
            settle(domain, self.nvram, firmwares, new=self.new)
        elif (
            os.firmware is None
            and os.loader
            and os.loader_type == "pflash"
            and os.loader_readonly
            and (os.nvram is None or (os.nvram.path is None and os.nvram.type is None))
            and not os.loader_stateless
        ):
            from vsh.xml.domain.os import Nvram

            os.nvram = os.nvram or Nvram()
            os.nvram.path = f"{self.nvram}/{domain.name}_VARS.fd"
        if os.loader and os.varstore is not None and not os.varstore.path:
            os.varstore.path = varstore_path(self.nvram, domain)
        for store in domain.pstore:
            store.path = store.path or self._store(domain)

    def _store(self, domain: Domain) -> str:
        return f"{self.nvram}/{domain.name}_PSTORE.raw"


def _add_input(domain: Domain, kind: str, bus: str) -> None:
    from vsh.xml.domain.devices.input import Input

    if not any(device.type == kind and device.bus == bus for device in domain.inputs):
        domain.inputs.append(Input(type=kind, bus=bus))


def _devices(domain: Domain, emulator: Emulator, *, new: bool) -> None:
    arch = domain.os.arch
    if has_ps2(domain) and (domain.features is None or domain.features.ps2 is not False):
        _add_input(domain, "mouse", "ps2")
        _add_input(domain, "keyboard", "ps2")
    usb, model = usual_usb(domain, emulator)
    if usb:
        add_usb(domain, model)
    if is_q35(domain):
        add(domain, "sata")
    add_root(domain, emulator)
    if domain.newest and is_q35(domain):
        add_watchdog(domain)
        remap_interrupts(domain, new=new)
    balloon = arch not in (*ARM, "loongarch64", "sparc") and not without_pci(domain)
    if balloon and not domain.memballoon:
        from vsh.xml.domain.devices.memballoon import MemBalloon

        domain.memballoon = [MemBalloon(model="virtio")]
    if arch in PPC64 and domain.graphics:
        _add_input(domain, "keyboard", "usb")
        if not any(device.type == "tablet" and device.bus == "usb" for device in domain.inputs):
            _add_input(domain, "mouse", "usb")
    if is_pseries(domain) or arch in S390:
        from vsh.xml.domain.devices.panic import Panic

        own = "pseries" if arch in PPC64 else "s390"
        if not any(panic.model in (None, own) for panic in domain.panics):
            domain.panics.append(Panic())
    audio = default_audio(domain, emulator.sounding)
    if not domain.audios and audio is not None:
        domain.audios = [audio]


def _only_one(domain: Domain) -> None:
    """Refuse several of what newer boards may have more of.  Raises InternalError, XmlError."""
    if len(domain.watchdogs) > 1:
        raise InternalError("only a single watchdog device is supported")
    if len(domain.iommu) > 1:
        raise XmlError("only a single IOMMU device is supported")


def _secure_boot(domain: Domain) -> None:
    """Keys that are enrolled are of use for secure boot only."""
    from vsh.xml.domain.os import FirmwareFeature

    features = {feature.name: feature.enabled for feature in domain.os.features}
    if features.get("enrolled-keys") and "secure-boot" not in features:
        domain.os.features.append(FirmwareFeature(enabled=True, name="secure-boot"))


def default_audio(domain: Domain, sounding: frozenset[str] = frozenset()) -> Audio | None:
    """Where a guest's sound goes if nothing is said.

    sounding  the displays whose guests may sound on the host, see ``Emulator``

    Raises ConfigUnsupported for a QEMU_AUDIO_DRV that nobody knows.
    """
    from vsh.xml.domain.devices.audio import Audio

    backend: str | None = None
    outside = not domain.graphics and "" in sounding
    if not domain.graphics and not outside:
        backend = "none"
    for graphics in domain.graphics:
        if graphics.type in ("vnc", "spice", "sdl"):
            outside = graphics.type == "sdl" or graphics.type in sounding
            own = {"vnc": "none", "spice": "spice"}.get(str(graphics.type))
            backend = backend if outside else own
    if outside:  # what the environment says, or the window system's own: nothing to say
        import os

        name = os.environ.get("QEMU_AUDIO_DRV")
        if name is None:
            return None
        if name not in _AUDIO_DRIVERS:
            raise ConfigUnsupported(f"unknown QEMU_AUDIO_DRV setting {name}")
        backend = {"pa": "pulseaudio", "wav": "file"}.get(name, name)
    return None if backend is None else Audio(id=1, type=backend)


def _default_cpu(domain: Domain, emulator: Emulator) -> None:
    from vsh.xml.domain.cpu import Cpu

    cpu, arch = domain.cpu, domain.os.arch
    model = default_cpu(domain, emulator)
    if model is None or (cpu is not None and (cpu.mode != "custom" or cpu.model)):
        return
    if arch not in (*X86, *S390, *PPC64) and domain.type != "qemu":
        return
    if cpu is None:
        cpu = domain.cpu = Cpu()
    if model == "host":
        named = arch in S390 and domain.os.machine not in _HOST_ONLY
        cpu.mode = "host-model" if named else "host-passthrough"
    else:
        cpu.check_mode, cpu.fallback, cpu.model = "none", "forbid", model


def _interrupts(domain: Domain, emulator: Emulator) -> None:
    features = domain.features
    gic = features.gic if features is not None else None
    if gic is None and is_arm_virt(domain):
        gic = ""
    if gic != "":
        return
    if features is None:
        from vsh.xml.domain.features import Features

        features = domain.features = Features()
    # version 3 as QEMU emulates it lacks message-signalled interrupts
    choice = [v for v in ("3", "2") if v in emulator.gic and (v != "3" or domain.type != "qemu")]
    features.gic = choice[0] if choice else "2"


def _vcpus(domain: Domain) -> None:
    vcpus = sorted(domain.vcpu_list, key=lambda vcpu: vcpu.id)
    if not vcpus or vcpus[0].id:
        return
    previous = vcpus[0]
    if not previous.enabled:
        raise ConfigUnsupported("vcpu 0 can't be offline")
    if previous.hotpluggable:
        raise ConfigUnsupported("vcpu0 can't be hotpluggable")
    if (previous.order or 0) not in (0, 1):
        raise ConfigUnsupported("vcpu0 must be enabled first")
    ordered = bool(previous.order)
    for vcpu in vcpus[1:]:
        if vcpu.enabled and bool(vcpu.order) != ordered:
            raise ConfigUnsupported("all vcpus must have either set or unset order")
        if vcpu.hotpluggable is False:
            if previous.hotpluggable:
                others = "hotpluggable" if domain.newest else "hotplugable"
                raise ConfigUnsupported(
                    f"online non-hotpluggable vcpus need to be ordered prior to {others} vcpus"
                )
            if (previous.order or 0) > (vcpu.order or 0):
                raise ConfigUnsupported(
                    "online non-hotpluggable vcpus must be ordered in ascending order"
                )
        previous = vcpu


def _cpu(domain: Domain, emulator: Emulator) -> None:
    cpu = domain.cpu
    if cpu is None:
        return
    _vector_lengths(cpu)
    if domain.id is None and cpu.mode == "host-passthrough" and cpu.migratable is None:
        if "migratable" in emulator.can:
            cpu.migratable = True
        elif domain.os.arch in X86:
            cpu.migratable = False
    if (cpu.mode == "custom" and not cpu.model) or cpu.check_mode is not None:
        return
    if cpu.mode in ("host-passthrough", "maximum"):
        cpu.check_mode = "none"
    elif cpu.mode == "host-model":
        cpu.check_mode = "partial"
    else:
        cpu.check_mode = "none" if domain.type == "qemu" else "partial"


def _vector_lengths(cpu: Cpu) -> None:
    from vsh.xml.domain.cpu import CpuFeature

    names = [feature.name for feature in cpu.features]
    if not any(name.startswith("sve") and name != "sve" for name in names):
        return
    if "sve" not in names:
        cpu.features.append(CpuFeature(name="sve", policy="require"))
        return
    feature = cpu.features[names.index("sve")]
    if feature.policy in ("disable", "forbid"):
        raise ConfigUnsupported("SVE disabled, but SVE vector lengths provided")
    feature.policy = "require"


def _tseg(domain: Domain, emulator: Emulator) -> None:
    smm = domain.features.smm if domain.features is not None else None
    if smm is None or not smm.state or smm.tseg is None:
        return
    if not is_q35(domain):
        raise ConfigUnsupported("SMM TSEG is only supported with q35 machine type")
    if "mch.extended-tseg-mbytes" not in emulator.can:
        raise ConfigUnsupported("Setting TSEG size is not supported with this QEMU binary")
    if smm.tseg % (1 << 20):
        raise ConfigUnsupported("SMM TSEG size must be divisible by 1 MiB")


def _numa(domain: Domain) -> None:
    cells = domain.cpu.numa.cells if domain.cpu is not None and domain.cpu.numa is not None else []
    if not cells:
        plugged = domain.max_memory or domain.memory_slots
        if domain.newest and plugged and domain.os.arch not in (*PPC64, *S390):
            _one_node(domain)
        return
    from vsh.xml.engine.values import parse_set

    sets = [set(parse_set(cell.cpus)) if cell.cpus else set() for cell in cells]
    if sum(map(len, sets)) < (domain.vcpus or 0):
        cells[0].cpus = _all_but(set().union(*sets[1:]), domain.vcpus)


def _one_node(domain: Domain) -> None:
    """Newer libvirt makes a node for all that a guest starts with, where more can be plugged in."""
    from vsh.xml.domain.cpu import Cell, Cpu, Numa

    count = domain.vcpus or 1
    start = (domain.memory or 0) - sum(device.size or 0 for device in domain.memory_devices)
    if start < 0:
        return  # that is refused later
    cpu = domain.cpu = domain.cpu or Cpu()
    cpu.numa = Numa(cells=[Cell(id=0, cpus=_all_but(set(), count), memory=start, unit="KiB")])
    for device in domain.memory_devices:
        if device.model in ("dimm", "nvdimm", "virtio-mem") and device.numa_node is None:
            device.numa_node = 0


def _all_but(taken: set[int], count: int) -> str:
    """The numbers below a count that are not taken, as a text: there may be billions of them."""
    parts = []
    start = 0
    for number in sorted({each for each in taken if each < count} | {count}):
        if number > start:
            parts.append(str(start) if number == start + 1 else f"{start}-{number - 1}")
        start = number + 1
    return ",".join(parts)
