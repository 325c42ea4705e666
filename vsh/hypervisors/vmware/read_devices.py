"""The devices of a VMX configuration."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.hypervisors.conf import whole
from vsh.hypervisors.devices import disk_name, set_character, set_source, vnc
from vsh.xml.domain.order import insert_controller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.vmware.entries import Entries
    from vsh.hypervisors.vmware.files import Files
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.chardev import Serial
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.graphics import Graphics

SCSI_MODELS = {
    "buslogic": "buslogic",
    "lsilogic": "lsilogic",
    "lsisas1068": "lsisas1068",
    "pvscsi": "vmpvscsi",
}
_SCHEMES = {
    "tcp": "raw", "tcp4": "raw", "tcp6": "raw", "telnet": "telnet", "telnets": "telnets",
    "ssl": "tls", "tcp+ssl": "tls", "tcp4+ssl": "tls", "tcp6+ssl": "tls",
}  # fmt: skip
_CDROM_DEVICES = "/vmfs/devices/cdrom/"
_RAW_DRIVES = ("atapi-cdrom", "cdrom-raw")
_HARD_DISKS = {"scsi": "scsi-hardDisk", "ide": "ata-hardDisk"}


def read_devices(
    domain: Domain, entries: Entries, files: Files, *, units: int, cards: list[int]
) -> None:
    """Add the devices; ``units`` on a SCSI bus, network cards of some numbers."""
    from vsh.hypervisors.vmware.read_cards import read_card

    if entries.flag("RemoteDisplay.vnc.enabled", default=False):
        domain.graphics = [_vnc(entries)]
    _Disks(domain, entries, files, units).read()
    _shared_folders(domain, entries)
    for number in cards:
        read_card(domain, entries, number)
    from vsh.xml.domain.devices.video import Video

    if entries.flag("vtpm.present", default=False):
        from vsh.xml.domain.devices.tpm import Tpm, TpmBackend

        domain.tpms = [Tpm(model="tpm-crb", backends=[TpmBackend(type="emulator", version="2.0")])]
    memory = entries.long("svga.vramSize", 4 * 1024 * 1024)
    domain.videos = [Video(type="vmvga", vram=-(-memory // 1024))]
    for number in range(4):
        _serial(domain, entries, files, number)
    for number in range(3):
        _parallel(domain, entries, files, number)


def _vnc(entries: Entries) -> Graphics:
    port = entries.long("RemoteDisplay.vnc.port", -1)
    return vnc(
        None if port < 0 else port,
        entries.text("RemoteDisplay.vnc.ip"),
        entries.text("RemoteDisplay.vnc.keymap"),
        entries.text("RemoteDisplay.vnc.password"),
    )


class _Disks:
    """Reads the disks, bus by bus."""

    def __init__(self, domain: Domain, entries: Entries, files: Files, units: int) -> None:
        self.domain = domain
        self.entries = entries
        self.files = files
        self.units = units
        # the numbers of targets that a SCSI controller takes: libvirt skips one from 64 units on
        self.targets = units if units > 16 else units - 1

    def read(self) -> None:
        """Add the disks and their controllers."""
        for kind, units in (("scsi", self.units), ("sata", 30), ("nvme", 0)):
            for number in range(4):
                if self.entries.flag(f"{kind}{number}.present", default=False):
                    self._bus(kind, number, units)
        for bus in range(2):
            for unit in range(2):
                self.either("ide", bus, unit)
        for unit in range(2):
            self.add(self.disk("floppy", "fdc", 0, unit))
        for number in range(4):
            if self.entries.flag(f"nvme{number}.present", default=False):
                for unit in range(15):
                    self.add(self.disk("disk", "nvme", number, unit))

    def _bus(self, kind: str, number: int, units: int) -> None:
        """A controller that has a place of its own, and what is on it in libvirt's order."""
        from vsh.xml.domain.devices.controller import Controller

        controller = Controller(type=kind, index=number)
        if kind == "scsi":
            controller.model = self._model(number)
        controller.address = self.entries.slot(f"{kind}{number}")
        insert_controller(self.domain, controller)
        for unit in range(units):
            if kind == "sata" or unit != 7:
                self.either(kind, number, unit)

    def _model(self, controller: int) -> str | None:
        name = f"scsi{controller}.virtualDev"
        word = self.entries.text(name)
        if word is None:
            return None
        model = SCSI_MODELS.get(word.lower())
        if model is None:
            raise InternalError(
                f"Expecting VMX entry '{name}' to be 'buslogic' or 'lsilogic' or 'lsisas1068' or "
                f"'pvscsi' but found '{word.lower()}'"
            )
        return model

    def either(self, bus: str, controller: int, unit: int) -> None:
        """A hard disk or else a CD-ROM at one place."""
        disk = self.disk("disk", bus, controller, unit)
        self.add(disk if disk is not None else self.disk("cdrom", bus, controller, unit))

    def add(self, disk: Disk | None) -> None:
        """Keep a disk."""
        if disk is not None:
            self.domain.disks.append(disk)

    def disk(self, device: str, bus: str, controller: int, unit: int) -> Disk | None:
        """The disk at one place, if there is one and it is such a device."""
        from vsh.xml.domain.devices.disk import Disk

        if bus == "fdc":
            prefix, target = f"floppy{unit}", disk_name("fd", unit)
        elif bus == "ide":
            prefix, target = f"ide{controller}:{unit}", disk_name("hd", controller * 2 + unit)
        elif bus == "nvme":
            prefix, target = f"nvme{controller}:{unit}", f"nvme{controller}n{unit + 1}"
        elif bus == "scsi":
            place = controller * self.targets + unit - (unit > 7)
            prefix, target = f"scsi{controller}:{unit}", disk_name("sd", place)
        else:
            prefix, target = f"sata{controller}:{unit}", disk_name("sd", controller * 30 + unit)
        entries = self.entries
        present = entries.flag(f"{prefix}.present", default=False)
        entries.flag(f"{prefix}.startConnected", default=True)
        if not present or entries.flag(f"{prefix}.clientDevice", default=False):
            return None
        disk = Disk(device=device, bus=bus, target=target)
        reader = {"disk": self._hard_disk, "cdrom": self._cdrom, "floppy": self._floppy}[device]
        if not reader(disk, prefix):
            return None
        self._place(disk)
        return disk

    def _place(self, disk: Disk) -> None:
        """The address that follows from the target's name."""
        from vsh.xml.domain.devices.address import Address
        from vsh.xml.domain.order import disk_index

        number = disk_index(disk.target or "") or 0
        controller = bus = 0
        if disk.bus == "nvme":
            controller, unit = (int(part) for part in (disk.target or "")[len("nvme") :].split("n"))
            unit -= 1
        elif disk.bus == "scsi":
            controller, unit = divmod(number, self.targets)
            unit += unit >= 7
        elif disk.bus == "ide":
            controller, bus, unit = number // 4, number % 4 // 2, number % 2
        else:
            controller, unit = divmod(number, 6 if disk.bus == "sata" else 2)
        disk.address = Address(type="drive", controller=controller, bus=bus, target=0, unit=unit)

    def _unknown(self, prefix: str, name: str | None) -> InternalError:
        shown = "<null>" if name is None else name
        kind = self.entries.text(f"{prefix}.deviceType") or "unknown"
        return InternalError(
            f"Invalid or not yet handled value '{shown}' for VMX entry '{prefix}.fileName' for "
            f"device type '{kind}'"
        )

    def _hard_disk(self, disk: Disk, prefix: str) -> bool:
        kind = self.entries.text(f"{prefix}.deviceType")
        name = self.entries.text(f"{prefix}.fileName")
        word = (kind or "").lower()
        through = self.entries.flag(f"{prefix}.writeThrough", default=False)
        if (
            name is None
            or name.lower().endswith(".iso")
            or name == "emptyBackingString"
            or word in (*_RAW_DRIVES, "cdrom-image")
            or (word == "scsi-passthru" and name.startswith(_CDROM_DEVICES))
        ):
            return False
        if not name.lower().endswith(".vmdk"):
            raise self._unknown(prefix, name)
        expected = _HARD_DISKS.get(disk.bus or "")
        if kind is not None and expected and word not in (expected.lower(), "disk"):
            raise InternalError(
                f"Expecting VMX entry '{prefix}.deviceType' to be '{expected}' or 'disk' but "
                f"found '{kind}'"
            )
        set_source(disk, "file", self.files.read(name))
        disk.cache = "writethrough" if through else None
        mode = self.entries.text(f"{prefix}.mode")
        disk.transient = mode is not None and mode.lower() == "independent-nonpersistent"
        return True

    def _cdrom(self, disk: Disk, prefix: str) -> bool:
        kind = self.entries.text(f"{prefix}.deviceType")
        name = self.entries.text(f"{prefix}.fileName")
        word = (kind or "").lower()
        disk.readonly = True
        if name is not None and name.lower().endswith(".vmdk"):
            return False
        image = name is not None and name.lower().endswith(".iso")
        if not image and word in _RAW_DRIVES:
            if word == "cdrom-raw":
                disk.device = "lun"
            auto = name is not None and name.lower() == "auto detect"
            set_source(disk, "block", None if auto else name)
            if auto and disk.source is not None:
                disk.source.startup_policy = "optional"
            return True
        if not image and disk.bus == "scsi" and word == "scsi-passthru":
            if name is None or not name.startswith(_CDROM_DEVICES):
                return False
            disk.device = "lun"
            set_source(disk, "block", name)
            return True
        if name is None or not (image or name in ("", "emptyBackingString")):
            raise self._unknown(prefix, name)
        if kind is not None and word != "cdrom-image":
            raise InternalError(
                f"Expecting VMX entry '{prefix}.deviceType' to be 'cdrom-image' but found '{kind}'"
            )
        set_source(disk, "file", self.files.read(name, may_miss=True) if image else None)
        return True

    def _floppy(self, disk: Disk, prefix: str) -> bool:
        kind = (self.entries.text(f"{prefix}.fileType") or "").lower()
        name = self.entries.text(f"{prefix}.fileName")
        if kind == "device":
            set_source(disk, "block", name)
        elif kind == "file":
            set_source(disk, "file", None if name is None else self.files.read(name))
        else:
            raise self._unknown(prefix, name)
        return True


