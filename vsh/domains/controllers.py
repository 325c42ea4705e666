"""Controllers that devices need and nobody has named."""

from __future__ import annotations

from vsh.xml.domain import order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.xml.domain import Domain


def _free(domain: Domain, kind: str) -> Iterator[int]:
    """The indexes that no controller of a kind has, as long as no other is given one."""
    used = {c.index for c in domain.controllers if c.type == kind}
    return (number for number in range(len(used) + len(domain.controllers)) if number not in used)


def next_index(domain: Domain, kind: str) -> int:
    """The lowest index that no controller of a kind has."""
    used = {c.index for c in domain.controllers if c.type == kind}
    return next(number for number in range(len(used) + 1) if number not in used)


def _hostdev_controllers(domain: Domain) -> None:
    highest = -1
    model = None
    for hostdev in domain.hostdevs:
        if hostdev.type == "scsi" and hostdev.mode == "subsystem":
            address = hostdev.address
            number = address.controller if address is not None and address.type == "drive" else 0
            if number > highest:
                highest = number
                for controller in domain.controllers:
                    if (
                        controller.type == "scsi"
                        and controller.index == number
                        and controller.model
                    ):
                        model = controller.model
    for number in range(highest + 1):
        add_controller(domain, "scsi", number, model)


def add_controller(domain: Domain, kind: str, index: int, model: str | None = None) -> None:
    """Add a controller where there is none of this kind and index."""
    from vsh.xml.domain.devices.controller import Controller

    if not any(c.type == kind and c.index == index for c in domain.controllers):
        order.add_controller(domain, Controller(type=kind, index=index, model=model))
