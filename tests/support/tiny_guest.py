"""The smallest guest that still behaves: one boot sector, up in a tenth of a second emulated.

On its serial port it prints READY, echoes what it is sent, powers off at 'q' and reboots at 'b'; at
the ACPI power button it prints BUTTON and powers off.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

READY = "vsh guest ready"
BUTTON = "vsh guest power button"

# Machine code of the boot sector (16-bit), one instruction or group a line.  A string ending in ':'
# is a place; (opcode, place) is a jump or call, its distance filled in.
SHORT = {"jz": b"\x74", "jnz": b"\x75", "jmp": b"\xeb"}  # one byte of distance
PROGRAM: list[bytes | str | tuple[str, str]] = [
    b"\xfa\x31\xc0\x8e\xd8\x8e\xd0\xbc\x00\x7c",  # cli; ds = ss = 0; stack below the program
    b"\xba\xf9\x03\xee",  # COM1: no interrupts (al is 0)
    b"\xba\xfb\x03\xb0\x03\xee",  # COM1: 8 bits, no parity
    b"\xba\x02\x06\xb8\x00\x01\xef",  # ACPI PM1 enable: the power button
    ("mov si", "ready"),
    ("call", "print"),
    "idle:",
    b"\xfb\xf4",  # sti; hlt: until the next timer tick
    b"\xba\x00\x06\xed\xf6\xc4\x01",  # ACPI PM1 status: test the power button
    ("jz", "serial"),
    b"\xb8\x00\x01\xef",  # acknowledge it
    ("mov si", "button"),
    ("call", "print"),
    "off:",
    b"\xba\x04\x06\xb8\x00\x20\xef",  # ACPI PM1 control: sleep state S5
    ("jmp", "idle"),
    "serial:",
    b"\xba\xfd\x03\xec\xa8\x01",  # COM1 line status: has a byte come?
    ("jz", "idle"),
    b"\xba\xf8\x03\xec",  # read it
    b"\x3cq",
    ("jz", "off"),
    b"\x3cb",
    ("jnz", "echo"),
    b"\xba\xf9\x0c\xb0\x06\xee",  # reset control register: hard reset
    "echo:",
    ("call", "put"),
    ("jmp", "serial"),
    "print:",
    b"\xac\x84\xc0",  # next byte of the text at si; the last is 0
    ("jz", "return"),
    ("call", "put"),
    ("jmp", "print"),
    "put:",
    b"\x88\xc1\xba\xfd\x03",  # keep the byte in cl
    "wait:",
    b"\xec\xa8\x20",  # COM1 line status: ready to send?
    ("jz", "wait"),
    b"\x88\xc8\xba\xf8\x03\xee",
    "return:",
    b"\xc3",
    "ready:",
    READY.encode() + b"\r\n\0",
    "button:",
    BUTTON.encode() + b"\r\n\0",
]


def assemble(program: list[bytes | str | tuple[str, str]], origin: int = 0x7C00) -> bytes:
    """The program's bytes, with its places resolved."""

    def size(item: bytes | str | tuple[str, str]) -> int:
        if isinstance(item, tuple):
            return 2 if item[0] in SHORT else 3
        return len(item) if isinstance(item, bytes) else 0

    places, position = {}, 0
    for item in program:
        if isinstance(item, str):
            places[item[:-1]] = position
        position += size(item)
    code = b""
    for item in program:
        if isinstance(item, bytes):
            code += item
        elif isinstance(item, tuple):
            word, place = item
            distance = places[place] - len(code) - size(item)
            if word in SHORT:
                code += SHORT[word] + distance.to_bytes(1, "little", signed=True)
            elif word == "call":
                code += b"\xe8" + distance.to_bytes(2, "little", signed=True)
            else:  # mov si
                code += b"\xbe" + (origin + places[place]).to_bytes(2, "little")
    return code


def boot_sector() -> bytes:
    return assemble(PROGRAM).ljust(510, b"\0") + b"\x55\xaa"


def make_disk(path: Path, form: str = "qcow2") -> Path:
    """A 1 MiB bootable image in the given format."""
    raw = path.with_name(path.name + ".raw")
    raw.write_bytes(boot_sector().ljust(1 << 20, b"\0"))
    if form == "raw":
        return raw.rename(path)
    command = ["qemu-img", "convert", "-q", "-f", "raw", "-O", form, str(raw), str(path)]
    subprocess.run(command, check=True)
    raw.unlink()
    return path


DOMAIN = """\
<domain type='qemu'>
  <name>{name}</name>
  <memory unit='MiB'>16</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
{disks}
    <serial type='{serial}'>{source}<target port='0'/></serial>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
  </devices>
</domain>
"""
DISK = """\
    <disk type='file' device='disk'>
      <driver name='qemu' type='{form}'/><source file='{path}'/><target dev='{target}' bus='{bus}'/>
    </disk>"""


class TinyGuest:
    """The files of one guest in a folder: its disks, its document, and where its serial port goes.

    serial "file" keeps all it prints for ``wait_for``; "pty" is for consoles.
    """

    def __init__(
        self, folder: Path, name: str, *, disks: int = 1, form: str = "qcow2", serial: str = "file"
    ) -> None:
        self.name = name
        self.output = folder / f"{name}.serial"
        self.disks = [folder / f"{name}-{index}.{form}" for index in range(disks)]
        for disk in self.disks:
            make_disk(disk, form)
        described = (
            DISK.format(form=form, path=disk, target=f"vd{letter}", bus="virtio")
            for letter, disk in zip("abcdefgh", self.disks, strict=False)
        )
        source = f"<source path='{self.output}'/>" if serial == "file" else ""
        self.xml = DOMAIN.format(
            name=name, disks="\n".join(described), serial=serial, source=source
        )
        self.file = folder / f"{name}.xml"
        self.file.write_text(self.xml)

    def printed(self) -> str:
        """All that the guest has printed on a serial port of type file."""
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def wait_for(self, text: str = READY, seconds: float = 10) -> None:
        """Return when the guest has printed a text.  Raises TimeoutError."""
        limit = time.monotonic() + seconds
        while text not in self.printed():
            if time.monotonic() > limit:
                raise TimeoutError(f"{self.name} did not print {text!r} but {self.printed()!r}")
            time.sleep(0.02)
