"""Viewers that come to a guest's displays and leave them, as QEMU tells of them."""

from __future__ import annotations

from vsh.drivers.qemu.telling import tell
from vsh.words.event import DomainEventGraphicsAddressType as Family
from vsh.words.event import DomainEventGraphicsPhase as Phase
from vsh.words.event_id import DomainEventID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.event import Address
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.qmp.value import Struct, Value

_FAMILIES = {"ipv4": Family.IPV4, "ipv6": Family.IPV6, "unix": Family.UNIX}
_IDENTITIES = (("x509dname", "x509_dname"), ("saslUsername", "sasl_username"))
_NEEDED = ("family", "host", "service")


def _address(end: Struct) -> Address:
    from vsh.api.event import Address

    family, host, service = (str(end[name]) for name in _NEEDED)
    return Address(int(_FAMILIES.get(family, Family.IPV4)), host, service)


def _ends(data: Struct) -> list[Struct]:
    """The server and the client; nothing where QEMU does not say who they are."""
    ends = [data.get("server"), data.get("client")]
    return [end for end in ends if isinstance(end, dict) and all(n in end for n in _NEEDED)]


def _act(phase: Phase) -> Callable[[Hypervisor, Guest, Struct], None]:
    def act(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
        ends = _ends(data)
        if len(ends) < 2 or not hypervisor.bus:
            return
        from vsh.api.event import Identity

        server, client = ends
        scheme: Value = server.get("auth")
        known = [
            Identity(name, str(client[word])) for name, word in _IDENTITIES if client.get(word)
        ]
        tell(
            hypervisor, guest, DomainEventID.GRAPHICS, int(phase), _address(server),
            _address(client), scheme if isinstance(scheme, str) else "", known,
        )  # fmt: skip

    return act


_PHASES = {
    "CONNECTED": Phase.CONNECT, "INITIALIZED": Phase.INITIALIZE, "DISCONNECTED": Phase.DISCONNECT,
}  # fmt: skip
ACTS = {
    f"{kind}_{word}": _act(phase) for kind in ("VNC", "SPICE") for word, phase in _PHASES.items()
}
"""What QEMU's events are for, by their names."""
