"""qemu-pr-helper: SCSI reservations of a guest's disks, by a program beside its QEMU, which needs
no rights for them then (qemu-pr-helper(8))."""

from __future__ import annotations

import os
import time
from errno import EACCES, ENOENT

from vsh.drivers.host import programs
from vsh.drivers.qemu import companions
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import InternalError, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.account import Account
    from vsh.drivers.host.process import Process
    from vsh.xml.domain.devices.disk import Disk

NAME = "pr-helper0"
_STARTING = 10.0
"""Seconds that it has to listen."""


def wanted(disk: Disk) -> bool:
    """Whether a disk's reservations need one that we start."""
    source = disk.source
    found = None if source is None else source.reservations
    return found is not None and bool(found.managed)


def start(account: Account | None, log: str, folder: str, own: str = "") -> Process:
    """Run it for a guest.

    account  whom the guest's QEMU runs as
    folder   the guest's own
    own      the program that the settings name

    Raises InternalError, OperationUnsupported, SystemFailure.
    """
    if own and not os.access(own, os.X_OK):
        reason = os.strerror(EACCES if os.path.exists(own) else ENOENT)
        raise SystemFailure(f"'{own}' is not a suitable pr helper: {reason}")
    program = own or programs.needed("qemu-pr-helper", "<reservations managed='yes'/>")
    path = f"{folder}/{NAME}.sock"
    with Ignoring(FileNotFoundError):
        os.unlink(path)
    process = companions.start([program, "-k", path], log, folder, NAME)
    until = time.monotonic() + _STARTING
    while not os.path.exists(path):
        if not process.alive:
            raise InternalError(f"Could not start 'qemu-pr-helper': {companions.last_line(log)}")
        if time.monotonic() > until:
            process.kill()
            raise InternalError("pr helper socket did not show up")
        time.sleep(0.002)
    if account is not None:
        os.chown(path, account.uid, account.gid)
    return process
