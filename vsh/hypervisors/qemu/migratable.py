"""A guest's document as the QEMU driver gives it out for another side.

What older versions add by themselves is left out.
"""

from __future__ import annotations

from vsh.hypervisors.qemu.machine import X86, is_i440fx, is_q35
from vsh.xml.domain.devices._info import is_user_alias
from vsh.xml.engine.flags import MIGRATABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.controller import Controller


def displayed(domain: Domain, flags: int) -> Domain:
    """The domain to write with these flags."""
    if not flags & MIGRATABLE:
        return domain
    twin = domain.copy()
    _controllers(twin)
    _rest(twin)
    _cpu(twin)
    return twin


def _only(domain: Domain, kind: str) -> Controller | None:
    """The one controller of a kind that a user did not name, if it is the first."""
    found = [controller for controller in domain.controllers if controller.type == kind]
    if len(found) != 1 or found[0].index or is_user_alias(found[0].alias):
        return None
    return found[0]


def _controllers(domain: Domain) -> None:
    usb, pci = _only(domain, "usb"), _only(domain, "pci")
    drop = []
    if usb is not None and is_i440fx(domain) and usb.model in (None, "piix3-uhci"):
        drop.append(usb)
    if pci is not None and pci.model == "pci-root" and not pci.pcihole64:
        drop.append(pci)
    domain.controllers = [
        controller for controller in domain.controllers if all(controller is not d for d in drop)
    ]


def _rest(domain: Domain) -> None:
    from vsh.hypervisors.qemu.defaults import QemuDefaults, default_audio
    from vsh.hypervisors.qemu.devices import is_made_up

    own = [panic for panic in domain.panics if panic.model in ("s390", "pseries")]
    domain.panics = [panic for panic in domain.panics if panic not in own[:1]]
    for channel in domain.channels:
        unix = channel.type == "unix" and channel.target_type == "virtio" and channel.sources
        if unix and is_made_up(channel, domain, QemuDefaults.channels):
            channel.sources = []
    for serial in domain.serials:
        if serial.target_type in ("spapr-vio-serial", "system-serial"):
            serial.target_type = serial.target_model = None
    if len(domain.audios) == 1 and domain.audios[0] == default_audio(domain):
        domain.audios = []
    if is_q35(domain):
        domain.watchdogs = [
            watchdog
            for watchdog in domain.watchdogs
            if (watchdog.model, watchdog.action) != ("itco", "reset")
        ]


def _cpu(domain: Domain) -> None:
    """Icelake-Server once promised a feature that no guest ever had."""
    cpu = domain.cpu
    if cpu is None or cpu.mode != "custom" or domain.os.arch not in X86:
        return
    if cpu.model == "Icelake-Server":
        from vsh.xml.domain.cpu import CpuFeature

        cpu.features = [feature for feature in cpu.features if feature.name != "pconfig"]
        cpu.features.append(CpuFeature(name="pconfig", policy="disable"))
