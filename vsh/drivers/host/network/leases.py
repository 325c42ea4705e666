"""The leases that a network's dnsmasq has given: see ``lease_script`` for where they are kept."""

from __future__ import annotations

import json
import time

from vsh.api.network import DhcpLease
from vsh.drivers.host.network import daemon
from vsh.errors import InternalError, InvalidMac, SystemFailure
from vsh.words.network import IPAddrType
from vsh.xml.engine.values import parse_mac
from vsh.xml.shared.socket_address import IPV4, IPV6, family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.network import Network as Definition


def read(root: str, definition: Definition, mac: str | None = None) -> list[DhcpLease]:
    """The leases that have not ended, of all or of one MAC address.

    Raises InvalidMac, InternalError where the file is damaged.
    """
    if mac is not None:
        try:
            mac = parse_mac(mac)
        except ValueError:
            raise InvalidMac(mac) from None
    path = f"{daemon.folder(root)}/{definition.bridge}.status"
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SystemFailure(f"Unable to read leases file: {path}: {error.strerror}") from None
    try:
        known = json.loads(text) if text else []
        if not isinstance(known, list):
            raise InternalError("Malformed lease_entries array")
        now = time.time()
        return [
            _lease(each, definition)
            for each in known
            if (mac is None or parse_mac(each["mac-address"]) == mac)
            and not 0 < each["expiry-time"] < now
        ]
    except (ValueError, KeyError, TypeError):
        raise InternalError(f"invalid json in file: {path}") from None


def _lease(kept: dict[str, object], definition: Definition) -> DhcpLease:
    address = str(kept["ip-address"])
    kind = family(address)
    lengths = [ip.length() for ip in definition.ips if family(ip.address or "") == kind]

    def told(name: str) -> str | None:
        value = kept.get(name)
        return None if value is None else str(value)

    return DhcpLease(
        str(definition.bridge),
        int(str(kept["expiry-time"])),
        {IPV4: IPAddrType.IPV4, IPV6: IPAddrType.IPV6}[kind],
        told("mac-address"),
        told("iaid"),
        address,
        lengths[0] if lengths else 0,
        told("hostname"),
        told("client-id"),
    )
