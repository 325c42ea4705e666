"""The host that QEMU runs guests on, and what it can run."""

from __future__ import annotations

import os
import shutil
import socket

from vsh.api.connection import host
from vsh.api.connection.records import SecurityModel
from vsh.drivers.host.node import Node
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import (
    ConfigUnsupported,
    Error,
    InternalError,
    InvalidArgument,
    OperationInvalid,
    OperationUnsupported,
)
from vsh.words.connection import BaselineCPU, CompareCPU, DriverFeature, GetDomainCapabilities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.drivers.host.cpus import Cpus
    from vsh.drivers.host.memory import Memory
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.xml.host.capabilities import Host as HostDocument
    from vsh.xml.host.capabilities import HostCpu

LIBRARY_VERSION = 12008000
"""The libvirt that this driver behaves like."""
MAX_VCPUS = {"qemu": 16, "kvm": 255}
TYPES = ("none", "qemu", "kqemu", "kvm", "xen", "lxc", "uml", "openvz", "test", "vmware", "hyperv",
         "vbox", "phyp", "parallels", "bhyve", "vz", "hvf")  # fmt: skip
"""All kinds of guests that libvirt has words for."""
FEATURES = frozenset((
    DriverFeature.MIGRATION_V2, DriverFeature.MIGRATION_P2P, DriverFeature.MIGRATION_V3,
    DriverFeature.MIGRATE_CHANGE_PROTECTION, DriverFeature.MIGRATION_OFFLINE,
    DriverFeature.MIGRATION_PARAMS, DriverFeature.REMOTE_EVENT_CALLBACK,
))  # fmt: skip
"""What the driver can."""
_TELLING = (
    GetDomainCapabilities.DISABLE_DEPRECATED_FEATURES  # of which only mainframes have some
    | GetDomainCapabilities.EXPAND_CPU_FEATURES
    | GetDomainCapabilities.SUPPORTED_CPU_FEATURES
)


