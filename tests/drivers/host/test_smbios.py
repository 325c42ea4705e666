"""What a host is: by its firmware's tables, or by what its kernel says of the processors.

The firmware is a stand-in for dmidecode; the lists of processors are made up in the kernels' forms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vsh.drivers.host import smbios

if TYPE_CHECKING:
    from pathlib import Path

DMIDECODE = r"""#!/bin/sh
[ "$1" = --dump ] && { [ "$3" = 2 ] && printf 'two\n  lines <>\n'; exit 0; }
[ "$*" = "-q -t 0,1,2,3,4,11,17" ] || exit 1
printf 'BIOS Information\n\tVendor: Us\n\tCharacteristics:\n\t\tVendor: none\n\n'
printf 'OEM Strings\n\tString 1: one\n\tString 2: two.  lines <>\n\tString 3: 3.0\n\n'
printf 'Memory Device\n\tSize: No Module Installed\n\tLocator: A1\n\n'
printf 'Memory Device\n\tSize: 4 GB\n\tLocator: A2\n\n'
"""
TABLES = """<sysinfo type='smbios'>
  <bios>
    <entry name='vendor'>Us</entry>
  </bios>
  <memory_device>
    <entry name='size'>4 GB</entry>
    <entry name='locator'>A2</entry>
  </memory_device>
  <oemStrings>
    <entry>one</entry>
    <entry>two
  lines &lt;&gt;</entry>
    <entry>3.0</entry>
  </oemStrings>
</sysinfo>
"""
POWER = """processor\t: 4
cpu\t\t: POWER9, altivec supported
clock\t\t: 2900.000000MHz
revision\t: 2.2 (pvr 004e 1202)

timebase\t: 512000000
platform\t: PowerNV
model\t\t: 9006-22P
machine\t\t: PowerNV 9006-22P
"""
ARM = "processor\t: 0\nmodel name\t: ARMv7 rev 3\n\nprocessor\t: 1\nmodel name\t: ARMv7 rev 3\n"
MAINFRAME = """vendor_id       : IBM/S390
# processors    : 2
processor 0: version = 00,  identification = 0123AB,  machine = 3906
processor 1: version = 00,  identification = 1123AB,  machine = 3906

cpu number      : 0
cpu MHz dynamic : 5200
cpu MHz static  : 5208

cpu number      : 9
cpu MHz static  : 1
"""
LPAR = "Manufacturer: IBM\nType:         3906\nSequence Code: 0000000000000FFF\n"


def entries(text: str | None) -> list[str]:
    """What is in a document, each part and entry in short."""
    lines = (text or "").replace("<entry name='", "").replace("</entry>", "").splitlines()
    return [line.strip().replace("'>", "=") for line in lines if "</" not in line][1:]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "dmidecode"
    path.write_text(DMIDECODE)
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return path


def test_tables_of_firmware(program: Path) -> None:
    assert smbios.document("x86_64") == smbios.document("aarch64") == TABLES
    program.write_text("#!/bin/sh\n")
    assert smbios.document("x86_64") == "<sysinfo type='smbios'/>\n"
    program.write_text("#!/bin/sh\nexit 1\n")
    assert smbios.document("x86_64") is None


def test_hosts_without_tables(program: Path, tmp_path: Path) -> None:
    program.write_text("#!/bin/sh\nexit 1\n")
    files = tmp_path / "cpuinfo", tmp_path / "sysinfo"
    system = ["<system>", "version=PowerNV 9006-22P", "serial=9006-22P", "family=PowerNV"]
    files[0].write_text(POWER)
    assert entries(smbios.document("ppc64le", str(tmp_path))) == [
        *system,
        "<processor>",
        "socket_destination=4",
        "type=POWER9, altivec supported",
        "version=2.2 (pvr 004e 1202)",
    ]
    files[0].write_text(ARM)
    assert entries(smbios.document("armv7l", str(tmp_path))) == [
        *["<processor>", "socket_destination=0", "type=ARMv7 rev 3"],
        *["<processor>", "socket_destination=1", "type=ARMv7 rev 3"],
    ]
    files[0].write_text("processor : 0\nBogoMIPS : 100.00\n")  # it does not say what it is
    assert smbios.document("aarch64", str(tmp_path)) == "<sysinfo type='smbios'/>\n"
    files[0].write_text(MAINFRAME)
    assert smbios.document("s390x", str(tmp_path)) is None
    files[1].write_text(LPAR)
    assert entries(smbios.document("s390x", str(tmp_path))) == [
        *["<system>", "manufacturer=IBM", "serial=0000000000000FFF", "family=3906"],
        *["<processor>", "family=3906", "manufacturer=IBM/S390", "version=00"],
        *["max_speed=5208", "serial_number=0123AB"],
        *["<processor>", "family=3906", "manufacturer=IBM/S390", "version=00"],
        "serial_number=1123AB",
    ]
