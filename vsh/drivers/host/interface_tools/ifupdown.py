"""ifupdown(8), Debian's: a stanza for each interface and family in /etc/network/interfaces.d.

What makes a bridge, a bond or a VLAN are commands of ip(8) in its stanza, which need no package
more; they leave alone what is there already.
"""

from __future__ import annotations

import os
import re

from vsh.drivers.host import programs
from vsh.drivers.host.interface_tools import MARK, Tool, addresses, read
from vsh.errors import ConfigUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.xml.host.interface import Bond, HostInterface, Protocol

_WHEN = {"onboot": "auto", "hotplug": "allow-hotplug"}


class Ifupdown(Tool):
    """ifup and ifdown."""

    name = "ifupdown"

    @property
    def _main(self) -> str:
        return f"{self.root}/etc/network/interfaces"

    def is_here(self) -> bool:
        return os.path.exists(self._main) and programs.find("ifup") is not None

    def files(self, document: HostInterface) -> dict[str, str]:
        name = document.name
        if "source" not in read(self._main):
            raise ConfigUnsupported(
                f"{self._main} does not read {self._main}.d: add 'source {self._main}.d/*' to it"
            )
        head = _WHEN.get(document.start or "")
        lines = [] if head is None else [f"{head} {name}"]
        stanzas = [each for one in document.protocols for each in _stanzas(one)]
        making = list(_making(document))
        for place, (method, options) in enumerate(stanzas or [("inet manual", [])]):
            lines.append(f"iface {name} {method}")
            lines += [f"    {each}" for each in (*options, *(making if not place else ()))]
        return {f"{self._main}.d/{MARK}{name}": "\n".join(lines) + "\n"}

    def foreign(self, name: str) -> str | None:
        wanted = re.compile(rf"^\s*iface\s+{re.escape(name)}\s", re.MULTILINE)
        for path in (self._main, *self._others(f"{self._main}.d")):
            if wanted.search(read(path)):
                return path
        return None

    def up(self, name: str) -> None:
        programs.run(["ifup", *self._options(), name])

    def down(self, name: str) -> None:
        programs.run(["ifdown", *self._options(), name])

    def _options(self) -> list[str]:
        if not self.root:
            return []
        state = f"{self.root}/run/network"
        return ["--interfaces", self._main, "--state-dir", state, "--no-scripts"]


def _stanzas(protocol: Protocol) -> Iterator[tuple[str, list[str]]]:
    """The methods of a family, each with its options."""
    family = "inet6" if protocol.family == "ipv6" else "inet"
    if protocol.dhcp:
        yield f"{family} dhcp", []
    elif protocol.autoconf:
        yield f"{family} auto", []
    gateway = [] if protocol.gateway is None else [f"gateway {protocol.gateway}"]
    for place, address in enumerate(addresses(protocol)):
        yield f"{family} static", [f"address {address}", *(gateway if not place else ())]


def _making(document: HostInterface) -> Iterator[str]:
    """The commands that make a link, and take it away."""
    name, words = document.name, ""
    members: list[str] = []
    if document.bridge is not None:
        stp = int(document.bridge.stp == "on")
        delay = int(float(document.bridge.delay or 0) * 100)
        words = f"type bridge stp_state {stp} forward_delay {delay}"
        members = [each.name for each in document.bridge.members]
    elif document.bond is not None:
        words = f"type bond {_bonding(document.bond)}"
        members = [each.name for each in document.bond.members]
    elif document.vlan is not None:
        words = f"link {document.vlan.parent} type vlan id {document.vlan.tag_number}"
    if words:
        first, _, rest = words.partition(" type ")
        above = f"{first} " if rest else ""
        kind = rest or words.removeprefix("type ")
        there = f"ip link show dev {name} >/dev/null 2>&1"
        yield f"pre-up {there} || ip link add {above}name {name} type {kind}"
    for member in members:
        yield f"pre-up ip link set dev {member} down"
        yield f"pre-up ip link set dev {member} master {name}"
        yield f"pre-up ip link set dev {member} up"
    if document.mtu:
        yield f"pre-up ip link set dev {name} mtu {document.mtu}"
    if words:
        yield f"post-down ip link delete dev {name}"


def _bonding(bond: Bond) -> str:
    words = [f"mode {bond.mode}"] if bond.mode else []
    for word, value in (
        ("miimon", bond.mii_frequency),
        ("updelay", bond.mii_up_delay),
        ("downdelay", bond.mii_down_delay),
        ("arp_interval", bond.arp_interval),
        ("arp_ip_target", bond.arp_target),
        ("arp_validate", bond.arp_validate),
    ):
        if value is not None:
            words.append(f"{word} {value}")
    if bond.mii_carrier is not None:
        words.append(f"use_carrier {int(bond.mii_carrier == 'netif')}")
    return " ".join(words)


ifupdown = Ifupdown
