"""What a world has besides guests: networks, host interfaces, storage pools, host devices.

Each is known by what listings and lookups ask for.  It came as a document or as a model; the other
of the two is made when it is first asked for, so that a listing reads no document.
"""

from __future__ import annotations

from vsh.drivers.test import _default

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeVar

    Kind = TypeVar("Kind", bound="Thing")

NO_ADDRESS = "0.0.0.0"  # noqa: S104 - what guests of a network without addresses are counted from

POOL_SIZE = 100 * 1024**3


class Thing:
    """One network, interface, pool or device; ``source`` is its document or its model."""

    __slots__ = ("name", "uuid", "_text", "_definition", "active", "persistent", "autostart")

    def __init__(self, name: str, uuid: str, source: Any) -> None:
        self.name = name
        self.uuid = uuid
        self._text: str | None = None
        self._definition: Any = None
        if isinstance(source, str):
            self._text = source
        else:
            self._definition = source
        self.active = True
        self.persistent = True
        self.autostart = False

    @property
    def text(self) -> str:
        """The document."""
        if self._definition is None:
            return self._text or ""
        return self._definition.format()  # type: ignore[no-any-return]

    @property
    def definition(self) -> Any:
        """The model; what changes it changes the document."""
        if self._definition is None:
            self._definition = self.read(self._text or "")
        return self._definition

    @definition.setter
    def definition(self, definition: Any) -> None:
        self._definition = definition

    @staticmethod
    def read(document: str) -> Any:
        """The model of a document of this kind."""
        raise NotImplementedError


class Network(Thing):
    """A network; ``planned`` is the persistent definition where that is another than what runs."""

    __slots__ = ("_bridge", "_first", "planned")

    def __init__(
        self,
        name: str,
        uuid: str,
        source: Any,
        bridge: str | None = None,
        first: tuple[str, int] = (NO_ADDRESS, 24),
    ) -> None:
        super().__init__(name, uuid, source)
        self._bridge = bridge
        self._first = first
        self.planned: Any = None

    @staticmethod
    def read(document: str) -> Any:
        from vsh.xml.engine.reader import read
        from vsh.xml.network import Network

        return read(document, Network)

    @property
    def bridge(self) -> str | None:
        """The name of its bridge."""
        if self._definition is None:
            return self._bridge
        return self._definition.bridge  # type: ignore[no-any-return]

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


class HostInterface(Thing):
    """A host interface."""

    __slots__ = ("_mac",)

    def __init__(self, name: str, mac: str, source: Any) -> None:
        super().__init__(name, "", source)
        self._mac = mac

    @staticmethod
    def read(document: str) -> Any:
        from vsh.xml.engine.reader import read
        from vsh.xml.host.interface import HostInterface

        return read(document, HostInterface)

    def clone(self) -> HostInterface:
        """Another with the same definition, which is not active: what a rollback goes back to."""
        source = self._text if self._definition is None else self._definition.copy()
        twin = HostInterface(self.name, self._mac, source)
        twin.active = False
        return twin

    @property
    def mac(self) -> str:
        """Its hardware address; empty where it has none."""
        return self._mac if self._definition is None else self._definition.mac or ""


class StoragePool(Thing):
    """A storage pool, with its volumes' models by name."""

    __slots__ = ("kind", "path", "_allocation", "volumes")

    def __init__(self, name: str, uuid: str, source: Any, path: str, kind: str = "dir") -> None:
        super().__init__(name, uuid, source)
        self.kind = kind
        self.path = path
        self._allocation = 0
        self.volumes: dict[str, Any] = {}

    @staticmethod
    def read(document: str) -> Any:
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


class HostDevice(Thing):
    """A device of the host; the first of its kinds is its capability."""

    __slots__ = ("parent", "kinds")

    def __init__(self, name: str, parent: str | None, kinds: tuple[str, ...], source: Any) -> None:
        super().__init__(name, "", source)
        self.parent = parent
        self.kinds = kinds

    @staticmethod
    def read(document: str) -> Any:
        from vsh.xml.engine.reader import read
        from vsh.xml.host.node_device import NodeDevice

        return read(document, NodeDevice)


class Things:
    """All that a world has besides guests, each kind by name."""

    __slots__ = ("networks", "interfaces", "pools", "devices")

    def __init__(self) -> None:
        self.networks: dict[str, Network] = {}
        self.interfaces: dict[str, HostInterface] = {}
        self.pools: dict[str, StoragePool] = {}
        self.devices: dict[str, HostDevice] = {}


def default_things() -> Things:
    """What test:///default has."""
    found = Things()
    found.networks[_default.NETWORK_NAME] = Network(
        _default.NETWORK_NAME,
        _default.NETWORK_UUID,
        _default.NETWORK,
        _default.NETWORK_BRIDGE,
        (_default.NETWORK_FIRST_ADDRESS, _default.NETWORK_PREFIX),
    )
    found.interfaces[_default.INTERFACE_NAME] = HostInterface(
        _default.INTERFACE_NAME, _default.INTERFACE_MAC, _default.INTERFACE
    )
    found.pools[_default.POOL_NAME] = StoragePool(
        _default.POOL_NAME, _default.POOL_UUID, _default.POOL, _default.POOL_PATH
    )
    for name, (parent, kinds, text) in _default.DEVICES.items():
        found.devices[name] = HostDevice(name, parent, kinds, text)
    return found


def picked(
    things: Iterable[Kind],
    flags: int,
    groups: tuple[tuple[tuple[int, Callable[[Kind], bool]], ...], ...],
) -> list[Kind]:
    """What a listing with these flags shows: any flag of a group lets a thing pass it."""
    found = list(things)
    for group in groups if flags else ():
        wanted = [test for bit, test in group if flags & bit]
        if wanted:
            found = [thing for thing in found if any(test(thing) for test in wanted)]
    return found
