"""The NBD server inside a QEMU, from which a backup is pulled."""

from __future__ import annotations

import contextlib
import os

from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.xml.moment.backup import BackupServer

_NAME = "vsh-nbd"


def start(guest: Guest, server: BackupServer | None) -> None:
    """Start it.  Raises CommandRefused, SystemFailure."""
    assert server is not None
    files = None if guest.run is None else guest.run.files
    if server.transport != "unix":
        place = {"host": server.name, "port": str(server.port)}
        guest.ask("nbd-server-start", {"addr": {"type": "inet", "data": place}})
    elif files is None:
        where = {"type": "unix", "data": {"path": server.socket}}
        guest.ask("nbd-server-start", {"addr": where})
    else:  # a folder is not QEMU's: the socket is made for it
        from vsh.drivers.qemu import companions

        with companions.listen(str(server.socket), files.account) as listening:
            guest.ask("getfd", {"fdname": _NAME}, descriptors=[listening.fileno()])
        guest.ask("nbd-server-start", {"addr": {"type": "fd", "data": {"str": _NAME}}})


def stop(guest: Guest, server: BackupServer | None) -> None:
    """Stop it; it may be that it has been, or that QEMU has gone."""
    with contextlib.suppress(CommandRefused, MonitorClosed, MonitorSilent):
        guest.ask("nbd-server-stop")
    if server is not None and server.transport == "unix" and guest.run and guest.run.files:
        with contextlib.suppress(OSError):
            os.unlink(str(server.socket))
