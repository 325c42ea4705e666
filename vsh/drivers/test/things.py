"""What a hypervisor has besides guests: networks, host interfaces, storage pools, host devices.

Each is known by what listings and lookups ask for.  It came as a document or as a model; the other
of the two is made when it is first asked for, so that a listing reads no document.
"""

from __future__ import annotations

from vsh.drivers.state import pools
from vsh.drivers.state.store import Kept, Store
from vsh.drivers.test import default
from vsh.errors import (
    NoInterface,
    NoNetwork,
    NoNodeDevice,
    NoStorageVolume,
    OperationFailed,
    OperationInvalid,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Generic, TypeVar

    from vsh.drivers.state.store import Held, Named, Taking, Target
    from vsh.errors import Error
    from vsh.xml.engine.element import Element
    from vsh.xml.host.interface import HostInterface as InterfaceDefinition
    from vsh.xml.host.node_device import NodeDevice as DeviceDefinition
    from vsh.xml.network import Network as NetworkDefinition
    from vsh.xml.storage.pool import StoragePool as PoolDefinition
    from vsh.xml.storage.volume import StorageVolume

    Definition = TypeVar("Definition", bound=Element)
else:
    from vsh.api._call import Generic

    Definition = None

NO_ADDRESS = "0.0.0.0"  # noqa: S104 - what guests of a network without addresses are counted from

POOL_SIZE = 100 * 1024**3


class Thing(Kept, Generic[Definition]):
    """One network, interface, pool or device; ``source`` is its document or its model."""

    __slots__ = ("_text", "_definition")

    def __init__(self, name: str, uuid: str, source: str | Definition) -> None:
        super().__init__(name, uuid)
        self._text: str | None = None
        self._definition: Definition | None = None
        if isinstance(source, str):
            self._text = source
        else:
            self._definition = source
        self.active = True
        self.persistent = True

    @property
    def text(self) -> str:
        """The document."""
        if self._definition is None:
            return self._text or ""
        return self._definition.format()

    @property
    def definition(self) -> Definition:
        """The model; what changes it changes the document."""
        if self._definition is None:
            self._definition = self.read(self._text or "")
        return self._definition

    @definition.setter
    def definition(self, definition: Definition) -> None:
        self._definition = definition

    @staticmethod
    def read(document: str) -> Definition:
        """The model of a document of this kind."""
        raise NotImplementedError


class Network(Thing["NetworkDefinition"]):
    """A network; ``planned`` is the persistent definition where that is another than what runs."""

    __slots__ = ("_bridge", "_first", "planned")

    def __init__(
        self,
        name: str,
        uuid: str,
        source: str | NetworkDefinition,
        bridge: str | None = None,
        first: tuple[str, int] = (NO_ADDRESS, 24),
    ) -> None:
        super().__init__(name, uuid, source)
        self._bridge = bridge
        self._first = first
        self.planned: NetworkDefinition | None = None

    @staticmethod
    def read(document: str) -> NetworkDefinition:
        from vsh.xml.engine.reader import read
        from vsh.xml.network import Network

        return read(document, Network)

    @property
    def bridge(self) -> str | None:
        """The name of its bridge."""
        if self._definition is None:
            return self._bridge
        return self._definition.bridge

    @property
    def first(self) -> str:
        """The address that guests are counted from."""
        return self._start()[0]

    @property
    def prefix(self) -> int:
        """The length of the prefix of that address."""
        return self._start()[1]

    def _start(self) -> tuple[str, int]:
        if self._definition is None:
            return self._first
        return self._definition.first_address or (NO_ADDRESS, 24)


class HostInterface(Thing["InterfaceDefinition"]):
    """A host interface."""

    __slots__ = ("_mac",)

    def __init__(self, name: str, mac: str, source: str | InterfaceDefinition) -> None:
        super().__init__(name, "", source)
        self._mac = mac

    @staticmethod
    def read(document: str) -> InterfaceDefinition:
        from vsh.xml.engine.reader import read
        from vsh.xml.host.interface import HostInterface

        return read(document, HostInterface)

    def clone(self) -> HostInterface:
        """Another with the same definition, which is not active: what a rollback goes back to."""
        source = (self._text or "") if self._definition is None else self._definition.copy()
        twin = HostInterface(self.name, self._mac, source)
        twin.active = False
        return twin

    @property
    def mac(self) -> str:
        """Its hardware address; empty where it has none."""
        return self._mac if self._definition is None else self._definition.mac or ""


class StoragePool(Thing["PoolDefinition"], pools.Pool):
    """A storage pool, with its volumes' models by name."""

    __slots__ = ("kind", "path", "_allocation", "volumes")
    kind: str

    def __init__(
        self, name: str, uuid: str, source: str | PoolDefinition, path: str, kind: str = "dir"
    ) -> None:
        super().__init__(name, uuid, source)
        self.kind = kind
        self.path = path
        self._allocation = 0
        self.volumes: dict[str, StorageVolume] = {}

    @staticmethod
    def read(document: str) -> PoolDefinition:
        from vsh.xml.engine.reader import read
        from vsh.xml.storage.pool import StoragePool

        pool = read(document, StoragePool)
        pool.capacity = pool.available = POOL_SIZE
        return pool

    @property
    def capacity(self) -> int:
        """How many bytes it has."""
        return POOL_SIZE

    @property
    def allocation(self) -> int:
        """How many of them are used."""
        return self._allocation

    @allocation.setter
    def allocation(self, allocation: int) -> None:
        self._allocation = allocation
        definition = self.definition
        definition.allocation = allocation
        definition.available = POOL_SIZE - allocation

    def replace(self, definition: PoolDefinition) -> None:
        """Take another definition, with nothing in it yet."""
        self.definition = definition
        self.kind = definition.type or ""
        self.path = (definition.target.path if definition.target is not None else "") or ""
        self.allocation = 0

    def volume(self, name: str) -> StorageVolume:
        """The volume of that name.  Raises NoStorageVolume."""
        found = self.volumes.get(name)
        if found is None:
            text = f"no storage vol with matching name '{name}'"
            raise NoStorageVolume.whole(f"Storage volume not found: {text}")
        return found


def path_of(volume: StorageVolume) -> str | None:
    """Where a volume is."""
    return None if volume.target is None else volume.target.path


class HostDevice(Thing["DeviceDefinition"]):
    """A device of the host; the first of its kinds is its capability."""

    __slots__ = ("parent", "kinds")

    def __init__(
        self, name: str, parent: str | None, kinds: tuple[str, ...], source: str | DeviceDefinition
    ) -> None:
        super().__init__(name, "", source)
        self.parent = parent
        self.kinds = kinds

    @staticmethod
    def read(document: str) -> DeviceDefinition:
        from vsh.xml.engine.reader import read
        from vsh.xml.host.node_device import NodeDevice

        return read(document, NodeDevice)


class Networks(Store[Network]):
    """All networks."""

    __slots__ = ()

    def missing(self, target: Target) -> Error:
        return NoNetwork.whole(f"Network not found: no network with matching uuid '{target.uuid}'")

    def conflict(self, name: str, uuid: str, other: Network) -> Error:
        if other.uuid == uuid:
            return OperationFailed(f"network '{other.name}' is already defined with uuid {uuid}")
        return OperationFailed(f"network '{name}' already exists with uuid {other.uuid}")

    def defining(self, definition: NetworkDefinition) -> Taking[Network]:
        """Hold the network that a definition is of, made with it if there is none."""
        name, uuid = definition.name or "", definition.uuid or ""
        return self.taking(name, uuid, lambda: Network(name, uuid, definition))

    def holding(self, name: str) -> Held[Network]:
        """Hold the network of that name to change it.  Raises NoNetwork."""
        return self.modify(self.called(name))

    def called(self, name: str) -> Network:
        """The network of that name.  Raises NoNetwork."""
        found = self.named(name)
        if found is None:
            raise NoNetwork.whole(f"Network not found: no network with matching name '{name}'")
        return found


class Interfaces(Store[HostInterface, "Named"]):
    """All interfaces of the host, and how they were before a transaction began."""

    __slots__ = ("before",)

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.before: list[HostInterface] | None = None

    def begin(self) -> None:
        """Begin a transaction.  Raises OperationInvalid."""
        with self._lock:
            if self.before is not None:
                raise OperationInvalid("there is another transaction running.")
            self.before = [interface.clone() for interface in self.all()]

    def commit(self) -> None:
        """Keep what was changed.  Raises OperationInvalid."""
        with self._lock:
            if self.before is None:
                raise OperationInvalid("no transaction running, nothing to be committed.")
            self.before = None

    def roll_back(self) -> None:
        """Forget what was changed.  Raises OperationInvalid."""
        with self._lock:
            if self.before is None:
                raise OperationInvalid("no transaction running, nothing to rollback.")
            before, self.before = self.before, None
            for interface in self.all():
                interface.gone = True
            self._all = {interface: interface for interface in before}
            self._by_name = {interface.name: interface for interface in before}

    def _sought(self, target: Named) -> HostInterface | None:
        return self.named(target.name)

    def missing(self, target: Named) -> Error:
        text = f"no interface with matching name '{target.name}'"
        return NoInterface.whole(f"Interface not found: {text}")


class Pools(pools.Pools[StoragePool]):
    """All storage pools."""

    __slots__ = ()

    def defining(self, definition: PoolDefinition) -> Taking[StoragePool]:
        """Hold the pool that a definition is of, made with it if there is none."""
        name, uuid = definition.name or "", definition.uuid or ""

        def make() -> StoragePool:
            pool = StoragePool(name, uuid, definition, "", "")
            pool.replace(definition)
            return pool

        return self.taking(name, uuid, make)


class Devices(Store[HostDevice, "Named"]):
    """All devices of the host."""

    __slots__ = ()

    def _sought(self, target: Named) -> HostDevice | None:
        return self.named(target.name)

    def missing(self, target: Named) -> Error:
        text = f"no node device with matching name '{target.name}'"
        return NoNodeDevice.whole(f"Node device not found: {text}")

    def called(self, name: str) -> HostDevice:
        """The device of that name.  Raises NoNodeDevice."""
        found = self.named(name)
        if found is None:
            raise NoNodeDevice.whole(
                f"Node device not found: no node device with matching name '{name}'"
            )
        return found


class Things:
    """All that a hypervisor has besides guests."""

    __slots__ = ("networks", "interfaces", "pools", "devices")

    def __init__(self) -> None:
        self.networks = Networks("network")
        self.interfaces = Interfaces("interface")
        self.pools = Pools("pool")
        self.devices = Devices("node_device")


def default_things() -> Things:
    """What test:///default has."""
    found = Things()
    found.networks.add(
        Network(
            default.NETWORK_NAME,
            default.NETWORK_UUID,
            default.NETWORK,
            default.NETWORK_BRIDGE,
            (default.NETWORK_FIRST_ADDRESS, default.NETWORK_PREFIX),
        )
    )
    found.interfaces.add(
        HostInterface(default.INTERFACE_NAME, default.INTERFACE_MAC, default.INTERFACE)
    )
    found.pools.add(
        StoragePool(default.POOL_NAME, default.POOL_UUID, default.POOL, default.POOL_PATH)
    )
    for name, (parent, kinds, text) in default.DEVICES.items():
        found.devices.add(HostDevice(name, parent, kinds, text))
    return found
