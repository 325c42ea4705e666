"""Domain capabilities of recorded QEMUs: the documents that libvirt makes of the same answers.

The recordings' host CPU is what libvirt's own test says it is, and the firmware what is installed
on its machine: the host-model and the files of loaders are compared elsewhere.  Their host gives
PCI devices to whatever QEMU there is, and its kernel runs s390's protected guests.
"""

from __future__ import annotations

import json
import lzma
import re
from typing import TYPE_CHECKING

from vsh.hypervisors.qemu.capabilities import Capabilities
from vsh.hypervisors.qemu.domain_capabilities import Here, domain_capabilities
from vsh.hypervisors.qemu.recording import Recording

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Counts

FLOOR = 37
HOST_MODEL = re.compile(
    r" *<mode name='host-model' supported='(no'/>|yes'>.*?</mode>)\n", re.DOTALL
)
FIRMWARE = re.compile(r"  <os .*?</os>\n", re.DOTALL)
TPM = (("1.2",), ("1.2", "2.0"), ("2.0",))
"""What the swtpm of libvirt's own tests can: beside QEMUs before 6.0, before 7.0, and later."""


class Recorded(Capabilities):
    """A recorded QEMU; libvirt's test puts the ways to give PCI devices there by itself."""

    def has(self, name: str) -> bool:
        return name == "vfio-pci" or super().has(name)


def comparable(text: str) -> str:
    return FIRMWARE.sub("", HOST_MODEL.sub("", text))


def test_domain_capabilities(corpus: Path, counts: Counts) -> None:
    equal = total = 0
    differ = []
    for line in (corpus / "qemu/domaincaps.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        path = corpus / f"qemu/replies/caps_{case['version']}.{case['arch']}.replies.xz"
        if not path.exists():
            continue
        with lzma.open(path, "rt") as file:
            recording = Recording(file.read())
        can = Recorded(recording, recording.emulation)
        total += 1
        known = can if case["domain"] == "kvm" else can.emulation
        named = case["machine"] not in (None, "tcg")
        board = known.machine(case["machine"]) if named else can.preferred_machine
        version = case["version"]
        here = Here(
            case["arch"], vfio=True, protected=True, sev_guests=(59, 450),
            tpm=TPM[0 if version < "6" else 1 if version < "7" else 2],
        )  # fmt: skip
        program = f"/usr/bin/qemu-system-{case['arch']}"
        name = None if board is None else board.name
        found = domain_capabilities(can, program, case["arch"], name, case["domain"], here)
        if comparable(found.format()) == comparable(case["out"]):
            equal += 1
        else:
            differ.append(case["name"])
    counts.note("domain capabilities", equal, total, FLOOR)
    assert equal >= FLOOR, differ
