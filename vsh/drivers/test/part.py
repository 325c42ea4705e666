"""What the parts of the test driver share: its guests, and telling of what happens to them."""

from __future__ import annotations

from vsh.drivers.part import Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api._call import Object
    from vsh.api.connection import Connection
    from vsh.drivers.test import Test
    from vsh.drivers.test.guest import Guest, Guests
    from vsh.drivers.test.hypervisor import Hypervisor


class TestPart(Part):
    """The base of every part of the test driver."""

    __test__ = False  # pytest: not a case
    prefix = "test"
    driver: Test

    def __init__(self, driver: Test) -> None:
        super().__init__(driver)
        self.hypervisor: Hypervisor = driver.hypervisor
        self.guests: Guests = driver.hypervisor.guests

    def tell(
        self,
        family: str,
        number: int,
        key: str,
        handle: Callable[[Connection], Object],
        *values: object,
    ) -> None:
        """Tell whoever listens of an event; ``handle(connection)`` is the object it is of."""
        if self.hypervisor.listened:
            self.hypervisor.bus.tell(family, number, key, handle, *values)

    def tell_guest(self, guest: Guest, number: int, *values: object) -> None:
        """Tell whoever listens that something happened to a guest."""
        if self.hypervisor.listened:
            from vsh.api.domain import Domain

            known = (guest.name, guest.uuid, guest.id)
            self.tell("domain", number, guest.uuid, lambda asker: Domain(asker, *known), *values)

    def tell_life(self, guest: Guest, event: int, detail: int) -> None:
        """Tell whoever listens that a guest's life took a turn."""
        if self.hypervisor.listened:
            from vsh.words.event_id import DomainEventID

            self.tell_guest(guest, DomainEventID.LIFECYCLE, event, detail)

    def stop(self, guest: Guest, reason: int, detail: int) -> None:
        """Stop a guest, tell, and forget it if it was transient."""
        from vsh.words.event import DomainEventType

        self.guests.stop(guest, reason)
        self.tell_life(guest, DomainEventType.STOPPED, detail)
        if not guest.persistent:
            self.guests.remove(guest)
