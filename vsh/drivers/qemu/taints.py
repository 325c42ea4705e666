"""What of a guest libvirt does not answer for, and what of its configuration is going away."""

from __future__ import annotations

import os

from vsh.drivers.qemu import rights
from vsh.drivers.state.taints import (
    CDROM_PASSTHROUGH,
    CUSTOM_ARGUMENTS,
    CUSTOM_DEVICE,
    CUSTOM_DTB,
    DEPRECATED,
    HIGH_PRIVILEGES,
    HOST_CPU,
    HYPERVISOR_FEATURE,
    SHELL_SCRIPTS,
    TEXTS,
)
from vsh.words.domain.statistics import DomainMessageType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.xml.domain import Domain as Definition


def messages(guest: Guest, flags: int) -> list[str]:
    """What there is to say of a guest; flags pick, 0 means all."""
    found = []
    if not flags or flags & DomainMessageType.TAINTING:
        found += [f"tainted: {TEXTS[number]}" for number in sorted(guest.taints)]
    if not flags or flags & DomainMessageType.DEPRECATION:
        found += [f"deprecated configuration: {words}" for words in guest.deprecations]
    if guest.run is not None and (not flags or flags & DomainMessageType.IOERRORS):
        found += guest.run.io_errors.values()
    if not flags and guest.run is not None and guest.run.lost:
        from vsh.drivers.qemu import losses

        found += losses.messages(guest)
    return found


def at_start(guest: Guest, can: Capabilities, *, restored: bool, elevated: bool) -> None:
    """Note what there is to say of a guest that has just been started.

    elevated  QEMUs run as root
    """
    definition = guest.definition
    guest.taints = {*_configured(definition)}
    if elevated:
        guest.taints.add(HIGH_PRIVILEGES)
    cpu = definition.cpu
    if restored and cpu is not None and cpu.mode in ("host-passthrough", "maximum"):
        guest.taints.add(HOST_CPU)
    guest.deprecations = _deprecated(definition, can)
    if guest.deprecations:
        guest.taints.add(DEPRECATED)


def _configured(definition: Definition) -> set[int]:
    """What a definition asks for that nobody answers for."""
    found = set()
    for extension in definition.extensions:
        names = {child.name for child in extension.children}
        if extension.name == "commandline" and names & {"arg", "env"}:
            found.add(CUSTOM_ARGUMENTS)
        elif extension.name == "capabilities" and names:
            found.add(HYPERVISOR_FEATURE)
        elif extension.name == "override" and names:
            found.add(CUSTOM_DEVICE)
    if rights.asks_raw(definition):
        found.add(HIGH_PRIVILEGES)
    drives = [disk for disk in definition.disks if disk.device == "cdrom" and disk.type == "block"]
    if any(disk.source is not None and _is_drive(disk.source.path) for disk in drives):
        found.add(CDROM_PASSTHROUGH)
    if any(card.script for card in definition.interfaces):
        found.add(SHELL_SCRIPTS)
    if definition.os.dtb:
        found.add(CUSTOM_DTB)
    return found


def _is_drive(path: str | None) -> bool:
    """Whether a block device is a drive for CDs, by the kernel's list of these."""
    try:
        with open("/proc/sys/dev/cdrom/info") as file:
            lines = file.read().splitlines()
    except OSError:
        return False
    drives = next((line.split()[2:] for line in lines if line.startswith("drive name:")), [])
    return path is not None and os.path.basename(os.path.realpath(path)) in drives


def _deprecated(definition: Definition, can: Capabilities) -> list[str]:
    machine = can.machine(definition.os.machine) if definition.os.machine else None
    found = []
    if machine is not None and machine.deprecated:
        found.append(f"machine type '{definition.os.machine}'")
    cpu = definition.cpu
    if cpu is not None and cpu.mode == "custom" and cpu.model:
        known = can.cpu_definitions().get(str(cpu.model))
        if known is not None and known[1]:
            found.append(f"CPU model '{cpu.model}'")
    return found
