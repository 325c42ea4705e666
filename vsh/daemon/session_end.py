"""The end of a user's session, or of the host, as D-Bus tells of it.

The guests of a user's own are saved then, as by libvirtd: their processes would end with the rest
of the session.  Until that is done the host is held up, as far as its logind allows.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading

from vsh.daemon.log import INFO, WARNING
from vsh.drivers.host.bus import MEMBER, SENDER, SIGNAL, Bus, first_text, path
from vsh.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.daemon.log import Log

LOGIND, MANAGER = "org.freedesktop.login1", "org.freedesktop.login1.Manager"
GOING = "PrepareForShutdown"


def system_bus() -> str:
    """Where the host's bus is."""
    return path(os.environ.get("DBUS_SYSTEM_BUS_ADDRESS", "")) or "/run/dbus/system_bus_socket"


def session_bus() -> str:
    """Where the session's bus is, or ""."""
    found = path(os.environ.get("DBUS_SESSION_BUS_ADDRESS", ""))
    return found or f"{os.environ.get('XDG_RUNTIME_DIR', '')}/bus"


class SessionEnd:
    """Waits for it, and has guests saved.

    save     what is to be done
    session  whether the end of a session's bus is one, too
    """

    def __init__(self, save: Callable[[], None], log: Log, *, session: bool) -> None:
        self._save = save
        self._log = log
        self._held: list[int] = []  # while they are open the host is not shut down
        self._tap = os.eventfd(0, os.EFD_CLOEXEC)
        self._system = self._joined(system_bus())
        self._session = self._joined(session_bus()) if session else None
        self._thread = threading.Thread(target=self._run, name="vshd-session", daemon=True)
        if self._system is not None:
            self._subscribe(self._system)
        self._thread.start()

    def close(self) -> None:
        """Wait no more."""
        os.eventfd_write(self._tap, 1)
        self._thread.join()
        os.close(self._tap)
        for bus in (self._system, self._session):
            if bus is not None:
                bus.close()
        self._let_go()

    def _joined(self, path: str) -> Bus | None:
        if not os.path.exists(path):
            return None
        try:
            return Bus(path)
        except OSError as error:
            self._log.say(WARNING, "daemon.session", f"bus {path}: {error}")
            return None

    def _subscribe(self, bus: Bus) -> None:
        rule = f"type='signal',sender='{LOGIND}',interface='{MANAGER}',member='{GOING}'"
        at = (LOGIND, "/org/freedesktop/login1", MANAGER)
        try:
            bus.call("AddMatch", rule)
            why = ("shutdown", "vshd", "guests are to be saved", "delay")
            self._held += bus.call("Inhibit", *why, at=at).files
        except OSError as error:  # there is no logind, or it does not let us
            self._log.say(INFO, "daemon.session", f"{error}")

    def _let_go(self) -> None:
        while self._held:
            os.close(self._held.pop())

    def _run(self) -> None:
        buses = {bus.link.fileno(): bus for bus in (self._system, self._session) if bus is not None}
        poll = select.poll()
        poll.register(self._tap, select.POLLIN)
        for number in buses:
            poll.register(number, select.POLLIN)
        while True:
            for number, _ in poll.poll():
                if number == self._tap:
                    return
                bus = buses[number]
                try:
                    over = self._says(bus)
                except OSError:
                    poll.unregister(number)
                    over = bus is self._session
                if over:
                    self._log.say(INFO, "daemon.session", "the end: guests are seen to")
                    self._save_all()

    def _says(self, bus: Bus) -> bool:
        """Whether what a bus says now is that the host shuts down."""
        bus.listen()
        over = False
        while bus.kept:
            found = bus.kept.pop(0)
            for each in found.files:
                os.close(each)
            going = (found.kind, found.fields.get(MEMBER), found.body[:1])
            if bus is self._system and going == (SIGNAL, GOING, b"\1"):
                owner = first_text(bus.call("GetNameOwner", LOGIND).body)
                over |= found.fields.get(SENDER) == owner  # anybody may say so
        return over

    def _save_all(self) -> None:
        try:
            self._save()
        except Error as error:
            self._log.say(WARNING, "daemon.session", str(error))
        with contextlib.suppress(OSError):
            self._let_go()
