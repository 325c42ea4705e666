"""What a QEMU is about to be asked, written down before: a vsh that is killed leaves both documents
of its guest, what runs and what is planned, as before or both as after.
"""

from __future__ import annotations

from vsh.drivers.qemu import definitions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition


class Becoming:
    """Inside ``with`` a guest is being changed, and will then be planned to be like this."""

    __slots__ = ("_guest", "_planned")

    def __init__(self, guest: Guest, planned: Definition | None) -> None:
        self._guest = guest
        self._planned = planned

    def __enter__(self) -> None:
        self._guest.becoming = self._planned

    def __exit__(self, *raised: object) -> None:
        self._guest.becoming = None


def begin(
    hypervisor: Hypervisor, guest: Guest, operation: str, facts: Mapping[str, object]
) -> None:
    """A QEMU is about to be asked for something that is not done in one write."""
    planned = guest.becoming
    given = {} if planned is None else {"planned": definitions.stored(planned)}
    hypervisor.state.begin_job(guest.uuid, operation, {**facts, **given})


def done(hypervisor: Hypervisor, guest: Guest) -> None:
    """QEMU has done it: both documents say so from now on."""
    if guest.becoming is not None:
        guest.assign(guest.becoming, live=False)
    over(hypervisor, guest)


def over(hypervisor: Hypervisor, guest: Guest) -> None:
    """Nothing is being done to it any more."""
    with hypervisor.state.act():
        hypervisor.guests.keep(guest)
        hypervisor.state.end_job(guest.uuid)