def _shared_folders(domain: Domain, entries: Entries) -> None:
    if entries.flag("isolation.tools.hgfs.disable", default=True):
        return
    from vsh.xml.domain.devices.filesystem import FileSystem

    most = entries.long("sharedFolder.maxNum", 0)
    # the number may be anything: only what is there is looked at
    for number in (number for number in entries.numbers("sharedFolder") if number < most):
        prefix = f"sharedFolder{number}"
        present = entries.flag(f"{prefix}.present", default=False)
        if not (entries.flag(f"{prefix}.enabled", default=False) and present):
            continue
        source = entries.text(f"{prefix}.hostPath", needed=True)
        target = entries.text(f"{prefix}.guestName", needed=True)
        writable = entries.flag(f"{prefix}.writeAccess", default=False)
        domain.filesystems.append(
            FileSystem(type="mount", source_dir=source, target=target, readonly=not writable)
        )


def _serial(domain: Domain, entries: Entries, files: Files, number: int) -> None:
    from vsh.xml.domain.devices.chardev import Serial

    prefix = f"serial{number}"
    present = entries.flag(f"{prefix}.present", default=False)
    entries.flag(f"{prefix}.startConnected", default=True)
    if not present:
        return
    port = Serial(port=number)
    kind = entries.text(f"{prefix}.fileType")
    name = entries.text(f"{prefix}.fileName")
    word = "device" if kind is None else kind.lower()
    if word == "device":
        set_character(port, "dev", path=name)
    elif word == "file":
        set_character(port, "file", path=None if name is None else files.read(name))
    elif word == "pipe":
        set_character(port, "pipe", path=name)
    elif word == "network":
        _network_serial(port, entries, prefix, name or "")
    else:
        raise InternalError(
            f"Expecting VMX entry '{prefix}.fileType' to be 'device', 'file' or 'pipe' or "
            f"'network' but found '{kind}'"
        )
    domain.serials.append(port)


