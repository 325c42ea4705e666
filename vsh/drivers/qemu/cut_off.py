"""What a process that was killed was doing to a guest that runs: finished, or taken back."""

from __future__ import annotations

from vsh.drivers.qemu import (
    checkpoint_deleting,
    cut_off_changes,
    cut_off_snapshots,
    deleting,
    undefining,
)
from vsh.drivers.qemu.blocks import backups, bitmaps, copying, jobs, reverting
from vsh.drivers.qemu.blocks.images import remove_files
from vsh.drivers.qemu.devices import detach
from vsh.qmp.value import text, texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor


def resolve_resting(hypervisor: Hypervisor, guest: Guest) -> None:
    """The same for a guest that is off."""
    operation, facts = hypervisor.cut_off.pop(guest.uuid, ("", {}))
    with hypervisor.state.act():
        if operation == "revert":
            reverting.resolve(guest, facts)
        elif operation == "revert inside":
            cut_off_snapshots.resolve_revert(hypervisor, guest, facts)
        elif operation == "snapshot":
            cut_off_snapshots.resolve_resting(hypervisor, guest, facts)
            hypervisor.guests.keep(guest)
        elif operation == "snapshot delete":
            deleting.resolve_resting(hypervisor, guest, facts)
        elif operation == "snapshot deleted":
            remove_files(texts(facts["files"]))
        elif operation == "undefine":
            undefining.finish(hypervisor, guest, texts(facts["files"]))
        hypervisor.state.end_job(guest.uuid)


def resolve(hypervisor: Hypervisor, guest: Guest) -> None:
    """Bring a guest that was found again into the state before or after what was cut off."""
    operation, facts = hypervisor.cut_off.pop(guest.uuid, ("", {}))
    jobs.dismiss_left(guest)
    if operation in cut_off_changes.CHANGES:
        cut_off_changes.resolve(hypervisor, guest, operation, facts)
    elif operation == "checkpoint delete":
        checkpoint_deleting.resolve(hypervisor, guest, facts)
    elif operation == "revert":
        reverting.resolve(guest, facts)
    elif operation == "bitmaps":
        bitmaps.forget(guest, text(facts["name"]))
    elif operation == "snapshot":
        cut_off_snapshots.resolve(hypervisor, guest, facts)
    elif operation == "snapshot taken":
        cut_off_snapshots.resolve_taken(hypervisor, guest, facts)
    elif operation == "snapshot delete":
        deleting.resolve(hypervisor, guest, facts)
    elif operation == "snapshot deleted":
        remove_files(texts(facts["files"]))
    elif operation == "undefine":
        undefining.finish(hypervisor, guest, texts(facts["files"]))
    elif operation == "backup":
        backups.resolve(hypervisor, guest, facts)
    elif operation == "target":
        copying.resolve_target(guest, facts)
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
