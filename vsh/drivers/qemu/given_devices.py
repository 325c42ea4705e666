"""The PCI devices of the host that a guest is given: taken from the host's drivers at its start.

Those that are managed are taken by us, and given back when the guest has ended; others have to have
been detached before.
"""

from __future__ import annotations

import contextlib
import os

from vsh.drivers.host.netlink import Netlink
from vsh.errors import ConfigUnsupported, Error, OperationInvalid, SystemFailure
from vsh.hypervisors.qemu.machine import is_modern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.interface import Interface


class Given:
    """One device that a document gives to a guest.

    address  of PCI, as the kernel writes it
    managed  whether it is taken and given back by us
    driver   by which it is to be reached, where the document says
    card     what the document says of it, where it is a network card
    """

    __slots__ = ("address", "card", "driver", "managed")

    def __init__(
        self, address: str, *, managed: bool, driver: str | None, card: Interface | None
    ) -> None:
        self.address = address
        self.managed = managed
        self.driver = driver
        self.card = card


def given(definition: Definition) -> Iterator[Given]:
    """The PCI devices of a document: those given as such, and cards that are virtual functions."""
    for device in definition.hostdevs:
        place = None if device.type != "pci" or device.source is None else device.source.address
        if place is not None:
            managed = device.managed == "yes"
            yield Given(place.pci_name(), managed=managed, driver=device.driver, card=None)
    for card in definition.interfaces:
        place = None if card.source is None else card.source.host_address
        if card.type == "hostdev" and place is not None and place.type in (None, "pci"):
            managed = card.managed == "yes"
            yield Given(place.pci_name(), managed=managed, driver=card.driver_name, card=card)


def take(hypervisor: Hypervisor, live: Definition) -> None:
    """Take what a guest is given.  Raises Error; what was taken is given back then."""
    wanted = list(given(live))
    if not wanted:
        return
    from vsh.drivers.host.node_device.assigning import STUB
    from vsh.drivers.qemu.devices.host_devices import check_pci

    assigning, newest = hypervisor.assigning, is_modern(live)
    for each in wanted:
        check_pci(each.driver, newest=newest, root=assigning.root)
        _check_free(hypervisor, live, each.address)
        if not each.managed and assigning.driver(each.address) != STUB:
            raise OperationInvalid(
                f"Unmanaged PCI device {each.address} must be manually detached from the host"
            )
    try:
        for each in wanted:
            if each.card is not None:
                _set_up(assigning.root, each.address, each.card)
            if each.managed:
                assigning.take(each.address)
    except BaseException:
        give_back(hypervisor, live)
        raise


def _set_up(root: str, address: str, card: Interface) -> None:
    """Have a virtual function be the card that a document says: its address, its VLAN."""
    tags = [] if card.vlan is None else card.vlan.tags
    if len(tags) > 1 or any(tag.native_mode for tag in tags):
        raise ConfigUnsupported("vlan trunking is not supported by SR-IOV network devices")
    folder = f"{root}/sys/bus/pci/devices/{address}/physfn"
    number = 0
    while os.path.exists(path := f"{folder}/virtfn{number}"):
        if os.path.basename(os.path.realpath(path)) == address:
            break
        number += 1
    else:
        raise ConfigUnsupported(
            "Interface type hostdev is currently supported on SR-IOV Virtual Functions only"
        )
    try:
        with Netlink() as netlink:
            [name] = os.listdir(f"{folder}/net")[:1]
            netlink.set_function(name, number, str(card.mac), tags[0].id or 0 if tags else 0)
    except (OSError, ValueError) as error:
        raise SystemFailure(
            f"Cannot set interface MAC/vlanid to {card.mac}/{tags[0].id if tags else 0} for "
            f"{address} vf {number}: {getattr(error, 'strerror', None) or 'no such link'}"
        ) from None


def _check_free(hypervisor: Hypervisor, live: Definition, address: str) -> None:
    others = (guest for guest in hypervisor.guests.all() if guest.active)
    for guest in others:
        has = (one.address for one in given(guest.definition))
        if guest.uuid != live.uuid and address in has:
            raise OperationInvalid(
                f"PCI device {address} is in use by driver QEMU, domain {guest.name}"
            )


def give_back(hypervisor: Hypervisor, live: Definition) -> None:
    """A guest has ended: the host has again what was taken for it."""
    wanted = [each.address for each in given(live) if each.managed]
    for address in wanted:
        if hypervisor.assigning.named(address) is not None:
            with contextlib.suppress(Error):  # it is unplugged, say
                hypervisor.assigning.give_back(address)
