"""A domain as bhyve's command line."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, NoNetwork
from vsh.hypervisors.bhyve.defaults import NAMESPACE
from vsh.hypervisors.devices import own_arguments, source_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.bhyve.host import Host
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.filesystem import FileSystem
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.devices.interface import Interface
    from vsh.xml.domain.devices.sound import Sound

_PROGRAM = "/usr/sbin/bhyve"
_DISKS = {"disk": "hd", "cdrom": "cd"}


def bhyve_command(domain: Domain, host: Host) -> list[str]:
    """The command that runs the guest."""
    writer = _Writer(domain, host)
    writer.machine()
    writer.controllers()
    for card in domain.interfaces:
        writer.card(card)
    for disk in domain.disks:
        writer.disk(disk)
    writer.graphics()
    for sound in domain.sounds:
        writer.sound(sound)
    for folder in domain.filesystems:
        writer.folder(folder)
    writer.console()
    for rng in domain.rngs:
        if rng.backends[0].model != "random":
            raise ConfigUnsupported("RNG backend is not supported")
        writer.device(f"{_slot(rng)}:{_function(rng)},virtio-rnd")
    return [*writer.words, *own_arguments(domain, NAMESPACE), domain.name or ""]


def _slot(device: Device) -> int:
    return 0 if device.address is None else number(device.address.slot)


def _function(device: Device) -> int:
    return 0 if device.address is None else number(device.address.function)


class _Writer:
    """Collects the words."""

    def __init__(self, domain: Domain, host: Host) -> None:
        self.domain = domain
        self.host = host
        self.words = [_PROGRAM]

    def can(self, word: str) -> bool:
        """Whether the host's bhyve can do something."""
        return word in self.host.capabilities

    def device(self, text: str) -> None:
        """A device in a PCI slot."""
        self.words += ["-s", text]

    def machine(self) -> None:
        """CPUs, memory, firmware."""
        domain, words = self.domain, self.words
        words += ["-c", self._cpus(), "-m", str(-(-domain.memory // 1024))]
        if domain.memory_backing is not None and domain.memory_backing.locked:
            words.append("-S")
        features = domain.features
        if features is not None:
            if features.acpi:
                words.append("-A")
            if features.apic:
                words.append("-I")
            if features.msrs == "ignore":
                words.append("-w")
        offset = domain.clock.offset
        if offset == "utc":
            if not self.can("RTC_UTC"):
                raise ConfigUnsupported("Installed bhyve binary does not support UTC clock")
            words.append("-u")
        elif offset != "localtime":
            raise ConfigUnsupported(f"unsupported clock offset '{offset}'")
        words += ["-H", "-P", "-s", "0:0,hostbridge"]
        if domain.os.loader and not domain.bootloader:
            if not self.can("LPC_BOOTROM"):
                raise ConfigUnsupported("Installed bhyve binary does not support UEFI loader")
            words += ["-l", f"bootrom,{domain.os.loader}"]

    def _cpus(self) -> str:
        domain, cpu = self.domain, self.domain.cpu
        count = domain.vcpu_current
        if cpu is None or not cpu.sockets:
            return str(count)
        if cpu.dies != 1:
            raise ConfigUnsupported("Only 1 die per socket is supported")
        if cpu.clusters != 1:
            raise ConfigUnsupported("Only 1 cluster per die is supported")
        if count != (cpu.sockets or 0) * (cpu.cores or 0) * (cpu.threads or 0):
            raise ConfigUnsupported(
                "Invalid CPU topology: total number of vCPUs must equal the product of sockets, "
                "cores, and threads"
            )
        if not self.can("CPUTOPOLOGY"):
            raise ConfigUnsupported("Installed bhyve binary does not support defining CPU topology")
        return f"cpus={count},sockets={cpu.sockets},cores={cpu.cores},threads={cpu.threads}"

    def controllers(self) -> None:
        """Controllers, with the disks and input devices on them."""
        counts = {"usb": 0, "isa": 0}
        for controller in self.domain.controllers:
            kind = controller.type
            if kind in counts:
                counts[kind] += 1
                if counts[kind] > 1:
                    raise ConfigUnsupported(f"only single {kind.upper()} controller is supported")
            if kind == "pci":
                if controller.model != "pci-root":
                    raise ConfigUnsupported(
                        "unsupported PCI controller model: only PCI root supported"
                    )
            elif kind == "sata":
                self._sata(controller)
            elif kind == "usb":
                self._usb(controller)
            elif kind == "isa":
                self.device(f"{_slot(controller)}:0,lpc")
            else:
                raise ConfigUnsupported("unsupported controller device")

    def _sata(self, controller: Controller) -> None:
        text = f"{_slot(controller)}:0,ahci"
        for disk in self.domain.disks:
            where = disk.address
            if disk.bus != "sata" or where is None or where.controller != controller.index:
                continue
            if disk.type not in ("file", "volume"):
                raise ConfigUnsupported("unsupported disk type")
            source = source_path(disk)
            if disk.device == "cdrom" and source is None:
                raise ConfigUnsupported("cdrom device without source path not supported")
            kind = _DISKS.get(disk.device)
            if kind is None:
                raise ConfigUnsupported("unsupported disk device")
            many = self.can("AHCI32SLOT")
            text += f",{kind}:{source}" if many else f"-{kind},{source}"
        self.device(text)

    def _usb(self, controller: Controller) -> None:
        for device in self.domain.inputs:
            if device.bus != "usb":
                raise ConfigUnsupported("only USB input devices are supported")
            if device.type != "tablet":
                raise ConfigUnsupported("only tablet input devices are supported")
        if len(self.domain.inputs) != 1:
            raise ConfigUnsupported("only single input device is supported")
        self.device(f"{_slot(controller)}:{_function(controller)},xhci,tablet")

    def card(self, card: Interface) -> None:
        """A network card."""
        model = {"virtio": "virtio-net", "e1000": "e1000"}.get(card.model or "")
        if model is None:
            raise ConfigUnsupported("NIC model is not supported")
        if model == "e1000" and not self.can("NET_E1000"):
            raise ConfigUnsupported("NIC model 'e1000' is not supported by given bhyve binary")
        if card.type == "network":
            # which bridge a network has is known to a network driver only
            raise NoNetwork((card.source and card.source.network) or "")
        if card.type != "bridge":
            raise ConfigUnsupported(f"Unsupported network type {card.type}")
        self.device(f"{_slot(card)}:0,{model},{self.host.tap(card)},mac={card.mac}")

    def disk(self, disk: Disk) -> None:
        """A virtio disk; SATA ones are with their controllers."""
        if disk.bus == "sata":
            return
        if disk.bus != "virtio" or disk.device != "disk":
            raise ConfigUnsupported("unsupported disk device")
        if disk.type not in ("file", "volume"):
            raise ConfigUnsupported("unsupported disk type")
        self.device(f"{_slot(disk)}:0,virtio-blk,{source_path(disk)}")

    def graphics(self) -> None:
        """The display, with its card."""
        domain = self.domain
        if not domain.graphics or not domain.videos:
            return
        if len(domain.graphics) > 1 or len(domain.videos) > 1:
            raise ConfigUnsupported("Multiple graphics devices are not supported")
        graphics, video = domain.graphics[0], domain.videos[0]
        if not self.can("LPC_BOOTROM") or domain.bootloader or not domain.os.loader:
            raise ConfigUnsupported("Graphics are only supported when booting using UEFI")
        if not self.can("FBUF"):
            raise ConfigUnsupported("Bhyve version does not support framebuffer")
        if graphics.type != "vnc":
            raise ConfigUnsupported("Only VNC supported")
        if not graphics.listens:
            raise InternalError("Missing listen element")
        text = f"{_slot(video)}:{_function(video)},fbuf"
        text += self._listen(graphics) + self._password(graphics)
        if video.x or video.y:
            text += f",w={video.x or 0},h={video.y or 0}"
        if video.vgaconf is not None:
            text += f",vga={video.vgaconf}"
        self.device(text)

    def _listen(self, graphics: Graphics) -> str:
        listen = graphics.listens[0]
        if listen.type not in ("address", "network"):
            raise ConfigUnsupported("Unsupported listen type")
        if not graphics.autoport and not 5900 <= int(graphics.port or 0) <= 65535:
            raise ConfigUnsupported("vnc port must be in range [5900,65535]")
        address = listen.address or ""
        if ":" in address:
            address = f"[{address}]"
        return f",tcp={address}:{self.host.port(graphics)}"

    def _password(self, graphics: Graphics) -> str:
        if graphics.passwd is None:
            return ""
        if not self.can("VNC_PASSWORD"):
            raise ConfigUnsupported("VNC Password authentication not supported by bhyve")
        if "," in graphics.passwd:
            raise ConfigUnsupported("Password may not contain ',' character")
        return f",password={graphics.passwd}"

    def sound(self, sound: Sound) -> None:
        """A sound card, with its backend."""
        if not self.can("SOUND_HDA"):
            raise ConfigUnsupported(
                "Sound devices emulation is not supported by given bhyve binary"
            )
        if sound.model != "ich7":
            raise ConfigUnsupported("Sound device model is not supported")
        text = f"{_slot(sound)}:{_function(sound)},hda"
        audio = next((a for a in self.domain.audios if a.id == (sound.audio or 0)), None)
        if audio is not None:
            if audio.type != "oss":
                raise ConfigUnsupported(f"unsupported audio backend '{audio.type}'")
            for end, word in ((audio.input, "play"), (audio.output, "rec")):
                if end is None:
                    continue
                if any(name != "dev" for name, _ in end.values()):
                    raise ConfigUnsupported("cannot set common audio backend settings")
                if end.dev:
                    text += f",{word}={end.dev}"
        self.device(text)

    def folder(self, folder: FileSystem) -> None:
        """A folder of the host."""
        if folder.type != "mount":
            raise ConfigUnsupported(f"unsupported filesystem type '{folder.type}'")
        if folder.driver_type is not None:
            raise ConfigUnsupported(f"unsupported filesystem driver '{folder.driver_type}'")
        if folder.accessmode not in (None, "passthrough"):
            raise ConfigUnsupported(f"unsupported filesystem accessmode '{folder.accessmode}'")
        text = f"{_slot(folder)}:{_function(folder)},virtio-9p,{folder.target}={folder.source_dir}"
        self.device(text + (",ro" if folder.readonly else ""))

    def console(self) -> None:
        """The first serial port."""
        if not self.domain.serials:
            return
        port = self.domain.serials[0]
        if port.type != "nmdm":
            raise ConfigUnsupported("only nmdm console types are supported")
        if (port.port or 0) > 2:
            raise ConfigUnsupported("only two serial ports are supported")
        self.words += ["-l", f"com{(port.port or 0) + 1},{port.sources[0].master}"]


def number(value: int | str | None) -> int:
    """A number of an address, which may be text."""
    return int(value, 0) if isinstance(value, str) else value or 0
