"""The NBD server inside a QEMU, from which a backup is pulled."""

from __future__ import annotations

import contextlib
import os

from vsh.drivers.qemu.live_host import LiveHost
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.errors import InvalidArgument
from vsh.hypervisors.qemu.argv.host import not_associated
from vsh.xml.shared.encryption import SecretReference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.moment.backup import BackupServer

_NAME = "vsh-nbd"
CREDENTIALS = "objlibvirt_backup_tls0"
"""QEMU's object of the certificates, by libvirt's name."""
_SECRET = f"{CREDENTIALS}-secret0"


def start(hypervisor: Hypervisor, guest: Guest, server: BackupServer | None) -> None:
    """Start it.  Raises CommandRefused, NoSecret, SystemFailure; nothing of it is there then."""
    assert server is not None
    try:
        if server.tls:
            _encrypt(hypervisor, guest)
        _start(guest, server, {"tls-creds": CREDENTIALS} if server.tls else {})
    except BaseException:
        stop(guest, server)
        raise


def _start(guest: Guest, server: BackupServer, more: dict[str, str]) -> None:
    files = None if guest.run is None else guest.run.files
    given = {"addr": {"type": "fd", "data": {"str": _NAME}}, **more}
    if server.transport == "fd":
        guest.ask("getfd", {"fdname": _NAME}, descriptors=[_descriptor(guest, server)])
        guest.ask("nbd-server-start", given)
    elif server.transport != "unix":
        place = {"host": server.name, "port": str(server.port)}
        guest.ask("nbd-server-start", {"addr": {"type": "inet", "data": place}, **more})
    elif files is None:
        where = {"type": "unix", "data": {"path": server.socket}}
        guest.ask("nbd-server-start", {"addr": where, **more})
    else:  # a folder is not QEMU's: the socket is made for it
        from vsh.drivers.qemu import companions

        with companions.listen(str(server.socket), files.account) as listening:
            guest.ask("getfd", {"fdname": _NAME}, descriptors=[listening.fileno()])
        guest.ask("nbd-server-start", given)


def _descriptor(guest: Guest, server: BackupServer) -> int:
    """The one that listens, of a group that a client gave to the guest."""
    group = guest.associated.get(str(server.group))
    if group is None:
        raise not_associated(str(server.group))
    if len(group.descriptors) != 1:
        raise InvalidArgument(
            f"file descriptor group '{server.group}' must contain only 1 file descriptor for NBD "
            "server"
        )
    return group.descriptors[0]


def _encrypt(hypervisor: Hypervisor, guest: Guest) -> None:
    """Have QEMU know the certificates.  Raises CommandRefused, NoSecret."""
    settings = hypervisor.settings
    _forget(guest)  # of an attempt that was cut off
    wanted: dict[str, object] = {
        "qom-type": "tls-creds-x509", "id": CREDENTIALS, "dir": settings.certificates("backup"),
        "endpoint": "server", "verify-peer": settings.verified("backup"),
    }  # fmt: skip
    uuid = settings.certificate_secret("backup")
    if uuid:
        with LiveHost.of(hypervisor, guest) as host:
            secret = host.secret(_SECRET, SecretReference(type="tls", uuid=uuid))
        guest.ask("object-add", {"qom-type": "secret", "id": _SECRET, **secret})
        wanted["passwordid"] = _SECRET
    guest.ask("object-add", wanted)


def _forget(guest: Guest) -> None:
    for name in (CREDENTIALS, _SECRET):
        with contextlib.suppress(CommandRefused, MonitorClosed, MonitorSilent):
            guest.ask("object-del", {"id": name})


def stop(guest: Guest, server: BackupServer | None) -> None:
    """Stop it; it may be that it has been, or that QEMU has gone."""
    with contextlib.suppress(CommandRefused, MonitorClosed, MonitorSilent):
        guest.ask("nbd-server-stop")
    if server is None:
        return
    if server.tls:
        _forget(guest)
    if server.transport == "unix" and guest.run and guest.run.files:
        with contextlib.suppress(OSError):
            os.unlink(str(server.socket))
