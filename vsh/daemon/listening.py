"""The sockets of a daemon, as its settings want them: UNIX, TCP and TLS, or systemd's."""

from __future__ import annotations

import contextlib
import grp
import os
import socket

from vsh.daemon import activation
from vsh.daemon.authentication import polkit_obstacle
from vsh.daemon.config import Configuration
from vsh.errors import ConfigUnsupported, InvalidArgument, RpcError, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from ssl import SSLContext

    from vsh.daemon.server import Server

MODULAR = (
    "virtqemud", "virtnetworkd", "virtstoraged", "virtsecretd", "virtinterfaced", "virtnodedevd",
    "virtnwfilterd",
)  # fmt: skip
"""How the sockets of libvirt's modular daemons are called."""
ENDINGS = {"rw": "-sock", "ro": "-sock-ro", "admin": "-admin-sock"}
"""What a socket's name ends with, by what it is for."""


def folder() -> str:
    """Where clients look for the sockets of a daemon: the system's, or the user's own."""
    from vsh.transports.unix import SYSTEM, runtime_directory

    return SYSTEM if os.geteuid() == 0 else runtime_directory()


def check(wanted: Configuration) -> None:
    """Whether clients can be asked who they are as the settings say.  Raises ConfigUnsupported."""
    for way in (wanted.auth_unix_rw, wanted.auth_unix_ro):
        obstacle = polkit_obstacle() if way == "polkit" else None
        if obstacle is not None:
            raise ConfigUnsupported(f"polkit cannot be asked: {obstacle}")


def open_all(
    server: Server, wanted: Configuration, place: str, *, network: bool, both: bool
) -> None:
    """Listen wherever the settings say; ``network``: on TCP and TLS too; ``both``: read-only too.

    Raises RpcError, ConfSyntax, InvalidArgument, ConfigUnsupported and SystemFailure.
    """
    check(wanted)
    given = activation.given()
    if given and network:
        raise RpcError("--listen parameter not permitted with systemd activation sockets")
    for role, end in given:
        server.doors.listen(end, role, tls=_secured(wanted, role))
    if given:
        return
    if network and wanted.listen_tcp:
        _secured(wanted, "tcp")
        for end in bound(wanted.listen_addr, wanted.tcp_port):
            server.doors.listen(end, "tcp")
    if network and wanted.listen_tls:
        secured = _secured(wanted, "tls")
        for end in bound(wanted.listen_addr, wanted.tls_port):
            server.doors.listen(end, "tls", tls=secured)
    group = _group(wanted.unix_sock_group)
    for name in ("libvirt", *(MODULAR if wanted.unix_sock_modular else ())):
        for role, ending in ENDINGS.items():
            if role != "ro" or both:
                mode = wanted.mode(f"unix_sock_{role}_perms")
                own = group if role != "admin" else None
                server.doors.listen_unix(f"{place}/{name}{ending}", role, mode=mode, group=own)


def _secured(wanted: Configuration, role: str) -> SSLContext | None:
    """What the TLS of a socket needs, where it has any.  Raises ConfigUnsupported, SystemFailure
    where its clients cannot be asked who they are."""
    if {"tcp": wanted.auth_tcp, "tls": wanted.auth_tls}.get(role) == "polkit":
        raise ConfigUnsupported("polkit knows only clients of UNIX sockets")
    if role != "tls":
        return None
    from vsh.daemon.certificates import context

    return context(wanted)


def renew(server: Server, wanted: Configuration) -> Callable[[], None]:
    """What makes the sockets as settings want them that were read anew: who may open them, how
    many may wait, which certificates.

    Raises ConfSyntax, InvalidArgument and SystemFailure before anything is changed.
    """
    group = _group(wanted.unix_sock_group)
    modes = {role: wanted.mode(f"unix_sock_{role}_perms") for role in ENDINGS}
    secured = [_secured(wanted, each.role) for each in server.doors.listeners]

    def change() -> None:
        for listener, tls in zip(server.doors.listeners, secured, strict=True):
            listener.tls = tls
            listener.socket.listen(listener.service.limits.max_queued_clients)
            if listener.path is not None:
                with contextlib.suppress(OSError):  # somebody has taken the file away
                    os.chmod(listener.path, modes[listener.role])
                    if listener.role != "admin":
                        os.chown(listener.path, -1, os.getegid() if group is None else group)

    return change


def _group(name: str | None) -> int | None:
    """The number of a group, by its name or, above all after a "+", by that number itself."""
    if name is None:
        return None
    digits = name.removeprefix("+")
    if digits == name:
        with contextlib.suppress(KeyError):
            return grp.getgrnam(name).gr_gid
    if not (digits.isascii() and digits.isdigit() and int(digits) < 1 << 32):
        raise InvalidArgument(f"Failed to parse group '{digits}'")
    return int(digits)


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
