"""What a test hypervisor holds: guests with their states and definitions, and a host to be.

``test:///default`` is one world for all connections of a process while any of them is open; every
``test:///FILE`` connection has its own.
"""

from __future__ import annotations

from _thread import RLock

from vsh.drivers._base import bare
from vsh.drivers.test import _default, definitions
from vsh.errors import OperationFailed, OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self

    from vsh.api.event import Event
    from vsh.drivers._events import Queue
    from vsh.drivers._moments import MomentTree
    from vsh.drivers.test.things import HostDevice, HostInterface, Network, StoragePool, Things

# virDomainState
RUNNING, BLOCKED, PAUSED, SHUTDOWN, SHUTOFF, CRASHED, PMSUSPENDED = 1, 2, 3, 4, 5, 6, 7
STATES_COUNT = 8
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

# virDomainModificationImpact
LIVE, CONFIG = 1, 2

FIRST_GUEST_TIME = 627319920


class Vm:
    """One guest: what libvirt's domain object holds.

    definition  what runs, or what will run if nothing does (a vsh.xml Domain)
    planned     the persistent definition while the guest runs, else None
    reason      why the guest is in its state, in that state's own numbers

    Where the guest came as a document its definition is read on first use; ``facts`` answers
    before that: (maximum memory, current memory, vCPUs).
    """

    __slots__ = (
        "world",
        "name",
        "uuid",
        "id",
        "state",
        "reason",
        "persistent",
        "autostart",
        "autostart_once",
        "managed_save",
        "_snapshots",
        "_checkpoints",
        "seconds",
        "nanoseconds",
        "frozen",
        "io_threads",
        "taints",
        "deprecations",
        "facts",
        "planned",
        "_definition",
        "_load",
    )

    def __init__(
        self,
        world: World,
        name: str,
        uuid: str,
        *,
        definition: Any = None,
        load: Callable[[Vm], None] | None = None,
    ) -> None:
        self.world = world
        self.name = name
        self.uuid = uuid
        self.id = -1
        self.state = SHUTOFF
        self.reason = 0
        self.persistent = False
        self.autostart = False
        self.autostart_once = False
        self.managed_save = False
        self._snapshots: MomentTree | None = None
        self._checkpoints: MomentTree | None = None
        self.seconds = FIRST_GUEST_TIME
        self.nanoseconds = 0
        self.frozen = [False, False]
        self.io_threads: dict[int, list[int]] = {}  # id: poll-max-ns, -grow, -shrink, -weight
        self.taints: set[int] = set()
        self.deprecations: list[str] = []
        self.facts: tuple[int, int, int] | None = None
        self.planned: Any = None
        self._definition = definition
        self._load = load

    def __enter__(self) -> Self:
        self.world.lock.acquire()
        return self

    def __exit__(self, *raised: object) -> None:
        self.world.lock.release()

    @property
    def active(self) -> bool:
        """Whether the guest runs, in whatever state."""
        return self.id != -1

    @property
    def definition(self) -> Any:
        """What runs, or will run; read now if it was not needed before."""
        if self._load is not None:
            load, self._load = self._load, None
            load(self)
            self.facts = None
        return self._definition

    @definition.setter
    def definition(self, definition: Any) -> None:
        self._load = None
        self.facts = None
        self._definition = definition

    @property
    def snapshots(self) -> MomentTree:
        """The guest's snapshots."""
        if self._snapshots is None:
            from vsh.drivers._moments import MomentTree

            self._snapshots = MomentTree()
        return self._snapshots

    @property
    def checkpoints(self) -> MomentTree:
        """The guest's checkpoints."""
        if self._checkpoints is None:
            from vsh.drivers._moments import MomentTree

            self._checkpoints = MomentTree()
        return self._checkpoints

    @property
    def has_snapshots(self) -> bool:
        """Whether there are any snapshots."""
        return self._snapshots is not None and len(self._snapshots) > 0

    @property
    def has_checkpoints(self) -> bool:
        """Whether there are any checkpoints."""
        return self._checkpoints is not None and len(self._checkpoints) > 0

    def sizes(self) -> tuple[int, int, int]:
        """Maximum memory and current memory in KiB, and vCPUs."""
        if self.facts is not None:
            return self.facts
        return definitions.sizes(self.definition)

    def start(self, reason: int) -> None:
        """Make the guest run: a new id, and a copy of a persistent definition to run from."""
        definition = self.definition
        self.state = RUNNING
        self.reason = reason
        self.id = self.world.take_id()
        if self.persistent and self.planned is None:
            self.planned = definitions.copied(definition)
        self.managed_save = False

    def stop(self, reason: int) -> None:
        """Make the guest stop, back to its persistent definition if it has one."""
        if self.planned is not None:
            self.definition = self.planned
            self.planned = None
        self.id = -1
        self.state = SHUTOFF
        self.reason = reason

    def assign(self, definition: Any, *, live: bool) -> Any:
        """Take a definition in the place of the present one, which is the answer.

        live  it is about to run; else it is the persistent one
        """
        old = self.definition
        if self.active:
            old, self.planned = self.planned, definition
            return old
        if live:
            if self.planned is None:
                self.planned = old
                old = None
            self.definition = definition
            return old
        self.definition = definition
        return old

    def impact(self, flags: int) -> int:
        """AFFECT_CURRENT resolved to live or config.  Raises OperationInvalid."""
        if not flags & 3:
            flags |= LIVE if self.active else CONFIG
        if flags & LIVE and not self.active:
            raise OperationInvalid("domain is not running")
        if flags & CONFIG and not self.persistent:
            raise OperationInvalid("transient domains do not have any persistent config")
        return flags

    def both(self, flags: int) -> tuple[Any, Any]:
        """The live and the persistent definition, each None where the flags do not ask for it."""
        flags = self.impact(flags)
        definition = self.definition  # what is planned is known once this has been read
        if not self.active:
            return None, definition
        return (definition if flags & LIVE else None, self.planned if flags & CONFIG else None)

    def one(self, flags: int) -> Any:
        """The definition that the flags ask for."""
        if flags & 3 == 3:
            raise bare(
                8,
                "Flags 'VIR_DOMAIN_AFFECT_LIVE' and 'VIR_DOMAIN_AFFECT_CONFIG' "
                "are mutually exclusive",
            )
        flags = self.impact(flags)
        definition = self.definition  # what is planned is known once this has been read
        return self.planned if self.active and flags & CONFIG else definition


