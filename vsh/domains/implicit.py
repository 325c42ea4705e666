"""Devices that a domain has without being told: the serial port behind a console, controllers of
disks, a card."""

from __future__ import annotations

from vsh.domains.controllers import add_controller
from vsh.errors import ConfigUnsupported
from vsh.xml.engine.text import UINT_MAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.chardev import Console

_MOST = 16383  # far beyond any guest; names of disks such as 'hdcdrom' count to millions
_SHOWN = (None, "isa-serial", "spapr-vio-serial", "system-serial", "sclp-serial")


def add_consoles(domain: Domain) -> None:
    """A console that is a serial port, and the other way round."""
    from vsh.xml.domain.devices.chardev import Serial

    for console in domain.consoles[1:]:
        if console.target_type == "serial":
            raise ConfigUnsupported("Only the first console can be a serial port")
    renumber = False
    if domain.os.type != "hvm":
        return
    if domain.consoles and domain.consoles[0].target_type in (None, "serial"):
        first = domain.consoles[0]
        if not domain.serials:
            serial = Serial()
            serial.__dict__.update(first.__dict__)
            serial.target_type = None
            serial.port = 0
            domain.serials = [serial]
            domain.consoles[0] = _stub()
            renumber = True
        elif not _same_source(domain.serials[0], first):
            domain.consoles[0] = _stub()
            renumber = True
    elif domain.serials and domain.serials[0].target_type in _SHOWN:
        domain.consoles.insert(0, _stub())
        renumber = True
    if renumber and domain.newest:
        for number, console in enumerate(domain.consoles):
            console.port = number


def _same_source(one: object, other: object) -> bool:
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("type", "sources", "protocol", "log_file", "log_append")
    )


def add_controllers(domain: Domain) -> None:
    """The controllers that devices need."""
    highest: dict[str | None, int] = {}
    for disk in domain.disks:
        address = disk.address
        if address is not None and address.type == "drive" and address.controller != UINT_MAX:
            # the largest number of all is libvirt's -1: no controller at all
            highest[disk.bus] = max(highest.get(disk.bus, 0), address.controller)
    for kind in ("scsi", "fdc", "ide", "sata", "nvme") if highest else ():
        most = highest.get(kind, -1)
        if most > _MOST:
            raise ConfigUnsupported(f"{kind} controller index '{most}' of a disk is too large")
        _fill(domain, kind, most + 1)
    for device in (*domain.channels, *domain.consoles):
        if device.target_type == "virtio":
            address = device.address
            given = address if address is not None and address.type == "virtio-serial" else None
            add_controller(domain, "virtio-serial", given.controller if given is not None else 0)
    _smartcards(domain)
    from vsh.domains.controllers import _hostdev_controllers

    _hostdev_controllers(domain)
    if domain.graphics and not domain.videos:
        from vsh.xml.domain.devices.video import Video

        domain.videos = [Video(heads=1)]


def _fill(domain: Domain, kind: str, count: int) -> None:
    """Add the controllers that are missing below an index: each before the higher ones, but older
    libvirt behind all others."""
    from vsh.xml.domain.devices.controller import Controller

    present = {c.index for c in domain.controllers if c.type == kind}
    new = [Controller(type=kind, index=n) for n in range(count) if n not in present]
    if not domain.newest:
        domain.controllers += new
        return
    if not new:
        return
    filled: list[Controller] = []
    last = max((place for place, c in enumerate(domain.controllers) if c.type == kind), default=-1)
    following = 0
    for place, controller in enumerate(domain.controllers):
        if controller.type == kind and controller.index is not None:
            while following < len(new) and (new[following].index or 0) < controller.index:
                filled.append(new[following])
                following += 1
        filled.append(controller)
        if place == last:
            filled += new[following:]
    domain.controllers = filled if last >= 0 else filled + new


def _smartcards(domain: Domain) -> None:
    from vsh.xml.domain.devices.address import Address

    taken = [
        card.address.slot
        for card in domain.smartcards
        if card.address is not None and card.address.type == "ccid" and card.address.controller == 0
    ]
    last = max(taken, default=-1)
    for card in domain.smartcards:
        if card.address is None:
            last += 1
            card.address = Address(type="ccid", controller=0, slot=last)
        if card.address.type == "ccid":
            add_controller(domain, "ccid", card.address.controller)
        else:
            add_controller(domain, "ccid", 0)


def _stub() -> Console:
    """What stands for the first serial port, which is shown for it; documents mean it as null."""
    from vsh.xml.domain.devices import chardev

    return chardev.Console(type="null", target_type="serial", port=0)
