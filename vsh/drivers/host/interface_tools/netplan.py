"""netplan(5), Ubuntu's: a document for each interface in /etc/netplan.

It is YAML, of which JSON is a part.
"""

from __future__ import annotations

import json
import os
import re

from vsh.drivers.host import programs
from vsh.drivers.host.interface_tools import MARK, Tool, addresses, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.host.interface import Bond, HostInterface

    Value = str | int | bool | list[str] | list[dict[str, str]] | dict[str, "Value"]

_FAMILIES = {"ipv4": "4", "ipv6": "6"}


class Netplan(Tool):
    """netplan."""

    name = "netplan"

    @property
    def _folder(self) -> str:
        return f"{self.root}/etc/netplan"

    def is_here(self) -> bool:
        return os.path.isdir(self._folder) and programs.find("netplan") is not None

    def files(self, document: HostInterface) -> dict[str, str]:
        found: dict[str, Value] = {}
        members: list[str] = []
        kind = "ethernets"
        if document.bridge is not None:
            kind = "bridges"
            members = [each.name for each in document.bridge.members]
            found["interfaces"] = members
            parameters: dict[str, Value] = {"stp": document.bridge.stp == "on"}
            if document.bridge.delay:
                parameters["forward-delay"] = int(float(document.bridge.delay))
            found["parameters"] = parameters
        elif document.bond is not None:
            kind = "bonds"
            members = [each.name for each in document.bond.members]
            found["interfaces"] = members
            found["parameters"] = _bonding(document.bond)
        elif document.vlan is not None:
            kind = "vlans"
            members = [document.vlan.parent or ""]
            found |= {"id": int(document.vlan.tag_number or 0), "link": members[0]}
        found |= _addressed(document)
        if document.mtu:
            found["mtu"] = document.mtu
        network: dict[str, Value] = {"version": 2, kind: {document.name: found}}
        if members and kind != "ethernets":
            network["ethernets"] = {name: {} for name in members}
        text = json.dumps({"network": network}, indent=2)
        return {f"{self._folder}/90-{MARK}{document.name}.yaml": f"{text}\n"}

    def foreign(self, name: str) -> str | None:
        wanted = re.compile(rf"^\s*[\"']?{re.escape(name)}[\"']?\s*:", re.MULTILINE)
        for path in self._others(self._folder):
            if wanted.search(read(path)):
                return path
        return None

    def read_again(self) -> None:
        programs.run(["netplan", "generate", *(["--root-dir", self.root] if self.root else [])])

    def up(self, name: str) -> None:
        programs.run(["netplan", "apply"])


def _addressed(document: HostInterface) -> dict[str, Value]:
    """How an interface comes by its addresses."""
    found: dict[str, Value] = {}
    fixed: list[str] = []
    routes: list[dict[str, str]] = []
    for protocol in document.protocols:
        if protocol.dhcp:
            found[f"dhcp{_FAMILIES[protocol.family]}"] = True
        if protocol.family == "ipv6":
            found["accept-ra"] = bool(protocol.autoconf)
        fixed += addresses(protocol)
        if protocol.gateway is not None:
            routes.append({"to": "default", "via": protocol.gateway})
    if fixed:
        found["addresses"] = fixed
    if routes:
        found["routes"] = routes
    if document.start in (None, "none"):
        found["activation-mode"] = "manual"
    return found


def _bonding(bond: Bond) -> dict[str, Value]:
    wanted: dict[str, Value | None] = {
        "mode": bond.mode,
        "mii-monitor-interval": bond.mii_frequency,
        "up-delay": bond.mii_up_delay,
        "down-delay": bond.mii_down_delay,
        "arp-interval": bond.arp_interval,
        "arp-validate": bond.arp_validate,
        "arp-ip-targets": None if bond.arp_target is None else [bond.arp_target],
    }
    return {word: value for word, value in wanted.items() if value is not None}


netplan = Netplan
