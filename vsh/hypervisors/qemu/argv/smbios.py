"""What the firmware's tables say of the machine, and files handed to the firmware."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlError
from vsh.hypervisors.qemu.argv.properties import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.xml.domain.sysinfo import Table

_SYSTEM = ("manufacturer", "product", "version", "serial", "uuid", "sku", "family")
_BIOS = ("vendor", "version", "date", "release")
_BOARD = ("manufacturer", "product", "version", "serial", "asset", "location")
_ALWAYS_MADE = (2, 3)
_CHASSIS = ("manufacturer", "version", "serial", "asset", "sku")


def add_smbios(line: Line) -> None:
    """The tables that a document gives."""
    domain = line.domain
    mode = domain.os.smbios
    if mode in ("host", "sysinfo"):
        own = mode == "sysinfo"
        if own:
            source = next((info for info in domain.sysinfo if info.type == "smbios"), None)
        else:
            source = line.host.sysinfo()
        if source is None:
            if own:
                raise XmlError(f"Domain '{domain.name}' sysinfo are not available")
            raise ConfigUnsupported("Host SMBIOS information is not available")
        _table(line, 0, source.bios, _BIOS)
        # the host's UUID would make the guest take itself for it
        _table(line, 1, source.system, tuple(n for n in _SYSTEM if own or n != "uuid"))
        if len(source.base_boards) > 1:
            raise ConfigUnsupported(
                "qemu does not support more than one entry to Type 2 in SMBIOS table"
            )
        for board in source.base_boards:
            _table(line, 2, board, _BOARD)
        _table(line, 3, source.chassis, _CHASSIS)
        if source.oem_strings is not None and source.oem_strings.entries:
            values = [f"value={escape(e.value or '')}" for e in source.oem_strings.entries]
            line.add("-smbios", ",".join(["type=11", *values]))
    for info in domain.sysinfo:
        if info.type == "fwcfg":
            for entry in info.entries:
                kind, text = ("string", entry.value) if entry.value else ("file", entry.file)
                name = escape(entry.name or "")
                line.add("-fw_cfg", f"name={name},{kind}={escape(text or '')}")


def _table(line: Line, number: int, table: Table | None, names: tuple[str, ...]) -> None:
    if table is None:
        return
    # libvirt names the maker of boards and cases even where nobody says who it is
    known = {"manufacturer": ""} if number in _ALWAYS_MADE else {}
    known |= {str(entry.name): entry.value or "" for entry in table.entries}
    words = [f"{name}={escape(known[name])}" for name in names if name in known]
    line.add("-smbios", ",".join([f"type={number}", *words]))


def add_generation(line: Line) -> None:
    """The number that tells a guest that it was copied."""
    for genid in line.domain.genid[:1]:
        line.device({"driver": "vmgenid", "guid": genid, "id": "vmgenid0"})
