"""<domain>: a virtual machine or container.

Reading gives what the document says; what libvirt adds to it and refuses in it is ``vsh.domains``.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.lookup import load
from vsh.xml.domain.os import Os
from vsh.xml.domain.perf import PerfEvent
from vsh.xml.domain.vcpu import Vcpu
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Switch, Text
from vsh.xml.engine.flags import INACTIVE, MIGRATABLE
from vsh.xml.engine.node import MERGED
from vsh.xml.engine.structure import Child, Children, Custom, Customs, Settled
from vsh.xml.engine.text import INT_MAX
from vsh.xml.engine.values import NumberSet, Scaled, Uuid, parse_uuid
from vsh.xml.shared.metadata import read_metadata, write_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Unpack

    from lxml.etree import _Element

    from vsh.xml.domain.clock import Clock
    from vsh.xml.domain.cpu import Cpu
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.audio import Audio
    from vsh.xml.domain.devices.chardev import Channel, Console, Parallel, Serial
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.crypto import Crypto
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.filesystem import FileSystem, IdMap
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.hub import Hub
    from vsh.xml.domain.devices.input import Input
    from vsh.xml.domain.devices.interface import Interface
    from vsh.xml.domain.devices.iommu import Iommu
    from vsh.xml.domain.devices.lease import Lease
    from vsh.xml.domain.devices.memballoon import MemBalloon
    from vsh.xml.domain.devices.memory import MemoryDevice
    from vsh.xml.domain.devices.nvram import NvramDevice
    from vsh.xml.domain.devices.panic import Panic
    from vsh.xml.domain.devices.pstore import Pstore
    from vsh.xml.domain.devices.redirdev import RedirDevice, RedirFilter
    from vsh.xml.domain.devices.rng import Rng
    from vsh.xml.domain.devices.shmem import Shmem
    from vsh.xml.domain.devices.smartcard import SmartCard
    from vsh.xml.domain.devices.sound import Sound
    from vsh.xml.domain.devices.tpm import Tpm
    from vsh.xml.domain.devices.video import Video
    from vsh.xml.domain.devices.vsock import Vsock
    from vsh.xml.domain.devices.watchdog import Watchdog
    from vsh.xml.domain.features import Features
    from vsh.xml.domain.security import KeyWrap, LaunchSecurity, SecurityLabel
    from vsh.xml.domain.sysinfo import Sysinfo
    from vsh.xml.domain.tune import (
        BlockTune,
        CpuTune,
        IommuFd,
        IoThread,
        MemoryBacking,
        MemoryTune,
        NumaTune,
        Resource,
        ThrottleGroup,
    )
    from vsh.xml.engine.field import Asked
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.raw import Foreign
    from vsh.xml.engine.reading import Reading

TYPES = (
    "none", "qemu", "kqemu", "kvm", "xen", "lxc", "uml", "openvz", "test", "vmware", "hyperv",
    "vbox", "phyp", "parallels", "bhyve", "vz", "hvf",
)  # fmt: skip
ACTIONS = (
    "destroy",
    "restart",
    "rename-restart",
    "preserve",
    "coredump-destroy",
    "coredump-restart",
    "preserve-running",
)
_MEMORY_LIMIT = 2**63 - 1
_HERE = "vsh.xml.domain"


def _memory(path: str, xpath: str, **options: Unpack[Asked]) -> Scaled[int]:
    return Scaled(path, xpath=xpath, limit=_MEMORY_LIMIT, **options)


class _Filled(Int[int]):
    """A number that has to be there where its element is."""

    filled = True


def _action(
    name: str,
    words: tuple[str, ...],
    *,
    none: str | None = None,
    default: str | None = None,
    after: str | None = None,
) -> Choice[str | None]:
    wrong = (ConfigUnsupported, f"unknown {name} action: {{}}")
    return Choice(name, words, wrong=wrong, none=none, default=default, after=after)


def _read_genid(element: _Element, reading: Reading) -> str:
    from vsh.xml.engine.reader import text_of

    text = text_of(element)
    if not text:
        return ""
    try:
        return parse_uuid(text)
    except ValueError:
        raise InternalError("malformed genid element") from None


def _write_genid(value: list[str], out: list[str], level: int, flags: int) -> None:
    out.extend(f"{'  ' * level}<genid>{text}</genid>\n" for text in value)


def _read_foreign(element: _Element, reading: Reading) -> Foreign:
    from vsh.xml.engine.raw import Foreign

    return Foreign(element)


def _write_foreign(value: list[Foreign], out: list[str], level: int, flags: int) -> None:
    out.extend(extension.format(level) for extension in value)


class Domain(Element, tag="domain"):
    """One domain.  Sizes are in KiB."""

    type = Choice(
        "@type",
        TYPES,
        none="",
        required=(InternalError, "missing domain type attribute"),
        needed=False,
        wrong=(ConfigUnsupported, "invalid domain type {}"),
        after="genid",
    )
    id = Int("@id", 0, INT_MAX, live=True)
    name = Text("name", shape=shapes.LINE)
    uuid = Uuid[str]("uuid", wrong=(InternalError, "malformed uuid element"))
    hwuuid = Uuid("hwuuid", wrong=(InternalError, "malformed hwuuid element"))
    genid = Customs("genid", _read_genid, _write_genid, often=False)
    title = Text("title")
    description = Text("description")
    metadata = Custom("metadata", read_metadata, write_metadata, after="keywrap")
    memory_slots = Int(
        "maxMemory/@slots",
        skip=0,
        blank=True,
        wrong=(XmlError, "Failed to parse memory slot count"),
        after="max_memory",
    )
    max_memory = Scaled("maxMemory", xpath="./maxMemory[1]", zero=False, after="current_memory")
    memory_dump_core = Switch("memory/@dumpCore", after="current_memory")
    memory = _memory("memory", "./memory[1]")
    current_memory = _memory("currentMemory", "./currentMemory[1]")
    blkiotune: Child[BlockTune] = Child(f"{_HERE}.tune:BlockTune", "blkiotune")
    memtune: Child[MemoryTune] = Child(f"{_HERE}.tune:MemoryTune", "memtune")
    memory_backing: Child[MemoryBacking] = Child(
        f"{_HERE}.tune:MemoryBacking", "memoryBacking", after="current_memory"
    )
    vcpu_placement = Choice("vcpu/@placement", ("static", "auto"))
    vcpu_cpuset = NumberSet(
        "vcpu/@cpuset", empty=(ConfigUnsupported, "Invalid value of 'cpuset': {}")
    )
    vcpu_current = Int[int](
        "vcpu/@current", when=lambda d: d.vcpu_current != d.vcpus, after="vcpus"
    )
    vcpus = _Filled(
        "vcpu", wrong=(XmlError, "maximum vcpus count must be an integer"), after="memtune"
    )
    vcpu_list = Children(Vcpu, "vcpus/vcpu")
    iothread_count = Int("iothreads", skip=0, wrong=(XmlError, "invalid iothreads count '{}'"))
    iothreads: Children[IoThread] = Children(
        f"{_HERE}.tune:IoThread", "iothreadids/iothread", after="default_iothread_max"
    )
    default_iothread_min = Int("defaultiothread/@thread_pool_min", 0, INT_MAX)
    default_iothread_max = Int("defaultiothread/@thread_pool_max", 0, INT_MAX)
    throttle_groups: Children[ThrottleGroup] = Children(
        f"{_HERE}.tune:ThrottleGroup", "throttlegroups/throttlegroup", after="clock"
    )
    cputune: Child[CpuTune] = Child(f"{_HERE}.tune:CpuTune", "cputune")
    numatune: Children[NumaTune] = Children(f"{_HERE}.tune:NumaTune", "numatune", often=False)
    iommufd: Children[IommuFd] = Children(f"{_HERE}.tune:IommuFd", "iommufd", after="keywrap")
    resource: Children[Resource] = Children(f"{_HERE}.tune:Resource", "resource", often=False)
    sysinfo: Children[Sysinfo] = Children(f"{_HERE}.sysinfo:Sysinfo", "sysinfo", after="idmap")
    bootloader = Text("bootloader")
    bootloader_args = Text("bootloader_args", when=lambda d: d.bootloader)
    os = Settled(Os, "os", after="genid")
    idmap: Child[IdMap] = Child(f"{_HERE}.devices.filesystem:IdMap", "idmap", after="pstore")
    features: Child[Features] = Child(f"{_HERE}.features:Features", "features")
    cpu: Child[Cpu] = Child(f"{_HERE}.cpu:Cpu", "cpu", after="cputune")
    clock: Settled[Clock] = Settled(f"{_HERE}.clock:Clock", "clock", after="perf")
    on_poweroff = _action("on_poweroff", ACTIONS, default="destroy", after="on_reboot")
    on_reboot = _action("on_reboot", ACTIONS, default="restart")
    on_crash = _action("on_crash", ACTIONS, default="destroy")
    on_lockfailure = _action(
        "on_lockfailure", ("poweroff", "restart", "pause", "ignore"), none="default"
    )
    suspend_to_mem = Flag("pm/suspend-to-mem/@enabled")
    suspend_to_disk = Flag("pm/suspend-to-disk/@enabled")
    perf = Children(PerfEvent, "perf/event")
    emulator = Text("devices/emulator", shape=shapes.FILE)
    disks: Children[Disk] = Children(f"{_HERE}.devices.disk:Disk", "devices/disk")
    controllers: Children[Controller] = Children(
        f"{_HERE}.devices.controller:Controller", "devices/controller"
    )
    leases: Children[Lease] = Children(f"{_HERE}.devices.lease:Lease", "devices/lease")
    filesystems: Children[FileSystem] = Children(
        f"{_HERE}.devices.filesystem:FileSystem", "devices/filesystem"
    )
    interfaces: Children[Interface] = Children(
        f"{_HERE}.devices.interface:Interface", "devices/interface"
    )
    smartcards: Children[SmartCard] = Children(
        f"{_HERE}.devices.smartcard:SmartCard", "devices/smartcard"
    )
    serials: Children[Serial] = Children(
        f"{_HERE}.devices.chardev:Serial", "devices/serial", after="parallels"
    )
    parallels: Children[Parallel] = Children(
        f"{_HERE}.devices.chardev:Parallel", "devices/parallel"
    )
    consoles: Children[Console] = Children(f"{_HERE}.devices.chardev:Console", "devices/console")
    channels: Children[Channel] = Children(f"{_HERE}.devices.chardev:Channel", "devices/channel")
    inputs: Children[Input] = Children(f"{_HERE}.devices.input:Input", "devices/input")
    tpms: Children[Tpm] = Children(f"{_HERE}.devices.tpm:Tpm", "devices/tpm", after="cryptos")
    graphics: Children[Graphics] = Children(
        f"{_HERE}.devices.graphics:Graphics", "devices/graphics"
    )
    sounds: Children[Sound] = Children(f"{_HERE}.devices.sound:Sound", "devices/sound")
    audios: Children[Audio] = Children(f"{_HERE}.devices.audio:Audio", "devices/audio")
    videos: Children[Video] = Children(f"{_HERE}.devices.video:Video", "devices/video")
    hostdevs: Children[HostDevice] = Children(
        f"{_HERE}.devices.hostdev:HostDevice", "devices/hostdev"
    )
    redirdevs: Children[RedirDevice] = Children(
        f"{_HERE}.devices.redirdev:RedirDevice", "devices/redirdev", after="hubs"
    )
    redirfilter: Children[RedirFilter] = Children(
        f"{_HERE}.devices.redirdev:RedirFilter", "devices/redirfilter", often=False, after="hubs"
    )
    hubs: Children[Hub] = Children(f"{_HERE}.devices.hub:Hub", "devices/hub", after="nvram")
    watchdogs: Children[Watchdog] = Children(
        f"{_HERE}.devices.watchdog:Watchdog", "devices/watchdog"
    )
    memballoon: Children[MemBalloon] = Children(
        f"{_HERE}.devices.memballoon:MemBalloon", "devices/memballoon", often=False
    )
    rngs: Children[Rng] = Children(f"{_HERE}.devices.rng:Rng", "devices/rng")
    nvram: Children[NvramDevice] = Children(
        f"{_HERE}.devices.nvram:NvramDevice", "devices/nvram", often=False
    )
    panics: Children[Panic] = Children(f"{_HERE}.devices.panic:Panic", "devices/panic")
    shmems: Children[Shmem] = Children(f"{_HERE}.devices.shmem:Shmem", "devices/shmem")
    memory_devices: Children[MemoryDevice] = Children(
        f"{_HERE}.devices.memory:MemoryDevice", "devices/memory"
    )
    cryptos: Children[Crypto] = Children(
        f"{_HERE}.devices.crypto:Crypto", "devices/crypto", after="rngs"
    )
    iommu: Children[Iommu] = Children(f"{_HERE}.devices.iommu:Iommu", "devices/iommu")
    vsock: Children[Vsock] = Children(f"{_HERE}.devices.vsock:Vsock", "devices/vsock", often=False)
    pstore: Children[Pstore] = Children(
        f"{_HERE}.devices.pstore:Pstore", "devices/pstore", often=False
    )
    seclabels: Children[SecurityLabel] = Children(
        f"{_HERE}.security:SecurityLabel", "seclabel", after="title"
    )
    keywrap: Child[KeyWrap] = Child(f"{_HERE}.security:KeyWrap", "keywrap")
    launch_security: Child[LaunchSecurity] = Child(
        f"{_HERE}.security:LaunchSecurity", "launchSecurity", after="shmems"
    )
    extensions = Customs("{*}", _read_foreign, _write_foreign)

    repeated = MERGED
    first = (
        "vcpu", "memory", "currentMemory", "maxMemory", "defaultiothread",
        "pm/suspend-to-mem", "pm/suspend-to-disk",
    )  # fmt: skip
    open = ("devices",)

    uuid_generated = False
    newest = True  # where libvirt 9.0.0 did otherwise, it is done as 12.8.0 does

    @classmethod
    def read_flags(cls, flags: int) -> int:
        return INACTIVE | (flags & ~INACTIVE) if flags & ~INACTIVE else flags

    def adjust(self, flags: int) -> int:
        """A domain without an id is written as one that is off."""
        return flags | INACTIVE if self.id is None else flags

    @classmethod
    def prepare(cls, element: _Element, _reading: Reading) -> None:
        """Put what later <cpu>s say of NUMA into the first, as libvirt's path finds it."""
        cpus = element.findall("cpu")
        for cpu in cpus[1:]:
            numa, own = cpu.find("numa"), cpus[0].find("numa")
            if numa is not None and own is None:
                cpus[0].append(numa)
            elif numa is not None and own is not None:
                own.extend(list(numa))

    @classmethod
    def form(cls, element: _Element) -> Iterable[str]:
        """A domain inside a snapshot may be no more than its UUID."""
        if element.getparent() is not None:
            return
        if element.find("name") is None:
            yield "Missing element name in element domain"
        if element.get("type") is None:
            yield "Missing required attribute 'type' in element 'domain'"

    def kinds(self) -> list[tuple[str, list[Device]]]:
        """The kinds of devices of which there are any, in output order, each with these."""
        from vsh.xml.domain.devices import DEVICES

        own = self.__dict__
        return [(name, own[name]) for name in DEVICES if own[name]]

    def devices(self) -> Iterable[Element]:
        """All devices, in output order."""
        return [device for _, devices in self.kinds() for device in devices]

    def parsed(self, reading: Reading) -> Found:
        settle = load(f"{_HERE}.reading").after_reading  # by name: it is about this model
        yield from settle(self, reading)

    def disk(self, name: str) -> Disk | None:
        """The disk with a target, or with a source path that no other disk has; else None."""
        found = None
        for disk in self.disks:
            if disk.target == name:
                return disk
            if name[:1] == "/" and disk.source is not None and disk.source.path == name:
                if found is not None:
                    return None
                found = disk
        return found

    def view(self, flags: int) -> Domain:
        """As it is written: with the first console as the serial port that it is."""
        import copy

        twin = copy.copy(self)
        own = twin.__dict__
        spaces = {extension.prefix: extension.uri for extension in self.extensions}
        own["declarations"] = "".join(f" xmlns:{p}='{uri}'" for p, uri in spaces.items())
        known = own.get("os") is not None
        if self.bootloader and known:
            own["os"] = copy.copy(self.os)
            own["os"].__dict__.update(
                boot=[], boot_menu=None, bios_serial=None, bios_reboot_timeout=None
            )
        if known and self.type == "xen" and self.os.type == "xen":
            own["os"] = copy.copy(own["os"])
            own["os"].type = "linux"
        if flags & MIGRATABLE and known and (self.os.firmware or self.os.features):
            own["os"] = copy.copy(own["os"])
            own["os"].__dict__.update(firmware=None, features=[])
        if self.consoles and self.serials and (not known or self.os.type == "hvm"):
            from vsh.xml.domain.devices.chardev import Console

            own["consoles"] = [
                Console.of(self.serials[number])
                if number < len(self.serials) and console.target_type in (None, "serial")
                else console
                for number, console in enumerate(self.consoles)
            ]
        if not any(not thread.automatic for thread in self.iothreads):
            own["iothreads"] = []
        return twin
