"""passt: a guest's network without any rights, a program beside its QEMU (passt(1)).

It goes into the background by itself, and ends when the QEMU that it served lets go of its socket.
"""

from __future__ import annotations

from vsh.drivers.host import programs
from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vsh.xml.domain.devices._network import PortForward
    from vsh.xml.domain.devices.interface import Interface

_SOCKET = "-passt.socket"


def command(card: Interface, place: str) -> list[str]:
    """How it is called for a card, with the words and order that libvirt calls it with.

    place  its socket, without the ending
    """
    found = ["--vhost-user"] if card.type == "vhostuser" else []
    found += ["--one-off", "--socket", f"{place}{_SOCKET}", "--mac-addr", str(card.mac)]
    if card.mtu:
        found += ["--mtu", str(card.mtu)]
    if card.source is not None and card.source.dev:
        found += ["--interface", card.source.dev]
    if card.backend_log:
        found += ["--log-file", card.backend_log]
    for option, name in (("--hostname", card.backend_hostname), ("--fqdn", card.backend_fqdn)):
        found += [option, name] if name else []
    for ip in card.ips:
        found += ["--address", str(ip.address)]
        if ip.prefix and ip.family != "ipv6":
            found += ["--netmask", str(ip.prefix)]
    for route in card.routes:
        found += ["--gateway", str(route.gateway)]
    for forward in card.port_forwards:
        found += [f"--{forward.proto}-ports", "".join(_ports(forward))]
    return found


def _ports(forward: PortForward) -> Iterator[str]:
    """Which ports lead to the guest, and from which address: ``ADDRESS%DEVICE/FROM-TO:AS-AS``."""
    if forward.address:
        yield forward.address
        if forward.dev:
            yield f"%{forward.dev}"
        yield "/"
    if not forward.ranges:
        yield "all"
    for place, each in enumerate(forward.ranges):
        yield "," if place else ""
        yield "~" if each.exclude else ""
        yield str(each.start)
        yield f"-{each.end}" if each.end else ""
        if each.to:
            yield f":{each.to}"
            if each.end:
                yield f"-{int(each.end) + int(each.to) - int(each.start or 0)}"


def start(
    card: Interface,
    place: str,
    *,
    before: Sequence[str] = (),
    more: Mapping[str, str] | None = None,
) -> str:
    """Run it for a card; gives its socket.

    before  the words before its command: of root's rights it needs none
    more    of its environment

    Raises OperationUnsupported where it is not installed, InternalError where it does not start.
    """
    program = programs.needed("passt", "<backend type='passt'/>")
    try:
        programs.run([*before, program, *command(card, place)], environment=more)
    except InternalError as error:
        said = error.message.rpartition("unexpected exit status ")[2].partition(": ")[2]
        raise InternalError(f"Could not start 'passt': {said or error.message}") from None
    return f"{place}{_SOCKET}"
