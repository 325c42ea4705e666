"""The certificates with which the two QEMUs of a migration know each other (``--tls``)."""

from __future__ import annotations

import contextlib
import os

from vsh.drivers.qemu.monitor import CommandRefused
from vsh.errors import OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.settings import Settings
    from vsh.qmp.value import Ask

OBJECT = "objlibvirt_migrate_tls0"
"""QEMU's object of them, by libvirt's name."""
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


def verified(settings: Settings) -> bool:
    """Whether the other one needs a certificate, too."""
    own = settings.migrate_tls_x509_verify
    return settings.default_tls_x509_verify if own is None else own


def use(ask: Ask, hypervisor: Hypervisor, *, source: bool, hostname: str = "") -> None:
    """Have a QEMU move its guest by TLS only.

    hostname  what the other one's certificate has to say, where QEMU does not know it by itself

    Raises Error.
    """
    settings = hypervisor.settings
    place = folder(hypervisor.root.path, settings)
    with contextlib.suppress(CommandRefused):  # of an attempt that was cut off
        ask("object-del", {"id": OBJECT})
    ask(
        "object-add",
        {
            "qom-type": "tls-creds-x509", "id": OBJECT, "dir": place,
            "endpoint": "client" if source else "server", "verify-peer": verified(settings),
        },
    )  # fmt: skip
    ask("migrate-set-parameters", {"tls-creds": OBJECT, "tls-hostname": hostname})


def forget(ask: Ask) -> None:
    """Take back what ``use`` has done.  Raises Error."""
    ask("migrate-set-parameters", {"tls-creds": "", "tls-hostname": ""})
    ask("object-del", {"id": OBJECT})
