"""A virtual network of this machine: its definition, and what is there of it while it is active."""

from __future__ import annotations

from vsh.drivers.state.store import Kept, Store
from vsh.errors import NoNetwork, OperationFailed, OperationInvalid
from vsh.xml.engine.flags import INACTIVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from vsh.drivers.state.record import Record, Text
    from vsh.drivers.state.store import Held, Taking, Target
    from vsh.errors import Error
    from vsh.xml.network import Network as Definition
    from vsh.xml.network.port import NetworkPort


UPDATING = "updating"
"""What is being done to a network that runs on meanwhile."""


class Network(Kept):
    """One network.

    step    what is being done to the host for it, "starting" or "stopping": kept before it is
            done, so that who opens the root after a crash can clean up
    rules   how many rules its chains of the firewall have (``firewall.Rules.counts``)
    link    the name and address of the bridge that is there for it, or None
    daemon  its dnsmasq: process number and birth, or None
    ports   where guests are plugged in, by UUID
    """

    __slots__ = (
        "_bridges",
        "_definition",
        "_planned",
        "_unread",
        "daemon",
        "link",
        "ports",
        "rules",
        "step",
    )

    def __init__(self, name: str, uuid: str, definition: Definition | None = None) -> None:
        super().__init__(name, uuid)
        self._definition = definition
        self._planned: Definition | None = None
        self._unread: list[Callable[[], str] | None] = [None, None]  # what is, what is planned
        self._bridges: set[str] = set()
        self.step: str | None = None
        self.rules: dict[str, int] = {}
        self.link: tuple[str, str] | None = None
        self.daemon: tuple[int, int] | None = None
        self.ports: dict[str, NetworkPort] = {}

    @classmethod
    def loaded(
        cls, kept: Record, planned: Callable[[], str] | None, live: Callable[[], str] | None
    ) -> Self:
        """A network as it was kept; its documents are read when somebody asks what is in them.

        planned  gives its persistent definition, if there is one
        live     gives the one that was active, or was about to be, if there is one
        """
        network = cls(kept.name, kept.uuid)
        network._unread = [live or planned, planned if live is not None else None]
        network._bridges = set(kept.facts["bridges"])
        network.persistent, network.autostart = kept.persistent, kept.autostart
        network.step = kept.facts["step"]
        network.active = live is not None and network.step in (None, UPDATING)
        network.rules = kept.facts["rules"]
        link, daemon = kept.facts["link"], kept.facts["daemon"]
        network.link = None if link is None else (link[0], link[1])
        network.daemon = None if daemon is None else (daemon[0], daemon[1])
        if kept.facts["ports"]:
            from vsh.xml.engine.reader import read
            from vsh.xml.network.port import NetworkPort

            ports = [read(text, NetworkPort) for text in kept.facts["ports"]]
            network.ports = {str(port.uuid): port for port in ports}
        return network

    def restore(self, kept: Record, planned: Text | None, live: Text | None) -> None:
        self.persistent, self.autostart = kept.persistent, kept.autostart
        if self.step is not None and kept.facts["step"] is None:  # nothing was begun
            self.step, self.active = None, live is not None
        if self.active:
            self._planned, self._unread[1] = None, planned
        else:
            self._definition = self._planned = None
            self._unread = [planned, None]
            self._bridges = set(kept.facts["bridges"])

    @property
    def definition(self) -> Definition:
        """What it is: of an active network, what runs."""
        if self._definition is None:
            assert self._unread[0] is not None
            self._definition = parsed(self._unread[0]())
        return self._definition

    @definition.setter
    def definition(self, definition: Definition) -> None:
        self._definition = definition

    @property
    def planned(self) -> Definition | None:
        """What an active, persistent network will be when it is started next."""
        if self._planned is None and self._unread[1] is not None:
            self._planned = parsed(self._unread[1]())
        return self._planned

    @planned.setter
    def planned(self, definition: Definition | None) -> None:
        self._planned = definition
        self._unread[1] = None

    @property
    def bridges(self) -> set[str]:
        """The names of the bridges of its definitions."""
        if self._definition is None and self._unread[0] is not None:
            return self._bridges
        both = (self.definition, self.planned)
        return {str(one.bridge) for one in both if one is not None and one.bridge}

    def record(self) -> Record | None:
        """What the state file keeps; None for a transient network that is not active."""
        from vsh.drivers.state.record import Record

        running = self.active or self.step is not None
        if not (self.persistent or running):
            return None
        planned = self.planned or self.definition
        return Record(
            self.name,
            self.uuid,
            persistent=self.persistent,
            autostart=self.autostart,
            planned=planned.format(INACTIVE) if self.persistent else None,
            live=self.definition.format(INACTIVE) if running else None,
            facts={
                "step": self.step,
                "rules": self.rules,
                "link": self.link,
                "daemon": self.daemon,
                "bridges": sorted(self.bridges),
                "ports": [port.format() for port in self.ports.values()],
            },
        )


class Networks(Store[Network]):
    """All networks."""

    __slots__ = ()

    def missing(self, target: Target) -> Error:
        return NoNetwork.whole(
            f"Network not found: no network with matching uuid '{target.uuid}' ({target.name})"
        )

    def resting(self, thing: Network) -> Error:
        return OperationInvalid(f"network '{thing.name}' is not active")

    def conflict(self, name: str, uuid: str, other: Network) -> Error:
        if other.uuid == uuid:
            return OperationFailed(f"network '{other.name}' is already defined with uuid {uuid}")
        return OperationFailed(f"network '{name}' already exists with uuid {other.uuid}")

    def called(self, name: str) -> Network:
        """The network of that name.  Raises NoNetwork."""
        found = self.named(name)
        if found is None:
            raise NoNetwork.whole(f"Network not found: no network with matching name '{name}'")
        return found

    def running(self, name: str) -> Held[Network]:
        """Hold the network of that name to change it; it has to be active.  Raises Error."""
        return self.modify(self.called(name), active=True)

    def defining(self, definition: Definition) -> Taking[Network]:
        """Hold the network that a definition is of, made with it if there is none."""
        name, uuid = str(definition.name), str(definition.uuid)
        return self.taking(name, uuid, lambda: Network(name, uuid, definition))


def parsed(xml: str) -> Definition:
    """The definition in a document.  Raises the first problem."""
    from vsh.xml.engine.reader import read
    from vsh.xml.network import Network as Definition

    return read(xml, Definition)
