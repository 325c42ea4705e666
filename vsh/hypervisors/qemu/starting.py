"""What becomes of a guest's definition when it starts: choices that are made anew each time."""

from __future__ import annotations

from vsh.hypervisors.qemu.addresses import assign
from vsh.hypervisors.qemu.argv.disk import settle_cache
from vsh.hypervisors.qemu.argv.memory import align_sizes
from vsh.hypervisors.qemu.check.program import check_program
from vsh.hypervisors.qemu.firmware import NVRAM, choose
from vsh.hypervisors.qemu.machine import S390, X86

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.cpu.definition import HostCpu
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
    own_cpu: Callable[[], HostCpu] | None = None,
) -> None:
    """Choose addresses, firmware and CPU for a complete domain that is to start now.

    nvram    the folder for UEFI variables of guests that say nothing of them
    own_cpu  gives the CPU of the host that the guest is for; None: of no one in particular

    Raises ConfigUnsupported for what the program cannot do, CpuIncompatible for what the host
    cannot.
    """
    for error in check_program(domain, can):
        raise error
    for disk in domain.disks:
        settle_cache(disk)
    align_sizes(domain)
    assign(domain, emulator, new=True)
    choose(domain, firmwares or [], nvram)
    if own_cpu is not None:
        from vsh.hypervisors.qemu.host_cpu import check

        check(domain, can, own_cpu)
    _cpu(domain, can)


def _cpu(domain: Domain, can: Capabilities) -> None:
    """A mainframe's host CPU is named by its features; other hosts' by the CPU map."""
    from vsh.xml.domain.cpu import CpuFeature

    if domain.os.arch in X86:
        from vsh.hypervisors.qemu.host_cpu import settle

        settle(domain, can)
    cpu = domain.cpu
    if cpu is not None and domain.os.arch not in X86:
        from vsh.cpu import validate_features

        validate_features(str(domain.os.arch), cpu, newest=can.newest)
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
