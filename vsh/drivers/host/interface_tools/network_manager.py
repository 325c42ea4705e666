"""NetworkManager: a keyfile (nm-settings-keyfile(5)) for each interface and each of its parts."""

from __future__ import annotations

import os
import re

from vsh.drivers.host import programs
from vsh.drivers.host.interface_tools import MARK, Tool, addresses, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.host.interface import Bond, HostInterface, Protocol

    Sections = dict[str, dict[str, str]]

_SPACE = "6ba7b811-9dad-11d1-80b4-00c04fd430c8"  # RFC 4122's for names of the web


class NetworkManager(Tool):
    """nmcli."""

    name = "NetworkManager"

    @property
    def _folder(self) -> str:
        return f"{self.root}/etc/NetworkManager/system-connections"

    def is_here(self) -> bool:
        running = os.path.isdir(f"{self.root}/run/NetworkManager")
        return running and programs.find("nmcli") is not None

    def files(self, document: HostInterface) -> dict[str, str]:
        kind = document.type
        found = _connection(document.name, kind)
        found["connection"]["autoconnect"] = str(document.start == "onboot").lower()
        parts: list[str] = []
        if document.bridge is not None:
            found["bridge"] = {"stp": str(document.bridge.stp == "on").lower()}
            if document.bridge.delay:
                found["bridge"]["forward-delay"] = str(int(float(document.bridge.delay)))
            parts = [each.name for each in document.bridge.members]
        elif document.bond is not None:
            found["bond"] = _bonding(document.bond)
            parts = [each.name for each in document.bond.members]
        elif document.vlan is not None:
            found["vlan"] = {
                "id": str(document.vlan.tag_number), "parent": str(document.vlan.parent),
            }  # fmt: skip
        if document.mtu:
            found.setdefault("ethernet", {})["mtu"] = str(document.mtu)
        if parts:
            found["connection"]["autoconnect-slaves"] = "1"
        known = {protocol.family: protocol for protocol in document.protocols}
        found["ipv4"] = _addressed(known.get("ipv4"), "disabled")
        found["ipv6"] = _addressed(known.get("ipv6"), "ignore")
        texts = {self._path(document.name): _text(found)}
        for part in parts:
            name = f"{document.name}-{part}"
            member = _connection(part, "ethernet", name)
            member["connection"] |= {"master": document.name, "slave-type": kind}
            texts[self._path(name)] = _text(member)
        return texts

    def _path(self, name: str) -> str:
        return f"{self._folder}/{MARK}{name}.nmconnection"

    def foreign(self, name: str) -> str | None:
        wanted = re.compile(rf"^interface-name={re.escape(name)}\s*$", re.MULTILINE)
        for path in self._others(self._folder):
            if wanted.search(read(path)):
                return path
        return None

    def read_again(self) -> None:
        programs.run(["nmcli", "connection", "reload"])

    def up(self, name: str) -> None:
        programs.run(["nmcli", "connection", "up", "id", f"{MARK}{name}"])

    def down(self, name: str) -> None:
        programs.run(["nmcli", "connection", "down", "id", f"{MARK}{name}"])


def _connection(link: str, kind: str, name: str | None = None) -> Sections:
    """What every connection begins with."""
    from uuid import UUID, uuid5

    called = f"{MARK}{name or link}"
    return {
        "connection": {
            "id": called,
            "uuid": str(uuid5(UUID(_SPACE), f"vsh/interface/{called}")),
            "type": kind,
            "interface-name": link,
        }
    }


def _addressed(protocol: Protocol | None, none: str) -> dict[str, str]:
    """How an interface comes by its addresses of one kind; ``none`` is the word for not at all."""
    if protocol is None:
        return {"method": none}
    fixed = addresses(protocol)
    found = {"method": "manual" if fixed else none}
    if protocol.dhcp or protocol.autoconf:
        stateful = protocol.family == "ipv6" and protocol.dhcp and not protocol.autoconf
        found["method"] = "dhcp" if stateful else "auto"
    for place, address in enumerate(fixed, 1):
        gateway = f",{protocol.gateway}" if protocol.gateway and place == 1 else ""
        found[f"address{place}"] = f"{address}{gateway}"
    return found


def _bonding(bond: Bond) -> dict[str, str]:
    found = {} if bond.mode is None else {"mode": str(bond.mode)}
    for word, value in (
        ("miimon", bond.mii_frequency),
        ("updelay", bond.mii_up_delay),
        ("downdelay", bond.mii_down_delay),
        ("arp_interval", bond.arp_interval),
        ("arp_ip_target", bond.arp_target),
        ("arp_validate", bond.arp_validate),
    ):
        if value is not None:
            found[word] = str(value)
    return found


def _text(sections: Sections) -> str:
    blocks = (
        "\n".join([f"[{name}]", *(f"{key}={value}" for key, value in values.items()), ""])
        for name, values in sections.items()
    )
    return "\n".join(blocks)


network_manager = NetworkManager
