"""What a QEMU program that can (almost) nothing is said to lack.

``programs.txt`` has a machine with the names that its program knows, a part of a guest, and the
texts, which are those of libvirt's sources.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from tests.hypervisors.qemu.test_check import MACHINES
from tests.hypervisors.qemu.test_defaults import complete, guest
from vsh.hypervisors.qemu.capabilities import Capabilities, Machine
from vsh.hypervisors.qemu.check.program import check_program

CASES = [
    block.split("\n")
    for block in Path(__file__).with_name("programs.txt").read_text().strip("\n").split("\n\n")
]


class Bare:
    """A QEMU that was built with only some parts: no package of such a one exists here."""

    kvm = sev_guest = False
    version = (4, 2, 0)
    sgx = None

    def __init__(self, arch: str, names: list[str]) -> None:
        self.arch, self.names, self.emulation = arch, names, self

    def has(self, name: str) -> bool:
        return name in self.names

    def option(self, name: str, parameter: str | None = None) -> bool:
        return parameter is None and name in self.names

    def command(self, path: str) -> bool:
        return path in self.names

    def has_property(self, device: str, name: str) -> bool:
        return False

    object_property = board_property = has_property

    def tpm(self, name: str) -> bool:
        return False

    def machine(self, name: str | None) -> Machine | None:
        return Machine({"name": name}) if "board" in self.names else None


def lacking(text: str, names: list[str]) -> list[str]:
    """All that is in the way of a guest."""
    domain = complete(text)
    can = cast("Capabilities", Bare(str(domain.os.arch), names))
    return [str(error) for error in check_program(domain, can)]


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_what_a_program_lacks(case: list[str]) -> None:
    where, part, *said = case
    machine, *names = where.split()
    more, _, devices = part.partition("<devices>")
    plain = lacking(guest(**MACHINES[machine]), names)
    text = guest(devices.removesuffix("</devices>"), more=more, **MACHINES[machine])
    assert [each for each in lacking(text, names) if each not in plain] == said
