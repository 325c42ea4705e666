"""One thread that hears what all QEMUs of a root tell, for a process that stays: the daemon.

A batch command needs none: who waits for an answer or an event reads for everybody.
"""

from __future__ import annotations

import os
import select
import threading
import time

from vsh.drivers.qemu import losses
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.drivers.state.attempts import Ignoring, Telling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor


PAUSE = 1.0
"""Seconds until a guest is looked at again of which something could not be noted."""


def _told(error: Exception) -> None:
    """Say what has failed, and that it was here."""
    args = (type(error), error, error.__traceback__, threading.current_thread())
    threading.excepthook(threading.ExceptHookArgs(args))


class Watcher:
    """Has the hypervisor take note at once of what a QEMU tells, and of its end."""

    def __init__(self, hypervisor: Hypervisor) -> None:
        self._hypervisor = hypervisor
        self._over = False
        self._tap = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._thread = threading.Thread(target=self._run, name="qemu-watcher", daemon=True)
        self._thread.start()

    def look(self) -> None:
        """A QEMU has come or gone, or another thread has read what one told: look again."""
        if threading.current_thread() is not self._thread and not self._over:
            os.eventfd_write(self._tap, 1)

    def close(self) -> None:
        """End; no guest is held any more when this returns.  Not for who holds one."""
        self._over = True
        os.eventfd_write(self._tap, 1)
        self._thread.join()
        os.close(self._tap)

    def _digest(self, guest: Guest) -> bool:
        """Take note of what a guest's QEMU told, and whether that could be done: where it fails
        the others are heard all the same, and it is looked at again."""
        with guest, Telling(_told):
            if not guest.gone:
                self._hypervisor.digest(guest)
            return True
        return False

    def _learn(self) -> None:
        """Ask QEMUs that were there before for their threads: one that hangs later cannot tell.

        Those that hang by now are asked how they are, and heard when they answer.
        """
        for guest in self._hypervisor.guests.all():
            if self._over:
                return
            run = guest.run
            if run is not None and run.late:
                self._digest(guest)
            elif run is not None:
                with guest, Telling(_told), Ignoring(CommandRefused, MonitorClosed, MonitorSilent):
                    if guest.run is run:
                        run.threads.learn(guest.ask)

    def _run(self) -> None:
        self._learn()
        while not self._over:
            poll = select.poll()
            poll.register(self._tap, select.POLLIN)
            guests: dict[int, Guest] = {}
            told: list[Guest] = []
            for guest in self._hypervisor.guests.all():
                run = guest.run
                if run is None:
                    continue
                if run.monitor.events or run.monitor.closed:
                    told.append(guest)
                number = run.monitor.fileno()
                if number >= 0:
                    guests[number] = guest
                    poll.register(number, select.POLLIN)
                if run.beside:
                    endings: dict[int, str] = {}
                    with guest, Telling(_told):
                        endings = losses.descriptors(run) if guest.run is run else {}
                    for ending in endings:
                        guests[ending] = guest
                        poll.register(ending, select.POLLIN)
            for number, _ in poll.poll(0 if told else None):
                if number == self._tap:
                    os.eventfd_read(self._tap)
                else:
                    told.append(guests[number])
            for guest in dict.fromkeys(told):
                if not self._digest(guest):
                    time.sleep(PAUSE)
