"""What a world has besides guests: networks, host interfaces, storage pools, host devices.

Each is known by what listings and lookups ask for; ``text`` is its document.
"""

from __future__ import annotations

from vsh.drivers.test import _default

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    Kind = TypeVar("Kind", bound="Thing")

NO_ADDRESS = "0.0.0.0"  # noqa: S104 - what guests of a network without addresses are counted from


class Thing:
    """One network, interface, pool or device."""

    __slots__ = ("name", "uuid", "text", "active", "persistent", "autostart")

    def __init__(self, name: str, uuid: str, text: str) -> None:
        self.name = name
        self.uuid = uuid
        self.text = text
        self.active = True
        self.persistent = True
        self.autostart = False


class Network(Thing):
    """A network; ``first`` is the address that guests are counted from."""

    __slots__ = ("bridge", "first", "prefix")

    def __init__(
        self,
        name: str,
        uuid: str,
        text: str,
        bridge: str | None = None,
        first: str = NO_ADDRESS,
        prefix: int = 24,
    ) -> None:
        super().__init__(name, uuid, text)
        self.bridge = bridge
        self.first = first
        self.prefix = prefix


class HostInterface(Thing):
    """A host interface."""

    __slots__ = ("mac",)

    def __init__(self, name: str, mac: str, text: str) -> None:
        super().__init__(name, "", text)
        self.mac = mac


class StoredVolume:
    """A volume of a pool."""

    __slots__ = ("name", "key", "path", "capacity", "allocation", "text")

    def __init__(
        self, name: str, key: str, path: str, capacity: int, allocation: int, text: str
    ) -> None:
        self.name = name
        self.key = key
        self.path = path
        self.capacity = capacity
        self.allocation = allocation
        self.text = text


class StoragePool(Thing):
    """A storage pool."""

    __slots__ = ("kind", "path", "capacity", "allocation", "volumes")

    def __init__(self, name: str, uuid: str, text: str, path: str, kind: str = "dir") -> None:
        super().__init__(name, uuid, text)
        self.kind = kind
        self.path = path
        self.capacity = 100 * 1024**3
        self.allocation = 0
        self.volumes: dict[str, StoredVolume] = {}


class HostDevice(Thing):
    """A device of the host; the first of its kinds is its capability."""

    __slots__ = ("parent", "kinds")

    def __init__(self, name: str, parent: str | None, kinds: tuple[str, ...], text: str) -> None:
        super().__init__(name, "", text)
        self.parent = parent
        self.kinds = kinds


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
        _default.NETWORK_FIRST_ADDRESS,
        _default.NETWORK_PREFIX,
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
