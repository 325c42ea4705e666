"""What becomes of a guest's definition when it starts: choices that are made anew each time."""

from __future__ import annotations

from vsh.hypervisors.qemu.addresses import assign
from vsh.hypervisors.qemu.check.program import check_program
from vsh.hypervisors.qemu.firmware import NVRAM, choose
from vsh.hypervisors.qemu.machine import S390, X86

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.hypervisors.qemu.firmware import Firmware
    from vsh.xml.domain import Domain


def prepare(
    domain: Domain,
    can: Capabilities,
    emulator: Emulator,
    firmwares: list[Firmware] | None = None,
    nvram: str = NVRAM,
) -> None:
    """Choose addresses, firmware and CPU for a complete domain that is to start now.

    nvram  the folder for UEFI variables of guests that say nothing of them

    Raises ConfigUnsupported for what the program cannot do.
    """
    for error in check_program(domain, can):
        raise error
    assign(domain, emulator, new=True)
    choose(domain, firmwares or [], nvram)
    _cpu(domain, can)


def _cpu(domain: Domain, can: Capabilities) -> None:
    """A mainframe's host CPU is named by its features; other hosts' by the CPU map."""
    from vsh.xml.domain.cpu import CpuFeature

    if domain.os.arch in X86:
        from vsh.hypervisors.qemu.host_cpu import settle

        settle(domain, can)
    cpu = domain.cpu
    if cpu is None or cpu.mode != "host-model" or domain.os.arch not in S390:
        return
    found = can.host_cpu()
    if found is None:
        return
    model, features = found
    cpu.mode, cpu.model = "custom", model
    known = {feature.name for feature in cpu.features}
    cpu.features += [
        CpuFeature(name=name, policy="require")
        for name, value in features.items()
        if value and name not in known
    ]
