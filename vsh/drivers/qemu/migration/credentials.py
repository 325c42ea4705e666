"""The certificates with which the two QEMUs of a migration know each other (``--tls``)."""

from __future__ import annotations

import contextlib
import os

from vsh.drivers.qemu.live_host import LiveHost
from vsh.drivers.qemu.monitor import CommandRefused
from vsh.errors import OperationInvalid
from vsh.xml.shared.encryption import SecretReference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.settings import Settings
    from vsh.qmp.value import Ask

OBJECT = "objlibvirt_migrate_tls0"
"""QEMU's object of them, by libvirt's name."""
_SECRET = f"{OBJECT}-secret0"
OWN = "pki"
"""The folder of a root that has them: ca-cert.pem, and server- and client- -cert.pem, -key.pem."""
SYSTEM = "/etc/pki/libvirt-migrate"
"""Where they are for all of a host, as libvirt's."""


def folder(root: str, settings: Settings) -> str:
    """Where they are.  Raises OperationInvalid where nobody has put any."""
    asked = settings.migrate_tls_x509_cert_dir
    places = (asked,) if asked else (f"{root}/{OWN}", SYSTEM, settings.default_tls_x509_cert_dir)
    for place in places:
        if os.path.exists(f"{place}/ca-cert.pem"):
            return place
    raise OperationInvalid(
        "host migration TLS directory not configured: there is no ca-cert.pem in any of "
        + ", ".join(places)
    )


def use(
    ask: Ask, hypervisor: Hypervisor, guest: Guest, *, source: bool, hostname: str = ""
) -> None:
    """Have a QEMU move its guest by TLS only.

    hostname  what the other one's certificate has to say, where QEMU does not know it by itself

    Raises Error.
    """
    settings = hypervisor.settings
    place = folder(hypervisor.root.path, settings)
    for name in (OBJECT, _SECRET):  # of an attempt that was cut off
        with contextlib.suppress(CommandRefused):
            ask("object-del", {"id": name})
    wanted: dict[str, object] = {
        "qom-type": "tls-creds-x509", "id": OBJECT, "dir": place,
        "endpoint": "client" if source else "server", "verify-peer": settings.verified("migrate"),
    }  # fmt: skip
    uuid = settings.certificate_secret("migrate")
    if uuid:
        with LiveHost.of(hypervisor, guest) as host:
            secret = host.secret(_SECRET, SecretReference(type="tls", uuid=uuid))
        ask("object-add", {"qom-type": "secret", "id": _SECRET, **secret})
        wanted["passwordid"] = _SECRET
    ask("object-add", wanted)
    ask("migrate-set-parameters", {"tls-creds": OBJECT, "tls-hostname": hostname})


def forget(ask: Ask) -> None:
    """Take back what ``use`` has done.  Raises Error."""
    ask("migrate-set-parameters", {"tls-creds": "", "tls-hostname": ""})
    ask("object-del", {"id": OBJECT})
    with contextlib.suppress(CommandRefused):  # there is one only where the key is encrypted
        ask("object-del", {"id": _SECRET})
