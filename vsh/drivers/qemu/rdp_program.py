"""qemu-rdp: a guest's screen by RDP, a program beside its QEMU, which it reaches by D-Bus."""

from __future__ import annotations

import os
import shutil
import time

from vsh.drivers.host import bus
from vsh.drivers.qemu import companions
from vsh.errors import InternalError, OperationFailed, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.account import Account
    from vsh.drivers.host.process import Process
    from vsh.drivers.qemu.settings import Settings
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.graphics import Graphics

NAME = "rdp"
PROGRAM = "qemu-rdp"
PORTS = range(3389, 65536)
"""Those that displays without one of their own listen at."""
_AT = ("org.QemuDisplay.RDP", "/org/qemu_display/rdp", "org.QemuDisplay.RDP")
_STARTING = 10.0
"""Seconds within which it has to be on the bus."""


def is_there(settings: Settings) -> bool:
    """Whether it is installed."""
    return shutil.which(settings.qemu_rdp) is not None


def start(
    account: Account | None,
    log: str,
    folder: str,
    settings: Settings,
    live: Definition,
    graphics: Graphics,
) -> Process:
    """Run it for a display of a guest.

    account  whom the guest's QEMU runs as
    folder   the guest's own
    Raises SystemFailure, InternalError, OperationFailed.
    """
    program = shutil.which(settings.qemu_rdp)
    if program is None:
        raise SystemFailure(
            f"'{settings.qemu_rdp}' is not a suitable qemu-rdp helper name: "
            "No such file or directory"
        )
    _check(program)
    listen = graphics.listens[0]
    host = listen.address or ""
    host = f"[{host}]" if ":" in host else host
    place = settings.certificates("rdp")
    certificate, key = f"{place}/server-cert.pem", f"{place}/server-key.pem"
    for what, path in (("certificate", certificate), ("key", key)):
        if not os.path.exists(path):
            raise OperationFailed(f"Missing {what} file '{path}'")
    command = [
        program, f"--dbus-address={address_of(live)}", "serve", "--bind-address",
        f"{host}:{graphics.port or 0}", f"--cert={certificate}", f"--key={key}",
    ]  # fmt: skip
    before = companions.rights(account, "a display by RDP")
    return companions.start(command, log, folder, NAME, before=before)


def address_of(live: Definition) -> str:
    """The address of a guest's bus."""
    return next(str(each.address) for each in live.graphics if each.type == "dbus")


def _check(program: str) -> None:
    """Whether it says what it can, as all of its releases do.  Raises InternalError."""
    said = companions.capabilities(program)
    if said is None or not isinstance(said.get("features"), list):
        raise InternalError(f"unable to parse json capabilities '{program}'")


def set_credentials(address: str, user: str, password: str) -> None:
    """Say who may look at the display whose bus that is.  Raises InternalError."""
    try:
        found = bus.Bus(bus.path(address))
        try:
            until = time.monotonic() + _STARTING
            while True:
                try:
                    found.call("GetNameOwner", _AT[0])
                    break
                except OSError:
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.01)
            found.call("SetCredentials", user, password, "", at=_AT)
        finally:
            found.close()
    except OSError as error:
        raise InternalError(f"qemu-rdp cannot be told who may look: {error}") from None
