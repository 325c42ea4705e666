"""The sockets of a daemon, as its settings want them: UNIX, TCP and TLS, or systemd's."""

from __future__ import annotations

import grp
import os
import socket
from fnmatch import fnmatchcase

from vsh.daemon import activation
from vsh.daemon.authentication import polkit_obstacle
from vsh.daemon.config import WAYS, Configuration
from vsh.errors import ConfigUnsupported, ConfSyntax, RpcError, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ssl import SSLContext, SSLSocket

    from vsh.daemon.server import Server

MODULAR = (
    "virtqemud", "virtnetworkd", "virtstoraged", "virtsecretd", "virtinterfaced", "virtnodedevd",
    "virtnwfilterd",
)  # fmt: skip
"""How the sockets of libvirt's modular daemons are called."""
SHORT = {
    "commonName": "CN", "organizationName": "O", "organizationalUnitName": "OU",
    "countryName": "C", "localityName": "L", "stateOrProvinceName": "ST",
    "domainComponent": "DC", "userId": "UID", "emailAddress": "EMAIL",
}  # fmt: skip


def folder() -> str:
    """Where clients look for the sockets of a daemon: the system's, or the user's own."""
    from vsh.transports.unix import SYSTEM, runtime_directory

    return SYSTEM if os.geteuid() == 0 else runtime_directory()


def open_all(
    server: Server, wanted: Configuration, place: str, *, network: bool, both: bool
) -> None:
    """Listen wherever the settings say; ``network``: on TCP and TLS too; ``both``: read-only too.

    Raises RpcError, ConfSyntax, ConfigUnsupported and SystemFailure.
    """
    for way in (wanted.auth_unix_rw, wanted.auth_unix_ro):
        obstacle = polkit_obstacle() if way == "polkit" else None
        if obstacle is not None:
            raise ConfigUnsupported(f"polkit cannot be asked: {obstacle}")
    if "polkit" in (wanted.auth_tcp, wanted.auth_tls):
        raise ConfigUnsupported("polkit knows only clients of UNIX sockets")
    given = activation.given()
    if given and network:
        raise RpcError("--listen parameter not permitted with systemd activation sockets")
    for role, end in given:
        _take(server, wanted, role, end)
    if given:
        return
    group = _group(wanted.unix_sock_group)
    for name in ("libvirt", *(MODULAR if wanted.unix_sock_modular else ())):
        ways, mode = [WAYS[wanted.auth_unix_rw]], wanted.mode("unix_sock_rw_perms")
        server.listen_unix(f"{place}/{name}-sock", mode=mode, ways=ways, group=group)
        if both:
            mode, ways = wanted.mode("unix_sock_ro_perms"), [WAYS[wanted.auth_unix_ro]]
            path = f"{place}/{name}-sock-ro"
            server.listen_unix(path, mode=mode, readonly=True, ways=ways, group=group)
        mode = wanted.mode("unix_sock_admin_perms")
        server.listen_unix(f"{place}/{name}-admin-sock", mode=mode, for_admin=True)
    if network and wanted.listen_tcp:
        for end in bound(wanted.listen_addr, wanted.tcp_port):
            server.listen(end, ways=[WAYS[wanted.auth_tcp]])
    if network and wanted.listen_tls:
        secured = context(wanted)
        for end in bound(wanted.listen_addr, wanted.tls_port):
            server.listen(end, ways=[WAYS[wanted.auth_tls]], tls=secured)


def _take(server: Server, wanted: Configuration, role: str, end: socket.socket) -> None:
    """A socket that systemd listens at."""
    if role == "admin":
        server.listen(end, for_admin=True)
        return
    way = {"rw": wanted.auth_unix_rw, "ro": wanted.auth_unix_ro}.get(role)
    way = way or (wanted.auth_tls if role == "tls" else wanted.auth_tcp)
    secured = context(wanted) if role == "tls" else None
    server.listen(end, readonly=role == "ro", ways=[WAYS[way]], tls=secured)


def _group(name: str | None) -> int | None:
    if name is None:
        return None
    try:
        return int(name) if name.isdigit() else grp.getgrnam(name).gr_gid
    except KeyError:
        raise ConfSyntax(f"Failed to find group record for name '{name}'") from None


def bound(host: str | None, port: str) -> list[socket.socket]:
    """Sockets at all addresses of a host; None: of this machine.  Raises SystemFailure."""
    try:
        found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, 0, socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise SystemFailure(
            f"Unable to resolve address '{host or ''}' service '{port}': {error.args[-1]}"
        ) from None
    ends: list[socket.socket] = []
    for family, kind, protocol, _, place in found:
        try:
            end = socket.socket(family, kind | socket.SOCK_CLOEXEC, protocol)
        except OSError:  # a machine without IPv6
            continue
        ends.append(end)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            end.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            end.bind(place)
        except OSError as error:
            for each in ends:
                each.close()
            raise SystemFailure(f"Unable to bind to port: {error.strerror}") from None
    return ends


def context(wanted: Configuration) -> SSLContext:
    """What TLS needs.  Raises SystemFailure that names the file."""
    import ssl

    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.num_tickets = 0  # libvirt's client gives up where tickets come before our consent
    for path, what in (
        (wanted.ca_file, "CA certificate"), (wanted.cert_file, "server certificate"),
        (wanted.key_file, "server key"), (wanted.crl_file, "CRL"),
    ):  # fmt: skip
        if path is not None and not os.access(path, os.R_OK):
            raise SystemFailure(f"Cannot read {what} '{path}': {_why(path)}")
    if not wanted.tls_no_verify_certificate:
        made.verify_mode = ssl.CERT_REQUIRED
    from vsh.transports.tls import prioritise

    prioritise(made, wanted.tls_priority)
    try:
        made.load_verify_locations(wanted.ca_file)
        made.load_cert_chain(wanted.cert_file, wanted.key_file, password="")
        if wanted.crl_file is not None:
            made.load_verify_locations(wanted.crl_file)
            made.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror
        raise SystemFailure(f"Unable to set x509 certificate and key: {reason}") from None
    return made


def _why(path: str) -> str:
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError as error:
        return error.strerror or str(error)
    return "unknown"


def distinguished_name(secured: SSLSocket) -> str | None:
    """Whom the client's certificate is for, in the certificate's order: "O=vsh,CN=client1"."""
    shown = secured.getpeercert() or {}
    subject = shown.get("subject", ())
    words = []
    for relative in subject if isinstance(subject, tuple) else ():
        for pair in relative:
            name, value = str(pair[0]), str(pair[1])
            text = "".join("\\" + c if c in ',+"\\<>;' else c for c in value)
            words.append(f"{SHORT.get(name, name)}={text}")
    return ",".join(words) or None


def believed(name: str | None, allowed: list[str] | None) -> bool:
    """Whether a client with that name may come."""
    if allowed is None:
        return True
    return name is not None and any(fnmatchcase(name, pattern) for pattern in allowed)
