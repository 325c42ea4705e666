"""The command that loads a guest's kernel before bhyve runs it."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.devices import source_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.bhyve.host import Host
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.disk import Disk

_LOADER = "/usr/sbin/bhyveload"
_BOOT = {"cdrom": "cdrom", "hd": "disk"}


def load_command(
    domain: Domain, host: Host, device_map: str = "<device.map>"
) -> tuple[list[str], str | None]:
    """The command, and the content of the device map that it reads."""
    if not domain.bootloader:
        disk = _boot_disk(domain)
        words = _arguments(domain)
        if words is None:
            words = ["-m", _memory(domain), "-d", source_path(disk) or "", domain.name or ""]
        return [_LOADER, *words], None
    if "grub-bhyve" in domain.bootloader and domain.bootloader_args is None:
        return _grub(domain, host, device_map)
    words = _arguments(domain)
    if words is None:
        raise ConfigUnsupported("Custom loader requires explicit bootloader_args configuration")
    return [domain.bootloader, *words], None


def _arguments(domain: Domain) -> list[str] | None:
    text = domain.bootloader_args
    return None if text is None else text.split(" ")


def _memory(domain: Domain) -> str:
    return str(-(-domain.memory // 1024))


def _usable(disk: Disk) -> bool:
    return disk.device in ("disk", "cdrom") and disk.type in ("file", "volume")


def _problem(domain: Domain) -> ConfigUnsupported | None:
    """What is wrong with the last disk that cannot be booted from."""
    found = None
    for disk in domain.disks:
        if disk.device not in ("disk", "cdrom"):
            found = ConfigUnsupported("unsupported disk device")
        elif disk.type not in ("file", "volume"):
            found = ConfigUnsupported("unsupported disk type")
    return found


def _boot_disk(domain: Domain) -> Disk:
    if not domain.disks:
        raise ConfigUnsupported("Domain should have at least one disk defined")
    boot = domain.os.boot
    if len(boot) > 1:
        raise ConfigUnsupported("Only one boot device is supported")
    disks = [disk for disk in domain.disks if _usable(disk)]
    if boot:
        kind = _BOOT.get(boot[0].dev)
        if kind is None:
            raise ConfigUnsupported(f"Cannot boot from device {boot[0].dev}")
        for disk in disks:
            if disk.device == kind:
                return disk
        raise ConfigUnsupported(f"Cannot find boot device of requested type {boot[0].dev}")
    ordered = [disk for disk in disks if disk.boot_order]
    if len(ordered) > 1:
        raise ConfigUnsupported("Only one boot device is supported")
    if not disks:
        raise _problem(domain) or ConfigUnsupported("unsupported disk type")
    return ordered[0] if ordered else disks[-1]


def _grub(domain: Domain, host: Host, device_map: str) -> tuple[list[str], str | None]:
    disks = [disk for disk in domain.disks if _usable(disk)]
    chosen = hard = cdrom = None
    for disk in disks:
        if disk.boot_order and (chosen is None or disk.boot_order < (chosen.boot_order or 0)):
            chosen = disk
            continue
        if disk.device == "cdrom":
            cdrom = cdrom or disk
        else:
            hard = hard or disk
    lines = [_map_line(disk) for disk in ([chosen] if chosen else [hard, cdrom]) if disk]
    root = chosen if chosen is not None else cdrom
    words = [
        domain.bootloader or "", "--root",
        "cd" if root is not None and root.device == "cdrom" else "hd0,msdos1",
        "--device-map", device_map, "--memory", _memory(domain),
    ]  # fmt: skip
    if host.loader_console and domain.serials:
        port = domain.serials[0]
        if port.type != "nmdm":
            raise ConfigUnsupported("only nmdm console types are supported")
        words += ["--cons-dev", port.sources[0].master or ""]
    return [*words, domain.name or ""], "".join(lines)


def _map_line(disk: Disk) -> str:
    return f"({'cd' if disk.device == 'cdrom' else 'hd0'}) {source_path(disk)}\n"
