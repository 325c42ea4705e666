"""Telling whoever listens what happened to a guest."""

from __future__ import annotations

from vsh.words.event_id import DomainEventID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor


def tell(hypervisor: Hypervisor, guest: Guest, event: int, *values: object) -> None:
    """Tell whoever listens that something happened to a guest."""
    if not hypervisor.bus:
        return
    from vsh.api.domain import Domain

    known = (guest.name, guest.uuid, guest.id)
    hypervisor.bus.tell("domain", event, guest.uuid, lambda asker: Domain(asker, *known), *values)


def tell_life(hypervisor: Hypervisor, guest: Guest, event: int, detail: int) -> None:
    """Tell whoever listens that a guest's life took a turn."""
    tell(hypervisor, guest, DomainEventID.LIFECYCLE, int(event), int(detail))
