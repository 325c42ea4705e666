"""<sysinfo> of the host: what its firmware's tables say, by dmidecode where that is installed.

Only root may read all of them.  Where firmware has none (POWER, mainframes, many an ARM board) it
is what the kernel says of the processors.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from vsh.xml.engine.text import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Parts = Iterable[tuple[str, Mapping[str, str]]]

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
_NAMES = {element: [name for _, name in entries] for _, element, entries in _PARTS}
_EMPTY = "No Module Installed"
"""What is said of a place for memory that has none: nothing is told of it."""
_MAINFRAME = re.compile(
    r"processor (\d+): version *= *(\w+), *identification *= *(\w+), *machine *= *(\w+)"
)


def document(machine: str | None = None, proc: str = "/proc") -> str | None:
    """The document, or None where nothing can be known.

    machine  what the host is, by uname(2); None: this one
    proc     where its kernel's files are
    """
    machine = machine or os.uname().machine
    if machine.startswith("ppc"):
        return power(_read(f"{proc}/cpuinfo"))
    if machine.startswith("s390"):
        return mainframe(_read(f"{proc}/cpuinfo"), _read(f"{proc}/sysinfo"))
    said = _dmidecode("-q", "-t", "0,1,2,3,4,11,17")
    if machine.startswith(("arm", "aarch64")) and not (said and any(_parts(said))):
        return arm(_read(f"{proc}/cpuinfo"))
    return None if said is None else described(said)


def _dmidecode(*words: str) -> str | None:
    """What it prints; None where it fails or is not installed."""
    program = shutil.which("dmidecode", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        return None
    done = subprocess.run(
        [program, *words], capture_output=True, text=True, errors="replace", check=False
    )
    return done.stdout if done.returncode == 0 else None


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def described(text: str) -> str:
    """The document of what dmidecode prints."""
    parts = list(_parts(text))
    elements = [
        (element, {name: found[own] for own, name in entries if own in found})
        for title, element, entries in _PARTS
        for each, found in parts
        if each == title and found.get("Size") != _EMPTY
    ]
    strings = [
        _whole(name.removeprefix("String "), value)
        for title, known in parts
        if title == "OEM Strings"
        for name, value in known.items()
        if name.startswith("String ")
    ]
    return _written(elements, strings)


def _whole(number: str, value: str) -> str:
    """A string of the maker's; dmidecode shows the ends of its lines, and more, as dots."""
    said = _dmidecode("--dump", "--oem-string", number) if "." in value else None
    return (said or "").removesuffix("\n") or value


def _written(parts: Parts, strings: Iterable[str] = ()) -> str:
    text = ""
    for element, found in parts:
        lines = [
            f"    <entry name='{name}'>{escape(found[name])}</entry>\n"
            for name in _NAMES[element]
            if name in found
        ]
        if lines:
            text += f"  <{element}>\n{''.join(lines)}  </{element}>\n"
    own = "".join(f"    <entry>{escape(each)}</entry>\n" for each in strings)
    if own:
        text += f"  <oemStrings>\n{own}  </oemStrings>\n"
    return f"<sysinfo type='smbios'>\n{text}</sysinfo>\n" if text else "<sysinfo type='smbios'/>\n"


def _parts(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each part's title, and its entries."""
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("Handle 0x")]
        found: dict[str, str] = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            inner = line.startswith("\t\t") or not line.startswith(("\t", " "))
            if colon and not inner and value.strip():
                found.setdefault(name.strip(), value.strip())
        if found:
            yield lines[0].strip(), found


# ---- what kernels say


def arm(cpuinfo: str) -> str:
    """Of the kernel's list of an ARM machine's processors."""
    lines = list(_lines(cpuinfo))
    kind = next(
        (
            value
            for wanted in ("model name", "Processor")
            for name, value in lines
            if name == wanted
        ),
        None,
    )
    numbers = [value for name, value in lines if name == "processor" and kind is not None]
    processors = [
        ("processor", {"socket_destination": number, "type": str(kind)}) for number in numbers
    ]
    return _written([("system", _platform(lines)), *processors])


def power(cpuinfo: str) -> str:
    """Of the kernel's list of a POWER machine's processors."""
    lines = list(_lines(cpuinfo))
    processors: list[dict[str, str]] = []
    for name, value in lines:
        if name == "processor":
            processors.append({"socket_destination": value})
        elif processors and name in ("cpu", "revision"):
            processors[-1]["type" if name == "cpu" else "version"] = value
    return _written([("system", _platform(lines)), *(("processor", each) for each in processors)])


def mainframe(cpuinfo: str, sysinfo: str) -> str | None:
    """Of the kernel's lists of a mainframe; None where they do not say what it is."""
    lines, own = list(_lines(cpuinfo)), dict(_lines(sysinfo))
    maker = dict(lines).get("vendor_id")
    names = {"Manufacturer": "manufacturer", "Type": "family", "Sequence Code": "serial"}
    if maker is None or not names.keys() <= own.keys():
        return None
    processors = [
        {"manufacturer": maker, "version": version, "serial_number": serial, "family": family}
        for _, version, serial, family in _MAINFRAME.findall(cpuinfo)
    ]
    number = len(processors)
    for name, value in lines:
        if name == "cpu number":
            number = int(value)
        elif name == "cpu MHz static" and number < len(processors):
            processors[number]["max_speed"] = value
    system = {names[name]: own[name] for name in names}
    return _written([("system", system), *(("processor", each) for each in processors)])


def _platform(lines: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What machine it is, where its list of processors says so."""
    known = dict(lines)
    names = {"platform": "family", "model": "serial", "machine": "version"}
    return {names[n]: known[n] for n in names if n in known} if "platform" in known else {}


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip(), value.strip()
