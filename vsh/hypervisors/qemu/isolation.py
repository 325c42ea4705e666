"""Which devices of the host a pseries guest keeps apart: each IOMMU group of the host has a host
bridge of its own, since a guest that gets one of its devices back gets them all."""

from __future__ import annotations

import os

from vsh.hypervisors.qemu.machine import is_pseries
from vsh.xml.engine.text import UINT_MAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.shared.host_address import HostAddress

SYSFS = "/sys"


def groups(domain: Domain, pooled: Callable[[str], bool]) -> dict[int, int]:
    """The isolation groups of a guest's devices, by their identity: the group of the host, counted
    from 1.  What is not here, or of no group, is with the emulated devices, in group 0.

    pooled  says of a network whether its cards are devices of the host: which one a card will be
            is not known before the guest starts, so that each has a group of its own
    """
    found: dict[int, int] = {}
    if not is_pseries(domain):
        return found
    for device, place in _given(domain):
        link = f"{SYSFS}/bus/pci/devices/{place.pci_name()}/iommu_group"
        number = os.path.basename(os.path.realpath(link)) if os.path.islink(link) else ""
        if number.isdecimal():
            found[id(device)] = int(number) + 1
    own = UINT_MAX
    for card in domain.interfaces:
        name = None if card.source is None else card.source.network
        if card.type == "network" and name and pooled(name):
            found[id(card)] = own
            own -= 1
    return found


def _given(domain: Domain) -> Iterator[tuple[Device, HostAddress]]:
    for device in domain.hostdevs:
        if device.mode == "subsystem" and device.type == "pci" and device.source.address:
            yield device, device.source.address
    for card in domain.interfaces:
        place = None if card.source is None else card.source.host_address
        if card.type == "hostdev" and place is not None and place.type in (None, "pci"):
            yield card, place