class World:
    """Everything that connections to one test hypervisor share."""

    __slots__ = (
        "lock",
        "domains",
        "by_name",
        "next_id",
        "node",
        "cells",
        "users",
        "openers",
        "things",
        "interfaces_before",
        "queues",
    )

    def __init__(self) -> None:
        self.lock = RLock()
        self.domains: dict[str, Vm] = {}
        self.by_name: dict[str, Vm] = {}
        self.next_id = 1
        # model, KiB, CPUs, MHz, nodes, sockets, cores, threads
        self.node: list[Any] = ["i686", 3 * 1024 * 1024, 16, 1400, 2, 2, 2, 2]
        self.cells: list[tuple[int, int]] = []  # (KiB, free KiB)
        self.users: dict[str, str | None] = {}
        self.openers = 0
        self.things: Things | None = None
        self.interfaces_before: dict[str, HostInterface] | None = None
        self.queues: list[Queue] = []

    @property
    def networks(self) -> dict[str, Network]:
        """The networks by name."""
        return self.all_things().networks

    @property
    def interfaces(self) -> dict[str, HostInterface]:
        """The host's interfaces by name."""
        return self.all_things().interfaces

    @interfaces.setter
    def interfaces(self, interfaces: dict[str, HostInterface]) -> None:
        self.all_things().interfaces = interfaces

    @property
    def pools(self) -> dict[str, StoragePool]:
        """The storage pools by name."""
        return self.all_things().pools

    @property
    def devices(self) -> dict[str, HostDevice]:
        """The host's devices by name."""
        return self.all_things().devices

    def all_things(self) -> Things:
        """What is there besides guests; the default world's is made when it is first asked for."""
        if self.things is None:
            from vsh.drivers.test.things import default_things

            self.things = default_things()
        return self.things

    def add(self, vm: Vm) -> Vm:
        """Take a guest in."""
        self.domains[vm.uuid] = vm
        self.by_name[vm.name] = vm
        return vm

    def remove(self, vm: Vm) -> None:
        """Forget a guest."""
        self.domains.pop(vm.uuid, None)
        if self.by_name.get(vm.name) is vm:
            del self.by_name[vm.name]

    def take_definition(self, definition: Any, *, live: bool = False) -> tuple[Vm, Any]:
        """The guest for a definition, new or of the same name and UUID, and the definition before.

        live  the guest is about to be started, so it must not run.
        Raises OperationFailed where another guest has the name or the UUID.
        """
        name, uuid = str(definition.name), str(definition.uuid)
        vm = self.domains.get(uuid)
        if vm is None:
            other = self.by_name.get(name)
            if other is not None:
                raise OperationFailed(f"domain '{name}' already exists with uuid {other.uuid}")
            return self.add(Vm(self, name, uuid, definition=definition)), None
        if vm.name != name:
            raise OperationFailed(f"domain '{vm.name}' is already defined with uuid {uuid}")
        if live and vm.active:
            raise OperationInvalid(f"domain '{name}' is already active")
        if live and not vm.persistent:
            raise OperationInvalid(f"domain '{name}' is already being started")
        return vm, vm.assign(definition, live=live)

    def rename(self, vm: Vm, name: str) -> None:
        """Give a guest another name, which must be free."""
        del self.by_name[vm.name]
        vm.name = name
        vm.definition.name = name
        self.by_name[name] = vm

    def take_id(self) -> int:
        """The next id for a guest that starts."""
        taken = self.next_id
        self.next_id += 1
        return taken

    def host_cpus(self) -> int:
        """How many CPUs the host could have."""
        return int(self.node[4] * self.node[5] * self.node[6] * self.node[7])

    def emit(self, family: str, event: int, key: str, make: Callable[[Any], Event]) -> None:
        """Tell every connection that something happened to the object of that key."""
        for queue in self.queues:
            queue.offer(family, event, key, make)


def default_world() -> World:
    """A fresh world like the one that libvirt's test:///default has."""
    world = World()
    world.cells = [(2048 * 1024, 1024 * 1024), (2 * 2048 * 1024, 2 * 1024 * 1024)]
    vm = Vm(world, _default.DOMAIN_NAME, _default.DOMAIN_UUID, load=_load_default_domain)
    vm.persistent = True
    vm.id = world.take_id()
    vm.state = RUNNING
    vm.facts = (8388608, 2097152, 2)
    world.add(vm)
    return world


def _load_default_domain(vm: Vm) -> None:
    definition = definitions.parsed(_default.DOMAIN)
    definitions.name_interfaces(definition)
    vm.definition = definition
    if vm.active:
        vm.planned = definitions.copied(definition)