def _network_serial(port: Serial, entries: Entries, prefix: str, address: str) -> None:
    scheme, host, service = _address(address)
    if not host or not service:
        set_character(port, "null")
        return
    protocol = _SCHEMES.get(scheme.lower() or "tcp")
    if protocol is None:
        raise InternalError(f"VMX entry '{prefix}.fileName' contains unsupported scheme '{scheme}'")
    end = entries.text(f"{prefix}.network.endPoint")
    if end is not None and end.lower() not in ("server", "client"):
        raise InternalError(
            f"Expecting VMX entry '{prefix}.network.endPoint' to be 'server' or 'client' but "
            f"found '{end}'"
        )
    listens = end is None or end.lower() == "server"
    set_character(port, "tcp", mode="bind" if listens else "connect", host=host, service=service)
    port.protocol = protocol


def _address(text: str) -> tuple[str, str, str]:
    """Scheme, host and port of ``scheme://host:port``; what is not there is empty."""
    scheme, mark, rest = text.partition("//")
    if not mark or (scheme and not scheme.endswith(":")):
        return "", "", ""
    place = rest.partition("/")[0].rpartition("@")[2]
    host, colon, service = place.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    port = whole(service, 2**31 - 1) if colon else None
    if not port or any(c.isspace() for c in host):
        return "", "", ""
    return scheme[:-1], host, str(port)


def _parallel(domain: Domain, entries: Entries, files: Files, number: int) -> None:
    from vsh.xml.domain.devices.chardev import Parallel

    prefix = f"parallel{number}"
    present = entries.flag(f"{prefix}.present", default=False)
    entries.flag(f"{prefix}.startConnected", default=True)
    if not present:
        return
    port = Parallel(port=number)
    kind = entries.text(f"{prefix}.fileType", needed=True) or ""
    name = entries.text(f"{prefix}.fileName", needed=True) or ""
    if kind.lower() == "device":
        set_character(port, "dev", path=name)
    elif kind.lower() == "file":
        set_character(port, "file", path=files.read(name))
    else:
        raise InternalError(
            f"Expecting VMX entry '{prefix}.fileType' to be 'device' or 'file' but found '{kind}'"
        )
    domain.parallels.append(port)
