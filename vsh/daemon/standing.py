"""The daemon's own hypervisor: opened when it starts, held until it ends, whoever comes and goes.

What was marked to be started with the host is started by the first daemon after a boot: pools and
networks, then guests.  Where the daemon is told to look again (SIGHUP), marked networks and pools
that are down are started, as by libvirtd, and what the host has lost of networks and filters is put
there again.
"""

from __future__ import annotations

import contextlib
import os
import threading
from functools import partial

from vsh.daemon.log import ERROR, INFO, WARNING
from vsh.errors import Error, HookScriptFailed, NoSupport
from vsh.words.connection import ListAllDomains, ListAllNetworks, ListAllStoragePools
from vsh.words.domain.lifecycle import DomainCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Protocol

    from vsh.api.connection import Connection
    from vsh.daemon.log import Log
    from vsh.daemon.session_end import SessionEnd
    from vsh.drivers.qemu import Qemu
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.state.record import Audit

    class Startable(Protocol):
        """What can be started with the host: a pool, a network, a guest."""

        name: str

        def create(self) -> object:
            """Start it."""


BOOT = "/proc/sys/kernel/random/boot_id"


def _starts(things: Iterable[Startable]) -> list[tuple[str, Callable[[], object]]]:
    return [(thing.name, thing.create) for thing in things]


