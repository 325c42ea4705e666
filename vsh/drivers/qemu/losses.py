"""Programs beside a guest's QEMU that end before it: noticed, said, and started again where QEMU
can go on with another one.

Who attends to the guests hears of it at once; the next opener of the root finds it.  It is said in
the guest's log and among its messages (virDomainGetMessages).
"""

from __future__ import annotations

import os
import time

from vsh.drivers.host.process import Process
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import Error
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.run import Run

_ENDING = 0.3
"""Seconds that a QEMU has to end after a program that ended because it does."""


def descriptors(run: Run) -> dict[int, str]:
    """What is readable when a program beside a QEMU has ended, by which it is."""
    for what, (_, pid, _) in run.beside.items():
        if what not in run.watched and what not in run.lost:
            with Ignoring(ProcessLookupError):  # ``look`` finds that out
                run.watched[what] = os.pidfd_open(pid)
    return {number: what for what, number in run.watched.items()}


def look(hypervisor: Hypervisor, guest: Guest) -> None:
    """Take note of the programs beside a guest's QEMU that have ended; with the guest held."""
    run = guest.run
    if run is None:
        return
    gone = [
        what
        for what, (_, pid, birth) in run.beside.items()
        if what not in run.lost and not Process(pid, birth).alive
    ]
    if not gone or run.process.wait(_ENDING):  # they end with QEMU: that is looked at elsewhere
        return
    for what in gone:
        if what in run.watched:
            os.close(run.watched.pop(what))
        program, pid, _ = run.beside[what]
        said = f"'{program}' of {what} (process {pid}) has ended"
        try:
            again = _begun_again(hypervisor, guest, what, program)
        except Error as error:
            said, again = f"{said}; it could not be started again: {error}", False
        if again:
            said += "; it has been started again"
        else:
            run.lost.append(what)
        _note(hypervisor, guest, said)
    hypervisor.guests.note(guest)


def _begun_again(hypervisor: Hypervisor, guest: Guest, what: str, program: str) -> bool:
    """Start a program again whose place in QEMU can be taken; whether that was done."""
    if program == "qemu-pr-helper":
        from vsh.drivers.qemu.live_host import LiveHost

        with LiveHost.of(hypervisor, guest) as host:
            run = guest.running
            del run.beside[what]
            host.reservations(guest.definition.disks)
            run.beside.update(host.beside)
        return True
    if program == "nbdkit":
        return _served_again(hypervisor, guest, what)
    if program != "passt":
        return False
    from vsh.hypervisors.qemu.argv.interface import reconnecting

    can = hypervisor.capabilities(str(guest.definition.emulator))
    card = next((each for each in guest.definition.interfaces if each.alias == what), None)
    if card is None or not (card.type == "vhostuser" or reconnecting(can)):
        return False
    from vsh.drivers.qemu.live_host import LiveHost

    with LiveHost.of(hypervisor, guest) as host:
        host.passt(card, what)
        assert guest.run is not None
        guest.run.beside.update(host.beside)
    return True


def _served_again(hypervisor: Hypervisor, guest: Guest, what: str) -> bool:
    """Start the program of a disk again, the guest paused meanwhile: it is to see no error."""
    from vsh.drivers.qemu.blocks import images
    from vsh.drivers.qemu.live_host import LiveHost
    from vsh.drivers.state.taints import NBDKIT_RESTART

    found = images.with_storage(guest.definition, what)
    source = None if found is None else found[1].source
    if found is None or source is None:
        return False
    ran = guest.state == DomainState.RUNNING
    if ran:
        guest.ask("stop")
    try:
        with LiveHost.of(hypervisor, guest) as host:
            readonly = bool(found[0].readonly) or found[1] is not found[0]
            auth = source.auth or (found[0].auth if found[1] is found[0] else None)
            host.nbdkit(source, auth, what, readonly=readonly)
    except BaseException:
        guest.taints.add(NBDKIT_RESTART)
        raise
    finally:
        if ran:
            guest.ask("cont")
    return True


def _note(hypervisor: Hypervisor, guest: Guest, said: str) -> None:
    now = time.time()
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now))
    with Ignoring(OSError), open(hypervisor.root / f"log/{guest.name}.log", "ab") as file:
        file.write(f"{stamp}.{int(now % 1 * 1000):03}+0000: {said}\n".encode())


def messages(guest: Guest) -> list[str]:
    """What there is to say of the programs that are lost."""
    run = guest.run
    if run is None:
        return []
    return [f"lost: '{run.beside[what][0]}' of {what} has ended" for what in run.lost]
