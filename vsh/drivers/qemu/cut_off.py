"""What a process that was killed was doing to a guest that runs: finished, or taken back."""

from __future__ import annotations

from vsh.drivers.qemu.blocks import bitmaps, overlays, reverting
from vsh.drivers.qemu.devices import detach, plugging
from vsh.qmp.value import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor


def resolve_resting(hypervisor: Hypervisor, guest: Guest) -> None:
    """The same for a guest that is off."""
    operation, facts = hypervisor.cut_off.pop(guest.uuid, ("", {}))
    if operation == "revert":
        reverting.resolve(guest, facts)
    hypervisor.state.end_job(guest.uuid)


def resolve(hypervisor: Hypervisor, guest: Guest) -> None:
    """Bring a guest that was found again into the state before or after what was cut off."""
    operation, facts = hypervisor.cut_off.pop(guest.uuid, ("", {}))
    if operation == "plug":
        plugging.resolve(hypervisor, guest, facts)
    elif operation == "revert":
        reverting.resolve(guest, facts)
    elif operation == "bitmaps":
        bitmaps.forget(guest, text(facts["name"]))
    elif operation == "overlays":
        overlays.resolve(guest, facts)
    with hypervisor.state.act():
        hypervisor.guests.keep(guest)
        hypervisor.state.end_job(guest.uuid)
    run = guest.run
    if run is not None and run.unplugging:
        answer = guest.ask("qom-list", {"path": "/machine/peripheral"})
        names = (
            {each.get("name") for each in answer if isinstance(each, dict)}
            if isinstance(answer, list)
            else set()
        )
        for alias in sorted(run.unplugging - names):
            detach.left(hypervisor, guest, alias)
