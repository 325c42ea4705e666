"""What a process that was killed was doing to a guest that runs: finished, or taken back."""

from __future__ import annotations

from vsh.drivers.qemu import (
    checkpoint_deleting,
    cut_off_changes,
    cut_off_snapshots,
    deleting,
    going_back,
    happenings,
    undefining,
)
from vsh.drivers.qemu.blocks import backups, bitmaps, copying, jobs, reverting
from vsh.drivers.qemu.blocks.images import remove_files
from vsh.drivers.qemu.devices import detach
from vsh.errors import Error
from vsh.qmp.value import text, texts
from vsh.words.domain.state import DomainShutoffReason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor


def resolve_resting(hypervisor: Hypervisor, guest: Guest) -> None:
    """The same for a guest that is off, and stays so."""
    operation, facts = hypervisor.cut_off.pop(guest.uuid, ("", {}))
    with hypervisor.state.act():
        if operation in ("revert", "reverted"):
            reverting.resolve(guest, facts)
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


def goes_on(hypervisor: Hypervisor, guest: Guest) -> bool:
    """Whether a guest that is off was ended in order to go back to a snapshot, and has not yet."""
    operation, facts = hypervisor.cut_off.get(guest.uuid, ("", {}))
    return operation in ("reverted", "revert inside") or (
        operation == "revert" and facts["ready"] is True
    )


def resolve_all(hypervisor: Hypervisor, guests: Iterable[Guest]) -> None:
    """Guests that are off are as before what was cut off, but those that go on with it."""
    for guest in guests:
        with guest:
            cut = guest.run is None and guest.uuid in hypervisor.cut_off and not guest.gone
            if cut and not goes_on(hypervisor, guest):
                resolve_resting(hypervisor, guest)


def go_on(hypervisor: Hypervisor, guests: Iterable[Guest]) -> None:
    """Those of which that is so go back, and run then if they were to.

    Where that fails now they are off, as they are where nobody was killed and it fails.
    """
    for guest in guests:
        with guest:
            if guest.run is None and not guest.gone and goes_on(hypervisor, guest):
                _go_on(hypervisor, guest)


def _go_on(hypervisor: Hypervisor, guest: Guest) -> None:
    operation, facts = hypervisor.cut_off.pop(guest.uuid)
    try:
        with happenings.forgotten(hypervisor, guest):
            if operation == "revert inside":
                going_back.finish(hypervisor, guest, facts)
            else:
                reverting.finish(hypervisor, guest, operation, facts)
    except Error:
        guest.reason = int(DomainShutoffReason.FAILED)
        if operation != "revert inside":
            reverting.resolve(guest, facts)
    if not guest.gone:
        guest.starting = None
        with hypervisor.state.act():
            hypervisor.guests.keep(guest)
            hypervisor.state.end_job(guest.uuid)


def resolve(hypervisor: Hypervisor, guest: Guest) -> None:
    """Bring a guest that was found again into the state before or after what was cut off."""
    operation, facts = hypervisor.cut_off.pop(guest.uuid, ("", {}))
    jobs.dismiss_left(guest)
    if operation in cut_off_changes.CHANGES:
        cut_off_changes.resolve(hypervisor, guest, operation, facts)
    elif operation == "checkpoint delete":
        checkpoint_deleting.resolve(hypervisor, guest, facts)
    elif operation in ("revert", "reverted"):
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
