"""What guests become, or cannot become, in other hypervisors' words.

``native.txt`` has a format and a part of a guest, and what comes of it: libvirt's complaint (from
its sources), or the command lines of bhyve.  Before the part: ``T`` is beside the devices, ``O``
stands for <os>, ``L`` has firmware and a frame buffer, ``H14`` is the version of the hardware.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from vsh.errors import Error
from vsh.hypervisors.bhyve import argv
from vsh.hypervisors.vmware import vmx
from vsh.xml.domain import Domain
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.reader import read

CASES = [
    block.split("\n")
    for block in Path(__file__).with_name("native.txt").read_text().strip("\n").split("\n\n")
]
LOADER = "<loader readonly='yes' type='pflash'>/l</loader>"


def bhyve(kind: str, part: str) -> str:
    os = part if kind == "O" else f"<os><type>hvm</type>{LOADER if kind == 'L' else ''}</os>"
    devices = "" if kind in ("O", "T") else part
    if kind == "L":
        devices += "<video><model type='gop'/></video>"
    domain = read(
        f"<domain type='bhyve'><name>guest</name><memory unit='MiB'>214</memory>{os}"
        f"{part if kind == 'T' else ''}<devices><disk type='file'><source file='/d'/>"
        f"<target dev='sda' bus='sata'/></disk>{devices}</devices></domain>",
        Domain,
        flags=INACTIVE,
    )
    argv.BhyveDefaults(many_disks=True).complete(domain)
    return argv.write(domain, argv.Host()).replace("\n", " | ")


def vmware(kind: str, part: str) -> str:
    more = part if kind == "T" else ""
    vcpu = "" if "<vcpu" in more else "<vcpu>4</vcpu>"
    domain = read(
        "<domain type='vmware'><name>g</name><uuid>564d9bef-acd9-b4e0-c8f0-aea8b9103515</uuid>"
        f"<memory unit='MiB'>512</memory>{vcpu}{more}<os><type arch='x86_64'>hvm</type></os>"
        f"<devices>{'' if more else part}</devices></domain>",
        Domain,
        flags=INACTIVE,
    )
    vmx.VmwareDefaults().complete(domain)
    return vmx.write(domain, None, int(kind[1:]) if kind[:1] == "H" else 8)


@pytest.mark.parametrize(("case", "said"), CASES, ids=range(len(CASES)))
def test_a_part_of_a_guest(case: str, said: str) -> None:
    form, _, part = case.partition(" ")
    kind = ""
    if part[:1] != "<":
        kind, _, part = part.partition(" ")
    try:
        found = {"bhyve": bhyve, "vmx": vmware}[form](kind, part)
    except Error as error:
        found = f"error: {error}"
    assert found == said
