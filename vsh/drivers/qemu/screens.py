"""Clients of a guest's screens that come as an open socket."""

from __future__ import annotations

import os
import socket

from vsh.drivers.qemu.monitor import CommandRefused
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import ConfigUnsupported, InternalError, OperationUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest

_PROTOCOLS = {"vnc": "vnc", "spice": "spice", "dbus": "@dbus-display"}
_NAME = "graphicsfd"


def protocol(guest: Guest, number: int) -> str:
    """What QEMU calls the protocol of a screen.  Raises InternalError, ConfigUnsupported."""
    screens = guest.definition.graphics
    if number >= len(screens):
        raise InternalError(f"No graphics backend with index {number}")
    found = _PROTOCOLS.get(str(screens[number].type))
    if found is None:
        raise ConfigUnsupported(
            f"Can only open VNC, SPICE or D-Bus p2p graphics backends, not {screens[number].type}"
        )
    return found


def connect(guest: Guest, number: int, descriptor: int, *, trusted: bool) -> None:
    """Make a socket the connection of a client to a screen.

    trusted  the client need not authenticate

    Raises InternalError, ConfigUnsupported.
    """
    spoken = protocol(guest, number)
    guest.ask("getfd", {"fdname": _NAME}, descriptors=[descriptor])
    try:
        guest.ask("add_client", {"protocol": spoken, "fdname": _NAME, "skipauth": trusted})
    except CommandRefused:
        with Ignoring(CommandRefused):
            guest.ask("closefd", {"fdname": _NAME})
        raise


def connected(guest: Guest, number: int, *, trusted: bool) -> int:
    """A new socket that is connected to a screen: its descriptor is the caller's.  Raises so."""
    protocol(guest, number)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connect(guest, number, theirs.fileno(), trusted=trusted)
        return os.dup(ours.fileno())


def has_vnc(guest: Guest) -> bool:
    return any(display.type == "vnc" for display in guest.definition.graphics)


def reload(guest: Guest) -> None:
    """Have the screens that speak VNC read their TLS certificates again.

    Raises OperationUnsupported where QEMU cannot, InternalError where a screen has none.
    """
    try:
        guest.ask("display-reload", {"type": "vnc", "tls-certs": True})
    except CommandRefused as error:
        if error.kind != "CommandNotFound":
            raise
        raise OperationUnsupported("display-reload is not supported by this QEMU binary") from None
