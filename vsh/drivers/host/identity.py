"""What identifies this machine: what its firmware says, its system, or what the daemon is told."""

from __future__ import annotations

import socket
import uuid

from vsh.drivers.host import sysfs
from vsh.errors import InternalError

MACHINE_ID = "/etc/machine-id"
_told: str | None = None


def tell(number: str | None) -> None:
    """From now on it is this UUID, whatever the firmware says; None: what the firmware says.

    Raises InternalError, in libvirt's words, for what is none.
    """
    global _told
    if number is None:
        _told = None
        return
    try:
        found = uuid.UUID(number.strip())
    except ValueError:
        found = None
    if found is None or len(set(found.hex)) == 1:
        raise InternalError(f"invalid host UUID: {number.strip()}")
    _told = str(found)


def host_uuid() -> str:
    """The machine's UUID."""
    if _told is not None:
        return _told
    try:
        found = sysfs.word("/sys/class/dmi/id/product_uuid")
        return str(uuid.UUID(found or ""))
    except (InternalError, ValueError):  # not for everybody to read, or none
        machine = sysfs.word(MACHINE_ID) or ""
    try:
        return str(uuid.UUID(machine))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, socket.gethostname()))


def machine_id() -> str:
    """What the operating system was given when it was installed.  Raises InternalError."""
    found = sysfs.word(MACHINE_ID)
    if found is None:
        raise InternalError(f"Can't read {MACHINE_ID}")
    return found
