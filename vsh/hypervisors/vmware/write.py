"""A domain as a VMX configuration."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.devices import character_path
from vsh.hypervisors.vmware.writer import Writer
from vsh.xml.engine.values import parse_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.vmware.files import Files
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.chardev import Parallel, Serial
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.devices.interface import Interface

_SCSI = {
    "buslogic": "buslogic", "lsilogic": "lsilogic", "lsisas1068": "lsisas1068",
    "vmpvscsi": "pvscsi",
}  # fmt: skip
_CARDS = ("vlance", "vmxnet", "vmxnet2", "vmxnet3", "e1000", "e1000e")
_PROTOCOLS = {"raw": "tcp", "telnet": "telnet", "telnets": "telnets", "tls": "ssl"}


def write_vmx(domain: Domain, files: Files, hardware: int) -> str:
    """The configuration for a complete domain."""
    if domain.type != "vmware":
        raise InternalError(f"Expecting virt type to be 'vmware' but found '{domain.type}'")
    out = Writer(files)
    out.add(".encoding", "UTF-8")
    out.add("config.version", 8)
    out.add("virtualHW.version", hardware)
    _machine(out, domain)
    _cpus(out, domain)
    for graphics in domain.graphics:
        _graphics(out, graphics)
    scsi = _disks(out, domain)
    _folders(out, domain)
    for number, card in enumerate(domain.interfaces):
        _card(out, card, number, hardware)
    if domain.tpms:
        _tpm(out, domain, hardware)
    if domain.videos:
        _video(out, domain)
    for port in domain.serials:
        _serial(out, port)
    for printer in domain.parallels:
        _parallel(out, printer)
    if domain.os.firmware == "efi":
        out.add("firmware", "efi")
    if domain.os.nvram is not None and domain.os.nvram.path:
        out.add("nvram", domain.os.nvram.path)
    if hardware >= 7:
        _bridges(out, scsi=scsi)
    return "".join(out.lines)


def _machine(out: Writer, domain: Domain) -> None:
    guests = {"i686": "other", "x86_64": "other-64"}
    if domain.os.arch not in guests:
        raise InternalError(
            "Expecting domain XML attribute 'arch' of entry 'os/type' to be 'i686' or 'x86_64' "
            f"but found '{domain.os.arch}'"
        )
    out.add("guestOS", guests[domain.os.arch])
    if domain.os.smbios == "host":
        out.add("smbios.reflecthost", value=True)
    elif domain.os.smbios not in (None, "none", "emulate"):
        raise ConfigUnsupported(f"Unsupported SMBIOS mode '{domain.os.smbios}'")
    hardware_uuid = domain.hwuuid or domain.uuid
    if not hardware_uuid.replace("-", "").strip("0"):
        out.add("uuid.action", "create")
    else:
        out.add("uuid.bios", _uuid(hardware_uuid))
    if domain.uuid != hardware_uuid:
        out.add("vc.uuid", _uuid(domain.uuid))
    out.add("displayName", escape(escape(domain.name or "", "|"), "%"))
    if domain.description is not None:
        out.add("annotation", escape(domain.description, "|"))
    memory = -(-domain.memory // 4096) * 4096
    out.add("memsize", memory // 1024)
    if domain.current_memory < memory:
        out.add("sched.mem.max", -(-domain.current_memory // 1024))
    least = domain.memtune.min_guarantee if domain.memtune is not None else None
    if least:
        out.add("sched.mem.minsize", -(-least // 1024))


def escape(text: str, mark: str) -> str:
    """Text with a mark and two digits for what cannot stand in an entry."""
    special = {"|": '|"', "%": "%/\\"}[mark]
    return "".join(f"{mark}{ord(c):02x}" if c in special else c for c in text)


def _uuid(uuid: str) -> str:
    digits = uuid.replace("-", "")
    pairs = [digits[place : place + 2] for place in range(0, 32, 2)]
    return " ".join(pairs[:8]) + "-" + " ".join(pairs[8:])


def _cpus(out: Writer, domain: Domain) -> None:
    count = domain.vcpus
    if domain.vcpu_current < count:
        raise ConfigUnsupported("No support for domain XML entry 'vcpu' attribute 'current'")
    out.add("numvcpus", count)
    cpu = domain.cpu
    if cpu is not None:
        if cpu.mode != "custom":
            raise InternalError(f"Expecting domain XML CPU mode 'custom' but found '{cpu.mode}'")
        for name, words in (
            ("threads", "thread per core"),
            ("dies", "die per socket"),
            ("clusters", "cluster per die"),
        ):
            if getattr(cpu, name) != 1:
                raise ConfigUnsupported(f"Only 1 {words} is supported")
        found = (cpu.sockets or 0) * (cpu.cores or 0)
        if found != count:
            raise InternalError(
                f"Expecting domain XML CPU sockets per core as {count} but found {found}"
            )
        out.add("cpuid.coresPerSocket", cpu.cores)
    if domain.vcpu_cpuset:
        numbers = parse_set(domain.vcpu_cpuset)
        if len(numbers) < count:
            raise InternalError(
                "Expecting domain XML attribute 'cpuset' of entry 'vcpu' to contain at least "
                f"{count} CPU(s)"
            )
        out.add("sched.cpu.affinity", ",".join(map(str, numbers)))
    shares = domain.cputune.shares if domain.cputune is not None else None
    if shares is not None:
        named = {count * 500: "low", count * 1000: "normal", count * 2000: "high"}
        out.add("sched.cpu.shares", named.get(shares, shares))


def _graphics(out: Writer, graphics: Graphics) -> None:
    if graphics.type != "vnc":
        raise ConfigUnsupported(f"Unsupported graphics type '{graphics.type}'")
    out.add("RemoteDisplay.vnc.enabled", value=True)
    if not graphics.autoport:
        out.add("RemoteDisplay.vnc.port", graphics.port)
    if graphics.listens and graphics.listens[0].address:
        out.add("RemoteDisplay.vnc.ip", graphics.listens[0].address)
    if graphics.keymap is not None:
        out.add("RemoteDisplay.vnc.keymap", graphics.keymap)
    if graphics.passwd is not None:
        out.add("RemoteDisplay.vnc.password", graphics.passwd)


def _disks(out: Writer, domain: Domain) -> bool:
    """The disks; says whether there is a SCSI controller."""
    from vsh.hypervisors.vmware.write_disks import (
        scsi_controllers,
        verify,
        write_disk,
        write_floppy,
    )

    for disk in domain.disks:
        verify(domain, disk)
    present = scsi_controllers(domain, out.files)
    for index in sorted(present):
        out.add(f"scsi{index}.present", value=True)
        model = present[index]
        if model is not None:
            out.add(f"scsi{index}.virtualDev", _SCSI[model])
    for index in sorted(
        {d.address.controller for d in domain.disks if d.bus == "nvme" and d.address}
    ):
        out.add(f"nvme{index}.present", value=True)
    for controller in domain.controllers:
        if controller.type == "nvme" or (controller.type == "scsi" and controller.index in present):
            out.slot(f"{controller.type}{controller.index}", controller.address)
    floppies = set()
    for disk in domain.disks:
        if disk.device == "floppy":
            floppies.add(write_floppy(out, disk))
        else:
            write_disk(out, disk)
    for unit in range(2):
        if unit not in floppies:
            out.add(f"floppy{unit}.present", value=False)
    return bool(present)


def _folders(out: Writer, domain: Domain) -> None:
    if domain.filesystems:
        out.add("isolation.tools.hgfs.disable", value=False)
        out.add("sharedFolder.maxNum", len(domain.filesystems))
    for number, folder in enumerate(domain.filesystems):
        if folder.type != "mount":
            raise ConfigUnsupported("Only 'mount' filesystem type is supported")
        prefix = f"sharedFolder{number}"
        out.add(f"{prefix}.present", value=True)
        out.add(f"{prefix}.enabled", value=True)
        out.add(f"{prefix}.readAccess", value=True)
        out.add(f"{prefix}.writeAccess", not folder.readonly)
        out.add(f"{prefix}.hostPath", folder.source_dir)
        out.add(f"{prefix}.guestName", folder.target)


def _card(out: Writer, card: Interface, number: int, hardware: int) -> None:
    limit = 9 if hardware >= 7 else 3
    if number > limit:
        raise InternalError(f"Ethernet controller index {number} out of [0..{limit}] range")
    prefix = f"ethernet{number}"
    out.add(f"{prefix}.present", value=True)
    if card.model is not None:
        if card.model not in _CARDS:
            raise InternalError(
                "Expecting domain XML entry 'devices/interface/model' to be 'vlance' or 'vmxnet' "
                "or 'vmxnet2' or 'vmxnet3' or 'e1000' or 'e1000e' but found "
                f"'{card.model}'"
            )
        out.add(f"{prefix}.virtualDev", "vmxnet" if card.model == "vmxnet2" else card.model)
        if card.model == "vmxnet2":
            out.add(f"{prefix}.features", 15)
    _card_source(out, card, prefix)
    _card_mac(out, card, prefix)
    out.slot(prefix, card.address)


def _card_source(out: Writer, card: Interface, prefix: str) -> None:
    from vsh.xml.domain.devices.interface import NetSource

    source = card.source if card.source is not None else NetSource()
    if card.type == "bridge":
        out.add(f"{prefix}.networkName", source.bridge)
        out.add(f"{prefix}.connectionType", "bridged" if card.target is None else "custom")
        if card.target is not None:
            out.add(f"{prefix}.vnet", card.target)
    elif card.type == "user":
        out.add(f"{prefix}.connectionType", "nat")
    elif card.type == "vds":
        from vsh.xml.engine.text import escape as escape_xml
        from vsh.xml.engine.values import parse_uuid

        out.add(f"{prefix}.dvs.switchId", _uuid(parse_uuid(source.switchid or "")))
        if source.portid not in (None, "0", 0):
            out.add(f"{prefix}.dvs.portId", source.portid)
        if source.portgroupid:
            out.add(f"{prefix}.dvs.portgroupId", escape_xml(source.portgroupid))
        if source.connectionid:
            out.add(f"{prefix}.dvs.connectionId", source.connectionid)
    elif card.type != "null":
        raise ConfigUnsupported(f"Unsupported net type '{card.type}'")


def _card_mac(out: Writer, card: Interface, prefix: str) -> None:
    number = int((card.mac or "").replace(":", ""), 16)
    vendor, rest = number >> 24, number & 0xFFFFFF
    vpx = vendor == 0x005056 and 0x800000 <= rest <= 0xBFFFFF
    check = None
    if vendor == 0x000C29 or vpx:
        kind = "generated"
    else:
        kind = "static"
        if not (vendor == 0x005056 and rest <= 0x3FFFFF):
            check = False
    if card.mac_type is not None:
        kind = card.mac_type
        if kind == "generated":
            check = None
    if card.mac_check is not None:
        check = card.mac_check
    if kind == "generated":
        out.add(f"{prefix}.addressType", "vpx" if vpx else "generated")
        out.add(f"{prefix}.generatedAddress", card.mac)
        if not vpx:
            out.add(f"{prefix}.generatedAddressOffset", 0)
    else:
        out.add(f"{prefix}.addressType", "static")
        out.add(f"{prefix}.address", card.mac)
    if check is not None:
        out.add(f"{prefix}.checkMACAddress", check)


def _tpm(out: Writer, domain: Domain, hardware: int) -> None:
    if len(domain.tpms) > 1:
        raise ConfigUnsupported("VMware only supports a single TPM device")
    if hardware < 14:
        raise ConfigUnsupported("vTPM requires virtual hardware version 14 or higher")
    tpm = domain.tpms[0]
    backend = tpm.backends[0]
    crb = tpm.model in (None, "tpm-crb")
    if not crb or backend.type != "emulator" or backend.version not in (None, "2.0"):
        raise ConfigUnsupported("VMware driver only supports TPM 2.0 with the CRB model")
    if domain.os.firmware != "efi":
        raise ConfigUnsupported("vTPM requires EFI firmware")
    out.add("vtpm.present", "TRUE")


def _video(out: Writer, domain: Domain) -> None:
    if len(domain.videos) > 1:
        raise InternalError("No support for multiple video devices")
    video = domain.videos[0]
    if video.type != "vmvga":
        raise ConfigUnsupported(f"Unsupported video device type '{video.type}'")
    if (video.heads or 0) > 1:
        raise ConfigUnsupported("Multi-head video devices are unsupported")
    out.add("svga.vramSize", -(-(video.vram or 0) // 64) * 64 * 1024)


def _serial(out: Writer, port: Serial) -> None:
    number = port.port or 0
    if not 0 <= number <= 3:
        raise InternalError(f"Serial port index {number} out of [0..3] range")
    prefix = f"serial{number}"
    out.add(f"{prefix}.present", value=True)
    path = character_path(port)
    if port.type == "dev":
        out.add(f"{prefix}.fileType", "device")
        out.add(f"{prefix}.fileName", path)
    elif port.type == "file":
        out.add(f"{prefix}.fileType", "file")
        out.add(f"{prefix}.fileName", out.files.write(path or ""))
    elif port.type == "pipe":
        out.add(f"{prefix}.fileType", "pipe")
        out.add(f"{prefix}.pipe.endPoint", "client")
        out.add(f"{prefix}.tryNoRxLoss", value=False)
        out.add(f"{prefix}.fileName", path)
    elif port.type == "tcp":
        source = port.sources[0]
        out.add(f"{prefix}.fileType", "network")
        address = f"{_PROTOCOLS[str(port.protocol)]}://{source.host}:{source.service}"
        out.add(f"{prefix}.fileName", address)
        out.add(f"{prefix}.network.endPoint", "server" if source.mode == "bind" else "client")
    else:
        raise ConfigUnsupported(f"Unsupported character device type '{port.type}'")
    out.add(f"{prefix}.yieldOnMsrRead", value=True)


def _parallel(out: Writer, port: Parallel) -> None:
    number = port.port or 0
    if not 0 <= number <= 2:
        raise InternalError(f"Parallel port index {number} out of [0..2] range")
    prefix = f"parallel{number}"
    out.add(f"{prefix}.present", value=True)
    path = character_path(port)
    if port.type == "dev":
        out.add(f"{prefix}.fileType", "device")
        out.add(f"{prefix}.fileName", path)
    elif port.type == "file":
        out.add(f"{prefix}.fileType", "file")
        out.add(f"{prefix}.fileName", out.files.write(path or ""))
    else:
        raise ConfigUnsupported(f"Unsupported character device type '{port.type}'")


def _bridges(out: Writer, *, scsi: bool) -> None:
    if scsi:
        out.add("pciBridge0.present", value=True)
        for number in range(4, 8):
            out.add(f"pciBridge{number}.present", value=True)
            out.add(f"pciBridge{number}.virtualDev", "pcieRootPort")
            out.add(f"pciBridge{number}.functions", 8)
    out.add("vmci0.present", value=True)
