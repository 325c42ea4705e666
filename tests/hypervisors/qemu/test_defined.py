"""What the QEMU driver makes of parts of a guest on a board of QEMU 7.2, as libvirt 9.0.0 does.

``defined.txt`` has a board and a part, and below them what a definition with that part has and one
without has not (``-``: nothing), its controllers in their order (``C`` before the board), or the
error.  All of it is what libvirtd 9.0.0 with QEMU 7.2 says.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from vsh.errors import Error
from vsh.hypervisors.qemu.defaults import QemuDefaults
from vsh.xml.domain import Domain
from vsh.xml.engine.flags import ABI_UPDATE, INACTIVE
from vsh.xml.engine.reader import read

CASES = [
    block.split("\n")
    for block in Path(__file__).with_name("defined.txt").read_text().strip("\n").split("\n\n")
]
FRAME = (
    "<domain type='qemu'><name>t1</name><uuid>11111111-2222-3333-4444-555555555555</uuid>"
    "<memory>65536</memory><vcpu>4</vcpu><os{efi}><type arch='x86_64' machine='{board}'>hvm</type>"
    "{os}</os><features><acpi/></features>{top}<devices>"
    "<emulator>/usr/bin/qemu-system-x86_64</emulator>{devices}</devices></domain>"
)


def document(board: str, part: str) -> str:
    """A guest with a part of <os> (of an EFI guest behind ``E``), of the domain, or a device."""
    place, _, text = part.partition(" ") if part[:2] in ("O ", "E ", "T ") else ("", "", part)
    parts = {"O": "", "E": "", "T": "", "": "", place: text}
    efi = " firmware='efi'" if place == "E" else ""
    return FRAME.format(
        board=board, efi=efi, os=parts["O"] + parts["E"], top=parts["T"], devices=parts[""]
    )


def definition(board: str, part: str) -> list[str]:
    """The lines of the definition.  Raises Error."""
    flags = INACTIVE | ABI_UPDATE
    domain = read(document(board, part), Domain, flags=flags)
    QemuDefaults().complete(domain, flags=flags)
    return [line.strip() for line in domain.format(INACTIVE).splitlines()]


def shown(head: str, part: str, lines: list[str], plain: list[str]) -> str:
    """What of a definition is compared."""
    if head.startswith("C "):
        found = re.findall(r"<controller type='([\w-]+)' index='(\d+)'", "".join(lines))
        return " ".join(kind + index for kind, index in found)
    rest = Counter(plain)
    new = []
    for line in lines:
        if rest[line]:
            rest[line] -= 1
        else:
            new.append(line)
    return "".join(new) or "-"


@pytest.mark.parametrize(("head", "part", "expected"), CASES, ids=range(len(CASES)))
def test_a_part_of_a_guest(head: str, part: str, expected: str) -> None:
    board = head.removeprefix("C ")
    if expected.startswith("error: "):
        with pytest.raises(Error) as caught:
            definition(board, part)
        assert f"error: {caught.value}" == expected
        return
    assert shown(head, part, definition(board, part), definition(board, "")) == expected
