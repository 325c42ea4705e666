"""What a test hypervisor holds: guests with their states and definitions, and a host to be.

``test:///default`` is one hypervisor for all connections of a process while any of them is open;
every ``test:///FILE`` connection has its own.
"""

from __future__ import annotations

from _thread import RLock
from time import time

from vsh.drivers.test import default
from vsh.drivers.test.guest import Guest, Guests
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.state.bus import Bus
    from vsh.drivers.test.things import Devices, Interfaces, Networks, Pools, Things
    from vsh.xml.domain import Domain as Definition

STATE_WORDS = (
    "nostate",
    "running",
    "blocked",
    "paused",
    "shutdown",
    "shutoff",
    "crashed",
    "pmsuspended",
)
"""What documents call the states (``DomainState``)."""

MEMORY, CPUS, MHZ, NODES, SOCKETS, CORES, THREADS = range(7)
"""Places in ``Hypervisor.node``; memory is in KiB."""


class Hypervisor:
    """Everything that connections to one test hypervisor share.

    lock     held where several objects change at once
    openers  how many connections are open
    node     numbers of the host, at their places; ``cpu_model`` is what its CPUs are
    users    who may open it, with the password or None; nobody: everybody may
    """

    __slots__ = (
        "lock",
        "guests",
        "cpu_model",
        "node",
        "cells",
        "users",
        "openers",
        "_bus",
        "_things",
    )

    def __init__(self) -> None:
        self.lock = RLock()
        self.guests = Guests("domain")
        self.cpu_model = "i686"
        self.node = [3 * 1024 * 1024, 16, 1400, 2, 2, 2, 2]
        self.cells: list[tuple[int, int]] = []  # (KiB, free KiB)
        self.users: dict[str, str | None] = {}
        self.openers = 0
        self._bus: Bus | None = None
        self._things: Things | None = None

    @property
    def bus(self) -> Bus:
        """Where events are offered."""
        if self._bus is None:
            from vsh.drivers.state.bus import Bus

            with self.lock:
                if self._bus is None:
                    self._bus = Bus()
        return self._bus

    @property
    def listened(self) -> bool:
        """Whether anybody wants to be told of anything."""
        return bool(self._bus)

    @property
    def networks(self) -> Networks:
        """The networks."""
        return self.things.networks

    @property
    def interfaces(self) -> Interfaces:
        """The host's interfaces."""
        return self.things.interfaces

    @property
    def pools(self) -> Pools:
        """The storage pools."""
        return self.things.pools

    @property
    def devices(self) -> Devices:
        """The host's devices."""
        return self.things.devices

    @property
    def things(self) -> Things:
        """What is there besides guests; the default host's is made when it is first asked for."""
        if self._things is None:
            from vsh.drivers.test.things import default_things

            with self.lock:
                if self._things is None:
                    self._things = default_things()
        return self._things

    @things.setter
    def things(self, things: Things) -> None:
        self._things = things

    def host_cpus(self) -> int:
        """How many CPUs the host could have."""
        nodes, sockets, cores, threads = self.node[NODES:]
        return nodes * sockets * cores * threads


def default_hypervisor() -> Hypervisor:
    """A fresh hypervisor like libvirt's test:///default."""
    hypervisor = Hypervisor()
    hypervisor.cells = [(2048 * 1024, 1024 * 1024), (2 * 2048 * 1024, 2 * 1024 * 1024)]
    guest = Guest(default.DOMAIN_NAME, default.DOMAIN_UUID, load=_load_default_domain)
    guest.document = default.DOMAIN
    guest.persistent = True
    hypervisor.guests.add(guest)
    guest.id = hypervisor.guests.number(guest)
    guest.active = True
    guest.since = time()
    guest.state = DomainState.RUNNING
    guest.facts = (8388608, 2097152, 2)
    return hypervisor


def _load_default_domain(*, active: bool) -> tuple[Definition, Definition | None]:
    from vsh.drivers.test import definitions

    definition = definitions.parsed(default.DOMAIN)
    definitions.name_interfaces(definition)
    return definition, definitions.copied(definition) if active else None
