"""<sysinfo> of the host: what its firmware's tables say, by dmidecode where that is installed.

Only root may read all of them.
"""

from __future__ import annotations

import shutil
import subprocess

from vsh.xml.engine.text import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTS = (
    ("BIOS Information", "bios", (
        ("Vendor", "vendor"), ("Version", "version"), ("Release Date", "date"),
        ("BIOS Revision", "release"),
    )),
    ("System Information", "system", (
        ("Manufacturer", "manufacturer"), ("Product Name", "product"), ("Version", "version"),
        ("Serial Number", "serial"), ("UUID", "uuid"), ("SKU Number", "sku"), ("Family", "family"),
    )),
    ("Base Board Information", "baseBoard", (
        ("Manufacturer", "manufacturer"), ("Product Name", "product"), ("Version", "version"),
        ("Serial Number", "serial"), ("Asset Tag", "asset"), ("Location In Chassis", "location"),
    )),
    ("Chassis Information", "chassis", (
        ("Manufacturer", "manufacturer"), ("Version", "version"), ("Serial Number", "serial"),
        ("Asset Tag", "asset"), ("SKU Number", "sku"),
    )),
    ("Processor Information", "processor", (
        ("Socket Designation", "socket_destination"), ("Type", "type"), ("Family", "family"),
        ("Manufacturer", "manufacturer"), ("Signature", "signature"), ("Version", "version"),
        ("External Clock", "external_clock"), ("Max Speed", "max_speed"), ("Status", "status"),
        ("Serial Number", "serial_number"), ("Part Number", "part_number"),
    )),
    ("Memory Device", "memory_device", (
        ("Size", "size"), ("Form Factor", "form_factor"), ("Locator", "locator"),
        ("Bank Locator", "bank_locator"), ("Type", "type"), ("Type Detail", "type_detail"),
        ("Speed", "speed"), ("Manufacturer", "manufacturer"), ("Serial Number", "serial_number"),
        ("Part Number", "part_number"),
    )),
)  # fmt: skip
"""Each part of the tables by dmidecode's name, its element, and the names of its entries."""


def document() -> str | None:
    """The document, or None where nothing is known."""
    program = shutil.which("dmidecode", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        return None
    done = subprocess.run(
        [program, "-q", "-t", "0,1,2,3,4,17"], capture_output=True, text=True, errors="replace",
        check=False,
    )  # fmt: skip
    return described(done.stdout) if done.returncode == 0 else None


def described(text: str) -> str | None:
    """The document of what dmidecode prints; None where that has no part that is known."""
    elements = []
    parts = list(_parts(text))
    for title, element, entries in _PARTS:
        for found in (known for name, known in parts if name == title):
            lines = [
                f"    <entry name='{name}'>{escape(found[own])}</entry>\n"
                for own, name in entries
                if own in found
            ]
            if lines:
                elements.append(f"  <{element}>\n{''.join(lines)}  </{element}>\n")
    return f"<sysinfo type='smbios'>\n{''.join(elements)}</sysinfo>\n" if elements else None


def _parts(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each part's title, and its entries."""
    for block in text.split("\n\n"):
        title, *lines = block.strip("\n").splitlines() or [""]
        found: dict[str, str] = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if colon and line.startswith("\t") and not line.startswith("\t\t") and value.strip():
                found.setdefault(name.strip(), value.strip())
        yield title.strip(), found
