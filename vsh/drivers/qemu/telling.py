"""Telling whoever listens what happened to a guest."""

from __future__ import annotations

from vsh.words.domain.state import DomainState
from vsh.words.event_id import DomainEventID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.words.event import DomainEventStartedDetailType


def tell(hypervisor: Hypervisor, guest: Guest, event: int, *values: object) -> None:
    """Tell whoever listens that something happened to a guest."""
    if not hypervisor.bus:
        return
    from vsh.api.domain import Domain

    known = (guest.name, guest.uuid, guest.id)
    hypervisor.bus.tell("domain", event, guest.uuid, lambda asker: Domain(asker, *known), *values)


def tell_life(hypervisor: Hypervisor, guest: Guest, event: int, detail: int) -> None:
    """Tell whoever listens that a guest's life took a turn."""
    if hypervisor.guests.audit is not None:
        from vsh.drivers.qemu import auditing

        auditing.turned(hypervisor.guests.audit, guest, int(event), int(detail))
    tell(hypervisor, guest, DomainEventID.LIFECYCLE, int(event), int(detail))


def tell_renamed(hypervisor: Hypervisor, guest: Guest, before: str) -> None:
    """Tell of a guest that has another name: the one of the old name is defined no more."""
    if not hypervisor.bus:
        return
    from vsh.api.domain import Domain
    from vsh.words.event import DomainEventDefinedDetailType as Defined
    from vsh.words.event import DomainEventType
    from vsh.words.event import DomainEventUndefinedDetailType as Undefined

    known = (before, guest.uuid, guest.id)
    hypervisor.bus.tell(
        "domain",
        DomainEventID.LIFECYCLE,
        guest.uuid,
        lambda asker: Domain(asker, *known),
        int(DomainEventType.UNDEFINED),
        int(Undefined.RENAMED),
    )
    tell_life(hypervisor, guest, DomainEventType.DEFINED, Defined.RENAMED)


def tell_start(hypervisor: Hypervisor, guest: Guest, detail: DomainEventStartedDetailType) -> None:
    """Tell of a guest that has been started, in the order of libvirt's events."""
    from vsh.words.event import DomainEventResumedDetailType as Resumed
    from vsh.words.event import DomainEventStartedDetailType as Started
    from vsh.words.event import DomainEventSuspendedDetailType as Suspended
    from vsh.words.event import DomainEventType

    if guest.state == DomainState.RUNNING:  # its QEMU begins with its CPUs stopped
        tell_life(hypervisor, guest, DomainEventType.RESUMED, Resumed.UNPAUSED)
    tell_life(hypervisor, guest, DomainEventType.STARTED, detail)
    if guest.state == DomainState.PAUSED:
        snapshot = detail == Started.FROM_SNAPSHOT
        told = Suspended.FROM_SNAPSHOT if snapshot else Suspended.PAUSED
        tell_life(hypervisor, guest, DomainEventType.SUSPENDED, told)