class Standing:
    """What the daemon holds of its hypervisor.

    path  the root's folder
    uri   what the daemon calls it
    audit takes records of its guests
    place the folder of the sockets: where libvirt's is, programs find the processes of guests
    """

    def __init__(self, path: str, uri: str, log: Log, audit: Audit, place: str) -> None:
        self.path = path
        self.uri = uri
        self.log = log
        self.audit = audit
        self.place = place
        self._driver: Qemu | None = None
        self._end: SessionEnd | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._start, name="vshd-start", daemon=True)

    def start(self) -> None:
        """Open it; clients that come meanwhile wait for it, not for what is being started."""
        self._thread.start()

    @property
    def running(self) -> int:
        """How many guests run."""
        driver = self._driver
        if driver is None or driver.closed:
            return 0
        return sum(guest.active for guest in driver.hypervisor.guests.all())

    def statistics(self, groups: int, flags: int) -> list[tuple[str, str, dict[str, object]]]:
        """Statistics of all guests in one pass: name, UUID and entries of each.  Raises Error."""
        from vsh.api.connection import Connection

        if self._driver is None or self._driver.closed:
            return []
        found = Connection(self._driver, self.uri).get_all_domain_stats([], groups, flags)
        return [(each.domain.name, each.domain.uuid, dict(each.params)) for each in found]

    def look_again(self) -> None:
        """See to networks and filters, beside whatever clients ask."""
        if self._thread.is_alive():
            return
        self._thread = threading.Thread(target=self._look_again, name="vshd-look", daemon=True)
        self._thread.start()

    def _look_again(self) -> None:
        from vsh.api.connection import Connection
        from vsh.drivers.host.network import life

        driver = self._driver
        if driver is None or driver.closed:
            return
        try:
            networks = driver.hypervisor.network_host
            life.settle(networks)
            networks.look()
            driver.hypervisor.filter_host.look()
            waiting = ListAllNetworks.INACTIVE | ListAllNetworks.AUTOSTART
            connection = Connection(driver, self.uri)
            self._start_each("network", _starts(connection.list_all_networks(waiting)))
            self._start_pools(connection)
        except (Error, OSError) as error:
            self.log.say(WARNING, "daemon.start", f"networks: {error}")

    def _start_pools(self, connection: Connection) -> None:
        idle = ListAllStoragePools.INACTIVE | ListAllStoragePools.AUTOSTART
        self._start_each("storage pool", _starts(connection.list_all_storage_pools(idle)))

    def close(self) -> None:
        """Let go of it; guests go on."""
        self._closing.set()
        self._thread.join()
        if self._end is not None:
            self._end.close()
        if self._driver is not None:
            self._driver.close()

    def _start(self) -> None:
        from vsh.api.connection import Connection
        from vsh.drivers.qemu import auditing, embedded

        try:
            self._driver = embedded(self.path, self.uri)
        except (Error, OSError) as error:  # each client is told, too
            self.log.say(ERROR, "daemon.start", str(error))
            return
        self._driver.hypervisor.watch()
        auditing.begin(self._driver.hypervisor.guests, self.audit)
        self._reconnect(self._driver)
        with contextlib.suppress(OSError):  # it is said of the first guest
            os.makedirs(f"{self.place}/qemu", 0o755, exist_ok=True)  # documents have sockets there
        guests = self._driver.hypervisor.guests
        guests.turned = self._say_process
        for guest in guests.all():
            with guest:
                self._say_process(guest)
        try:
            self._await_end(self._driver)
        except Error as error:  # of the settings of guests: each that is started is told, too
            self.log.say(ERROR, "daemon.start", str(error))
        try:
            if self._first_since_boot():
                self._start_all(Connection(self._driver, self.uri))
        except (Error, OSError) as error:
            self.log.say(ERROR, "daemon.start", f"autostart: {error}")

    def _await_end(self, driver: Qemu) -> None:
        """Have guests saved, or what else the settings want, when the host goes down."""
        from vsh.api.connection import Connection
        from vsh.daemon.going_down import Plan
        from vsh.daemon.session_end import SessionEnd

        def say(text: str, source: str = "daemon.session") -> None:
            self.log.say(WARNING, source, text)

        def carry_out() -> None:
            plan.carry_out(Connection(driver, self.uri), say)

        privileged = os.geteuid() == 0
        settings = driver.hypervisor.settings
        for name in settings.idle:
            say(f"{settings.path}: setting '{name}' does nothing here", "daemon.config")
        plan = Plan(settings, privileged=privileged)
        if plan:
            self._end = SessionEnd(carry_out, self.log, session=not privileged)

    def _say_process(self, guest: Guest) -> None:
        """Have the number of a guest's QEMU in a file, as libvirt has, or none where it is off."""
        path = f"{self.place}/qemu/{guest.name}.pid"
        try:
            if guest.run is None:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)
                return
            os.makedirs(os.path.dirname(path), 0o755, exist_ok=True)
            with open(f"{path}.new", "w", encoding="ascii") as file:
                file.write(str(guest.run.process.pid))
            os.replace(file.name, path)
        except OSError as error:
            self.log.say(WARNING, "daemon.standing", f"cannot write '{path}': {error.strerror}")

    def _reconnect(self, driver: Qemu) -> None:
        """Ask hooks of each guest that runs on; one that may not is ended."""
        from vsh.drivers.host import hooks
        from vsh.drivers.qemu import guest_hooks, happenings
        from vsh.words.domain.state import DomainShutoffReason
        from vsh.words.event import DomainEventStoppedDetailType

        for guest in driver.hypervisor.guests.all() if hooks.present("qemu") else ():
            with guest:
                if not guest.active:
                    continue
                try:
                    guest_hooks.call(guest.definition, guest.id, "reconnect")
                except HookScriptFailed:
                    happenings.end(
                        driver.hypervisor, guest, DomainShutoffReason.FAILED,
                        DomainEventStoppedDetailType.FAILED,
                    )  # fmt: skip

    def _first_since_boot(self) -> bool:
        """Whether no daemon has started what is to be started since the host did."""
        with open(BOOT, encoding="ascii") as file:
            now = file.read().strip()
        path = f"{self.path}/autostarted"
        try:
            with open(path, encoding="ascii") as file:
                before = file.read().strip()
        except FileNotFoundError:
            before = ""
        if before == now:
            return False
        with open(path, "w", encoding="ascii") as file:
            file.write(f"{now}\n")
        return True

    def _start_all(self, connection: Connection) -> None:
        waiting = ListAllNetworks.INACTIVE | ListAllNetworks.AUTOSTART
        try:
            self._start_each("network", _starts(connection.list_all_networks(waiting)))
        except NoSupport as error:
            self.log.say(INFO, "daemon.start", f"autostart of networks: {error}")
        self._start_pools(connection)
        wanted = []
        for domain in connection.list_all_domains(ListAllDomains.INACTIVE):
            once = bool(domain.get_autostart_once())
            if once:
                domain.set_autostart_once(0)
            if once or domain.get_autostart():
                wanted.append(domain)
        settings = self._driver.hypervisor.settings if self._driver is not None else None
        bypass = settings is not None and settings.auto_start_bypass_cache
        flags = int(DomainCreate.START_BYPASS_CACHE) if bypass else 0
        starts = [(each.name, partial(each.create_with_flags, flags)) for each in wanted]
        delay = 0 if settings is None else settings.auto_start_delay
        self._start_each("domain", starts, delay / 1000)

    def _start_each(
        self, kind: str, things: Iterable[tuple[str, Callable[[], object]]], delay: float = 0
    ) -> None:
        """Start each, given by its name and what starts it; ``delay``: seconds between two."""
        for number, (name, start) in enumerate(things):
            if number and delay:
                self._closing.wait(delay)
            try:
                start()
            except Error as error:
                self.log.say(WARNING, "daemon.start", f"autostart of {kind} '{name}': {error}")
            else:
                self.log.say(INFO, "daemon.start", f"{kind} '{name}' started")
