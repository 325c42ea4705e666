"""dbus-daemon: the bus of a guest's display, a program beside its QEMU (dbus-daemon(1))."""

from __future__ import annotations

import os
import shutil
import time

from vsh.drivers.qemu import companions
from vsh.errors import OperationTimeout, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.account import Account
    from vsh.drivers.host.process import Process

NAME = "dbus"
PROGRAM = "dbus-daemon"
_STARTING = 10.0
"""Seconds within which its socket has to be there."""
_CONFIGURATION = """\
<busconfig>
  <type>org.libvirt.qemu</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context='default'>
    <allow send_destination='*' eavesdrop='true'/>
    <allow eavesdrop='true'/>
    <allow own='*'/>
  </policy>
</busconfig>
"""


def start(account: Account | None, log: str, folder: str, own: str) -> tuple[str, Process]:
    """Run it for a guest; gives the bus's address and it.

    account  whom the guest's QEMU runs as
    folder   the guest's own
    own      the program that the settings name

    Raises SystemFailure, InternalError, OperationTimeout.
    """
    program = own or shutil.which(PROGRAM) or f"/usr/bin/{PROGRAM}"
    try:
        os.stat(program)
    except OSError as error:
        raise SystemFailure(
            f"'{program}' is not a suitable dbus-daemon: {error.strerror}"
        ) from None
    path = f"{folder}/{NAME}.sock"
    settings = f"{folder}/{NAME}.conf"
    with open(settings, "w", encoding="utf-8", opener=_private) as file:
        file.write(_CONFIGURATION.format(path=path))
    if account is not None:
        os.chown(settings, account.uid, account.gid)
    before = companions.rights(account, "a display on D-Bus")
    command = [program, "--nofork", f"--config-file={settings}"]
    process = companions.start(command, log, folder, NAME, before=before)
    until = time.monotonic() + _STARTING
    while not os.path.exists(path):
        if not process.alive or time.monotonic() > until:
            process.kill()
            raise OperationTimeout(f"DBus daemon {program} didn't show up")
        time.sleep(0.002)
    return f"unix:path={path}", process


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
