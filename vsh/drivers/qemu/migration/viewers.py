"""Who looks at a guest's screen goes along: SPICE clients are told where it will be."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from vsh.drivers.qemu.migration.cookie import Screen
from vsh.drivers.qemu.monitor import CommandRefused
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.migration.cookie import Cookie
    from vsh.xml.domain import Domain as Definition

_EVERYWHERE = frozenset(("", "0.0.0.0", "::"))  # noqa: S104 - these are no addresses to connect to


def screen(definition: Definition) -> Screen | None:
    """The display of a guest that its viewers may follow it to."""
    for graphics in definition.graphics[:1]:
        if graphics.type in ("vnc", "spice"):
            listen = next((each.address for each in graphics.listens if each.address), None)
            return Screen(
                str(graphics.type), listen or graphics.listen or "", int(graphics.port or 0),
                int(graphics.tls_port or 0),
            )  # fmt: skip
    return None


def tell(guest: Guest, heard: Cookie | None, uri: str | None) -> None:
    """Tell them.  Raises InvalidArgument; that QEMU cannot is no reason not to move."""
    found = None if heard is None else heard.screen
    host = "" if heard is None else heard.hostname
    if found is not None and found.listen not in _EVERYWHERE:
        host = found.listen
    if uri is not None:
        found, host = _asked(uri, found, host)
    if found is None or found.kind != "spice" or not (found.port or found.tls_port):
        return
    words: dict[str, object] = {"protocol": "spice", "hostname": host}
    if found.port:
        words["port"] = found.port
    if found.tls_port:
        words["tls-port"] = found.tls_port
    if found.subject:
        words["cert-subject"] = found.subject
    with Ignoring(CommandRefused):
        guest.ask("client_migrate_info", words)


def _asked(uri: str, found: Screen | None, host: str) -> tuple[Screen, str]:
    """What a URI says in place of the destination itself."""
    parts = urlsplit(uri)
    if parts.scheme not in ("vnc", "spice", "sdl", "rdp", "desktop", "egl-headless", "dbus"):
        raise InvalidArgument(f"unknown graphics type {parts.scheme}")
    made = Screen(parts.scheme, "", 0) if found is None else found
    made.kind = parts.scheme
    try:
        made.port = parts.port or made.port
    except ValueError:
        raise InvalidArgument(f"unable to parse URI: {uri}") from None
    for name, values in parse_qs(parts.query).items():
        if name.lower() == "tlsport":
            if not values[-1].isdigit():
                raise InvalidArgument(f"invalid tlsPort number: {values[-1]}")
            made.tls_port = int(values[-1])
        elif name.lower() == "tlssubject":
            made.subject = values[-1]
    return made, parts.hostname or host
