"""What a guest boots from: the order of its devices, firmware, a kernel."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.qemu.argv.properties import escape, on_off
from vsh.hypervisors.qemu.machine import X86

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.xml.domain import Domain

_SIGNATURES = {"raw": "", "slic": "sig=SLIC,", "msdm": "sig=MSDM,"}


def add_boot(line: Line) -> None:
    """How the firmware chooses, and a kernel that is loaded without it."""
    os = line.domain.os
    words = []
    if os.boot_menu is not None:
        words.append(f"menu={on_off(os.boot_menu)}")
    if os.bios_reboot_timeout is not None:
        words.append(f"reboot-timeout={os.bios_reboot_timeout}")
    if os.boot_menu_timeout is not None:
        words.append(f"splash-time={os.boot_menu_timeout}")
    line.add("-boot", ",".join([*words, "strict=on"]))
    for option, value in (
        ("-kernel", os.kernel), ("-initrd", os.initrd), ("-append", os.cmdline), ("-dtb", os.dtb),
        ("-shim", os.shim),
    ):  # fmt: skip
        if value:
            line.add(option, value)
    for table in os.acpi_tables:
        signature = _SIGNATURES.get(table.type)
        if signature is None:
            raise ConfigUnsupported(f"ACPI table type '{table.type}' is not supported")
        line.add("-acpitable", f"{signature}file={escape(table.path or '')}")


def add_loader(line: Line) -> None:
    """Firmware that is no flash memory, and what is special about one that is."""
    os = line.domain.os
    if os.loader is None:
        return
    if os.loader_type == "rom":
        line.add("-bios", os.loader)
        if os.varstore is not None:
            kind = "uefi-vars-x64" if os.arch in X86 else "uefi-vars-sysbus"
            line.device({"driver": kind, "jsonfile": os.varstore.path})
    elif os.loader_secure:
        line.add("-global", "driver=cfi.pflash01,property=secure,value=on")


def has_flash(domain: Domain) -> bool:
    """Whether firmware and its variables are in flash memory."""
    return domain.os.loader is not None and domain.os.loader_type == "pflash"
