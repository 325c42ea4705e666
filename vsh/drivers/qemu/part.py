"""What the parts of the QEMU driver share: its guests, and telling of what happens to them."""

from __future__ import annotations

from vsh.drivers.part import Part
from vsh.drivers.qemu import telling
from vsh.drivers.state.attempts import Attempt
from vsh.drivers.state.guest import check_may_start
from vsh.words.domain.lifecycle import DomainCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu import Qemu
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.guests import Guests
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition


class QemuPart(Part):
    """The base of every part of the QEMU driver."""

    driver: Qemu
    prefix = "qemu"

    def __init__(self, driver: Qemu) -> None:
        super().__init__(driver)
        self.hypervisor: Hypervisor = driver.hypervisor

    @property
    def guests(self) -> Guests:
        """The guests of the root; they are found when they are first asked for."""
        return self.hypervisor.guests

    def tell_guest(self, guest: Guest, number: int, *values: object) -> None:
        """Tell whoever listens that something happened to a guest."""
        telling.tell(self.hypervisor, guest, number, *values)

    def tell_life(self, guest: Guest, event: int, detail: int) -> None:
        """Tell whoever listens that a guest's life took a turn."""
        telling.tell_life(self.hypervisor, guest, event, detail)

    def end_with_connection(self, guest: Guest, flags: int) -> None:
        """A guest that was started is to end with this connection, if the flags say so."""
        if flags & DomainCreate.START_AUTODESTROY and guest.run is not None:
            guest.run.ends = True
            self.driver.autodestroyed.append(guest)

    def starting(self, guest: Guest, definition: Definition, *, new: bool) -> Attempt:
        """A guest is started from a document; where that fails all is as before."""
        if new:
            return Attempt(lambda: self.guests.remove(guest, ended=True))
        check_may_start(guest)
        return guest.starting_as(definition)
