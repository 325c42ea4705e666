"""Why a guest that came in is not there any more: its QEMU ended before anybody finished it."""

from __future__ import annotations

from vsh.drivers.qemu.complaints import complaint
from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.errors import Error


def note(hypervisor: Hypervisor, guest: Guest) -> None:
    """A guest's QEMU has ended by itself; what it said is kept if the guest was coming in."""
    run = guest.run
    if run is not None and run.moving == "in":
        log = hypervisor.root / f"log/{guest.name}.log"
        hypervisor.lost[guest.name] = complaint(log, run.log_start)


def reason(hypervisor: Hypervisor, name: str, otherwise: Error) -> Error:
    """What whoever wants to finish it is told, in libvirt's words; once."""
    said = hypervisor.lost.pop(name, None)
    if said is None:
        return otherwise
    words = "qemu unexpectedly closed the monitor"
    return InternalError(f"{words}: {said}" if said else words)