class Host(QemuPart, Node, answers=host):
    """Answers about the host."""

    def get_type(self, connection: Connection) -> str:
        return self.driver.name

    def get_uri(self, connection: Connection) -> str:
        return self.driver.uri

    def get_hostname(self, connection: Connection) -> str:
        return socket.gethostname()

    def get_lib_version(self, connection: Connection) -> int:
        return LIBRARY_VERSION

    def get_version(self, connection: Connection) -> int:
        arch = os.uname().machine
        program = self._program(arch)
        if program is None:
            raise InternalError(f"Cannot find suitable emulator for {arch}")
        major, minor, micro = self.hypervisor.capabilities(program).version
        return major * 1000000 + minor * 1000 + micro

    def get_max_vcpus(self, connection: Connection, type: str | None = None) -> int:
        from vsh.drivers.host.kvm import most_vcpus

        word = (type or "qemu").lower()
        if word not in MAX_VCPUS:
            raise InvalidArgument(f"unknown type '{type}'")
        return most_vcpus() or MAX_VCPUS[word] if word == "kvm" else MAX_VCPUS[word]

    def is_secure(self, connection: Connection) -> int:
        return 1

    def node_get_security_model(self, connection: Connection) -> SecurityModel:
        return SecurityModel("none", "0")

    def node_get_sev_info(self, connection: Connection, flags: int = 0) -> dict[str, object]:
        self.accept(flags, 4, "qemuNodeGetSEVInfo")  # a word for typed texts
        can, _, _, _ = self._chosen(None, None, None, None)
        bit, lost = can.sev
        if bit is None:
            raise OperationUnsupported("QEMU does not support SEV guest")
        return {"cbitpos": bit, "reduced-phys-bits": lost or 0}

    def supports_feature(self, connection: Connection, feature: int) -> int:
        return int(feature in FEATURES)

    # ---- what guests can be

    def get_capabilities(self, connection: Connection) -> str:
        from vsh.hypervisors.qemu.guests import ARCHITECTURES, guest
        from vsh.xml.host.capabilities import Capabilities as Document

        native = os.uname().machine
        found = Document.blank()
        found.host = self._host(native)
        for arch in ARCHITECTURES:
            program = self._program(arch)
            if program is not None:
                can = self.hypervisor.capabilities(program)
                found.guests.append(guest(can, arch, program, native))
        return found.format()

    def _host(self, native: str) -> HostDocument:
        from vsh.drivers.host import identity, processor, topology
        from vsh.drivers.host.cpus import Cpus
        from vsh.drivers.host.memory import Memory
        from vsh.xml.host import capabilities

        cpus, memory = Cpus(), Memory()
        found = capabilities.Host.blank()
        found.uuid = identity.host_uuid()
        found.cpu = self._cpu(native, cpus, memory)
        sleeps = processor.suspends()
        found.manages_power = True
        found.suspends_to_memory, found.suspends_to_disk = sleeps["mem"], sleeps["disk"]
        found.suspends_hybrid = sleeps["hybrid"]
        found.iommu = processor.has_iommu()
        found.migration = capabilities.Migration.blank()
        found.migration.live = True
        found.migration.transports = [capabilities.Transport(name=name) for name in ("tcp", "rdma")]
        topology.describe(found, cpus, memory)
        found.security = [capabilities.SecurityModel(model="none", doi="0")]
        lending = self.hypervisor.lending
        if lending is not None:
            labels = [
                capabilities.BaseLabel(type=kind, label=lending.account.label)
                for kind in ("kvm", "qemu")
            ]
            own = capabilities.SecurityModel(model="dac", doi="0", labels=labels)
            found.security.append(own)
        return found

    def _cpu(self, native: str, cpus: Cpus, memory: Memory) -> HostCpu:
        """The host's CPU; where the kernel's files make no sense, what is known without them."""
        from vsh.drivers.host import processor
        from vsh.xml.host import capabilities

        cpu = capabilities.HostCpu.blank()
        cpu.arch = native
        cpu.pages = [capabilities.PageSize(unit="KiB", size=size) for size in memory.page_sizes()]
        with Ignoring(Error):
            arrangement = cpus.arrangement(native)
            known = processor.host_cpu(cpus, native, arrangement, newest=self._newest())
            cpu.model, cpu.vendor = known.model, known.vendor
            cpu.microcode = known.microcode
            cpu.signature_family, cpu.signature_model = (
                known.signature_family,
                known.signature_model,
            )
            cpu.signature_stepping = known.signature_stepping
            for counter in known.counters:
                cpu.counter, cpu.counter_frequency = counter.name, counter.frequency
                cpu.counter_scaling = counter.scaling
            cpu.topology_sockets, cpu.topology_dies = known.sockets, known.dies
            cpu.topology_cores, cpu.topology_threads = known.cores, known.threads
            cpu.topology_clusters = 1
            cpu.address_mode, cpu.address_bits = known.address_mode, known.address_bits
            cpu.features = [capabilities.Named(name=each.name) for each in known.features]
        return cpu

    def get_domain_capabilities(
        self, connection: Connection, emulatorbin: str | None = None, arch: str | None = None,
        machine: str | None = None, virttype: str | None = None, flags: int = 0,
    ) -> str:  # fmt: skip
        from vsh.drivers.host import processor, swtpm
        from vsh.drivers.host.cpus import Cpus
        from vsh.drivers.host.kvm import feature_register, most_vcpus, runs_protected_guests
        from vsh.hypervisors.qemu.domain_capabilities import LOADERS, Here, domain_capabilities
        from vsh.hypervisors.qemu.firmware import FOLDERS, installed, read_folder
        from vsh.hypervisors.qemu.host_cpu import CAPABILITIES_REGISTER, capability_names

        can, program, arch, kind = self._chosen(emulatorbin, arch, machine, virttype)
        self.accept(flags, _TELLING if can.newest else 0, "qemuConnectGetDomainCapabilities")
        known = can if kind == "kvm" else can.emulation
        board = known.preferred_machine if machine is None else known.machine(machine)
        here = Here(
            os.uname().machine, firmwares=installed(map(read_folder, FOLDERS)),
            loaders=[path for path in LOADERS if os.path.exists(path)], tpm=swtpm.versions(),
            vfio=_gives_devices(), most_vcpus=most_vcpus(), protected=runs_protected_guests(),
            features=capability_names(feature_register(CAPABILITIES_REGISTER)),
            address_bits=processor.address_bits(Cpus().facts()),
        )  # fmt: skip
        name = None if board is None else board.name
        found = domain_capabilities(
            can, program, arch, name, kind, here,
            whole=bool(flags & GetDomainCapabilities.EXPAND_CPU_FEATURES),
            supported=bool(flags & GetDomainCapabilities.SUPPORTED_CPU_FEATURES),
        )  # fmt: skip
        return str(found.format())

    def _program(self, arch: str) -> str | None:
        """The program for guests of an architecture; None if none is installed."""
        from vsh.hypervisors.qemu.guests import programs

        names = programs(os.uname().machine, arch)
        return next((path for path in map(shutil.which, names) if path), None)

    def _chosen(
        self, emulator: str | None, arch: str | None, machine: str | None, virttype: str | None
    ) -> tuple[Capabilities, str, str, str]:
        """What was meant: a program's capabilities, its path, the architecture, the kind of guest.

        Raises InvalidArgument, ConfigUnsupported.
        """
        from vsh.hypervisors.qemu.guests import ARCHITECTURES, family

        if virttype is not None and virttype not in TYPES:
            raise InvalidArgument(f"unknown virttype: {virttype}")
        if arch is not None and arch not in ARCHITECTURES:
            raise InvalidArgument(f"unknown architecture: {arch}")
        wanted = arch or os.uname().machine
        program = emulator or self._program(wanted)
        if program is None:
            raise ConfigUnsupported(f"unable to find any emulator to serve '{wanted}' architecture")
        can = self.hypervisor.capabilities(program)
        own = "i686" if can.arch == "i386" else "armv7l" if can.arch == "arm" else can.arch
        if family(own) != family(wanted):
            raise InvalidArgument(
                f"architecture from emulator '{own}' doesn't match given architecture '{wanted}'"
            )
        best = "kvm" if can.kvm else "qemu"
        kind = virttype or best
        if kind != "qemu" and best == "qemu":
            raise InvalidArgument(
                f"the accel '{kind}' is not supported by '{program}' on this host"
            )
        known = can if kind == "kvm" else can.emulation
        if machine == "none" or (machine is not None and known.machine(machine) is None):
            raise InvalidArgument(
                f"the machine '{machine}' is not supported by emulator '{program}'"
            )
        if kind not in ("qemu", best):
            raise InvalidArgument(f"Emulator '{program}' does not support virt type '{kind}'")
        return can, program, wanted, kind

    # ---- CPUs

    def get_cpu_model_names(self, connection: Connection, arch: str, flags: int = 0) -> list[str]:
        from vsh.cpu import models
        from vsh.hypervisors.qemu.cpu_names import newer_models
        from vsh.hypervisors.qemu.guests import ARCHITECTURES
        from vsh.words.host import ARCHITECTURES as NEWER_ARCHITECTURES

        self.accept(flags, 0, "qemuConnectGetCPUModelNames")
        newer = self._newest()
        if arch not in (NEWER_ARCHITECTURES if newer else ARCHITECTURES):
            raise InvalidArgument(f"cannot find architecture {arch}")
        return newer_models(arch) if newer else models(arch)

    def _newest(self) -> bool:
        """Whether the QEMU of this host is one of those that libvirt 12.8.0's answers are for."""
        program = self._program(os.uname().machine)
        return program is not None and self.hypervisor.capabilities(program).newest

    def compare_cpu(self, connection: Connection, xml: str, flags: int = 0) -> int:
        from vsh import cpu
        from vsh.cpu.definition import read_cpu
        from vsh.drivers.qemu.live_cpu import own_cpu

        self.accept(
            flags, CompareCPU.FAIL_INCOMPATIBLE | CompareCPU.VALIDATE_XML, "qemuConnectCompareCPU"
        )
        newest = self._newest()
        other = read_cpu(xml, validate=bool(flags & CompareCPU.VALIDATE_XML))
        fail = bool(flags & CompareCPU.FAIL_INCOMPATIBLE)
        own, native = own_cpu(newest=newest), os.uname().machine
        return cpu.compare(native, own, other, fail=fail, newest=newest)

    def baseline_cpu(self, connection: Connection, documents: list[str], flags: int = 0) -> str:
        from vsh import cpu
        from vsh.cpu.definition import read_cpu
        from vsh.hypervisors.qemu.host_cpu import drop_never

        known = BaselineCPU.EXPAND_FEATURES | BaselineCPU.MIGRATABLE
        self.accept(flags, known, "qemuConnectBaselineCPU")
        cpus = [read_cpu(document, host=True) for document in documents]
        movable, newest = bool(flags & BaselineCPU.MIGRATABLE), self._newest()
        found = cpu.baseline(None, cpus, migratable=movable, newest=newest)
        drop_never(found, newest=newest)
        if flags & BaselineCPU.EXPAND_FEATURES:
            cpu.expand_features(str(cpus[0].arch), found, newest=newest)
        return str(found.format())

    def compare_hypervisor_cpu(
        self, connection: Connection, emulator: str | None, arch: str | None,
        machine: str | None, virttype: str | None, xml: str, flags: int = 0,
    ) -> int:  # fmt: skip
        from vsh.cpu.definition import read_cpu
        from vsh.hypervisors.qemu.host_cpu import compare, host_cpu

        accepted = CompareCPU.FAIL_INCOMPATIBLE | CompareCPU.VALIDATE_XML
        self.accept(flags, accepted, "qemuConnectCompareHypervisorCPU")
        can, program, arch, kind = self._chosen(emulator, arch, machine, virttype)
        kvm = kind == "kvm"
        known = can if kvm else can.emulation
        newest = can.newest
        own = host_cpu(known, kvm=kvm, migratable=False, newest=newest)
        if own is None:
            raise OperationUnsupported(
                f"QEMU '{program}' does not support reporting CPU model for virttype '{kind}'"
            )
        if arch not in ("x86_64", "i686"):
            raise OperationUnsupported(
                f"comparing with the hypervisor CPU is not supported for arch {arch}"
            )
        other = read_cpu(xml, validate=bool(flags & CompareCPU.VALIDATE_XML))
        fail = bool(flags & CompareCPU.FAIL_INCOMPATIBLE)
        return compare(known, arch, own, other, fail=fail, newest=newest)

    def baseline_hypervisor_cpu(
        self, connection: Connection, emulator: str | None, arch: str | None,
        machine: str | None, virttype: str | None, documents: list[str], flags: int = 0,
    ) -> str:  # fmt: skip
        from vsh import cpu
        from vsh.cpu.definition import read_cpu
        from vsh.hypervisors.qemu.host_cpu import feature_names, usable_models

        can, program, arch, kind = self._chosen(emulator, arch, machine, virttype)
        known = BaselineCPU.EXPAND_FEATURES | BaselineCPU.MIGRATABLE
        newest = can.newest
        if newest:
            known |= BaselineCPU.IGNORE_HOST
        self.accept(flags, known, "qemuConnectBaselineHypervisorCPU")
        if flags & BaselineCPU.IGNORE_HOST and len(documents) == 1:
            raise OperationInvalid(
                "ignoring host is only allowed when computing baseline from multiple CPUs"
            )
        cpus = [read_cpu(document) for document in documents]
        kvm = kind == "kvm"
        able = can if kvm else can.emulation
        models = usable_models(able)
        if not models:
            raise OperationUnsupported(
                f"QEMU '{program}' does not support any CPU models for virttype '{kind}'"
            )
        if arch not in ("x86_64", "i686"):
            raise OperationUnsupported(
                f"computing baseline hypervisor CPU is not supported for arch {arch}"
            )
        movable = bool(flags & BaselineCPU.MIGRATABLE)
        features = None
        if flags & BaselineCPU.IGNORE_HOST:
            models = {name: [] for name in models}
        else:
            features = feature_names(able, kvm=kvm, migratable=movable)
        found = cpu.baseline(
            arch, cpus, usable=models, features=features,
            migratable=movable and features is None, newest=newest,
        )  # fmt: skip
        found.fallback = "forbid"
        if flags & BaselineCPU.EXPAND_FEATURES:
            cpu.expand_features(arch, found, newest=newest)
        return str(found.format())


def _gives_devices() -> bool:
    """Whether guests can have devices of the host."""
    from vsh.drivers.host import processor

    return processor.has_iommu() and os.path.exists("/dev/vfio/vfio")
