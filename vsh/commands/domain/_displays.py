"""The graphics displays of a guest, and the URIs that viewers take for them."""

from __future__ import annotations

from vsh.commands.domain._devices_xml import number_at, text_at
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.api.domain import Domain

SCHEMES = ("vnc", "spice", "rdp", "dbus")
VNC_BASE = 5900


def check_running(domain: Domain) -> None:
    """Refuse a domain that is shut off: it has no displays.  Raises CommandError."""
    if not domain.is_active():
        raise CommandError("Domain is not running")


class Display:
    """A display: its scheme, the URI for a viewer, and what stands in that."""

    __slots__ = ("scheme", "uri")

    def __init__(self, scheme: str, uri: str) -> None:
        self.scheme = scheme
        self.uri = uri


def display(root: _Element, scheme: str, server: str | None) -> Display | None:
    """The guest's display with that scheme; None if there is none that can be reached.

    server  the host that is connected to: what stands for "any address".  Raises CommandError.
    """
    graphics = f"/domain/devices/graphics[@type='{scheme}']"
    if scheme == "dbus":
        return _dbus(text_at(root, f"{graphics}/@address"))
    port = number_at(root, f"{graphics}/@port") or 0
    tls_port = number_at(root, f"{graphics}/@tlsPort") or 0
    socket = None
    if text_at(root, f"{graphics}/listen/@type") == "socket":
        socket = text_at(root, f"{graphics}/listen/@socket")
    if not port and not tls_port and not socket:
        return None
    password = text_at(root, f"{graphics}/@passwd")
    uri = f"{scheme}+unix://" if socket else f"{scheme}://"
    if scheme == "vnc" and password:
        uri += f":{password}@"
    uri += socket or _host(root, graphics, server)
    if port:
        uri += f":{port - VNC_BASE if scheme == 'vnc' else port}"
    query = [f"tls-port={tls_port}"] if tls_port else []
    if scheme == "spice" and password:
        query.append(f"password={password}")
    return Display(scheme, uri + ("?" + "&".join(query) if query else ""))


def _dbus(address: str | None) -> Display | None:
    if address is None:
        return None
    path = address.removeprefix("unix:path=")
    if path == address:
        raise CommandError(f"'{address}' D-Bus address is not handled")
    return Display("dbus", f"dbus+unix://{path}")


def _host(root: _Element, graphics: str, server: str | None) -> str:
    listen = text_at(root, f"{graphics}/@listen")
    if listen is None:
        listen = text_at(root, f"{graphics}/listen/@address")
    elif _is_any(listen):
        listen = server
    if not listen:
        return "localhost"
    return f"[{listen}]" if ":" in listen else listen


def _is_any(address: str) -> bool:
    """Whether a server that listens there can be reached at all addresses of its host."""
    from ipaddress import ip_address

    try:
        return ip_address(address).is_unspecified
    except ValueError:
        return False
