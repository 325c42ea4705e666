"""All virtual networks of a root, and what they share on this host: the firewall."""

from __future__ import annotations

import threading
from functools import partial

from vsh.drivers.host.network.firewall import Firewall, rules
from vsh.drivers.host.network.networks import Network, Networks
from vsh.errors import InternalError, OperationUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vsh.drivers.host.network.firewall import Rules
    from vsh.drivers.state.bus import Bus
    from vsh.drivers.state.record import Record, Records
    from vsh.xml.network import Network as Definition

    Kept = tuple[Record, str | None, str | None]


class NetworkHost:
    """The networks of one root.

    root      its folder
    networks  the networks
    firewall  their table of the firewall
    bus       where events are offered
    sysfs     what stands before /sys, where devices are looked for; "" is this machine
    """

    def __init__(self, root: str, records: Records, bus: Bus) -> None:
        self.root = root
        self.bus = bus
        self.networks = Networks("network", records)
        self.firewall = Firewall(root)
        self.sysfs = ""
        self._filtering = threading.RLock()

    def load(self, kept: Iterable[Kept], text: Callable[[str], str]) -> None:
        """Take in the networks that were kept.  Where one is active or was being changed,
        ``life.settle`` comes next.

        text  gives a document by its hash
        """
        for record, planned, live in kept:
            texts = (None if one is None else partial(text, one) for one in (planned, live))
            self.networks.add(Network.loaded(record, *texts))

    # ---- the firewall

    def look(self) -> None:
        """Put the networks' rules there again if somebody has flushed them.

        Costs next to nothing while nobody changes any rule of this host.
        """
        with self._filtering:
            filtered = [network for network in self.networks.all() if network.rules]
            if filtered and not self.firewall.is_whole(network.rules for network in filtered):
                self._put(filtered)

    def add_rules(self, network: Network) -> None:
        """Put a network's rules into the firewall.  Raises InternalError."""
        wanted = rules(network.definition)
        if wanted is None:
            return
        with self._filtering:
            network.rules = wanted.counts()
            self.firewall.add(wanted)

    def replace_rules(self, network: Network, before: Definition) -> None:
        """A network's definition was another; its rules are to be those of what it is now."""
        old, new = rules(before), rules(network.definition)
        if old is None or new is None:
            return
        with self._filtering:
            network.rules = new.counts()
            try:
                self.firewall.replace(old, new)
            except InternalError:  # they were not as we left them
                self.put_rules()

    def put_rules(self) -> None:
        """Have the rules of all networks that have some, and no others of ours."""
        with self._filtering:
            self._put([one for one in self.networks.all() if one.rules])

    def remove_rules(self, network: Network) -> None:
        """Take a network's rules out of the firewall."""
        wanted: Rules | None = rules(network.definition)
        if wanted is None:
            return
        with self._filtering:
            network.rules = {}
            others = [one for one in self.networks.all() if one.rules]
            try:
                whole = self.firewall.remove(wanted, last=not others)
            except (InternalError, OperationUnsupported):
                return  # no firewall here, so no rules
            if not whole:
                self._put(others)

    def _put(self, filtered: list[Network]) -> None:
        """Have the rules of these networks, and no others."""
        all_rules = []
        for network in filtered:
            wanted = rules(network.definition)
            if wanted is not None:
                all_rules.append(wanted)
        self.firewall.put(all_rules)
