"""What a command line takes from this host, whether a QEMU gets it or it is only shown."""

from __future__ import annotations

import base64
import os

from vsh.drivers.host.aes import BLOCK, KEY, Aes
from vsh.drivers.qemu import pool_volumes
from vsh.drivers.qemu.devices import host_devices
from vsh.hypervisors.qemu.argv.host import Host, huge_page_mounts
from vsh.words.secret import SecretUsageType
from vsh.xml.shared.encryption import SecretReference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.settings import Settings
    from vsh.hypervisors.qemu.argv.host import Volume
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.vsock import Vsock
    from vsh.xml.domain.sysinfo import Sysinfo

_USES = {"ceph": SecretUsageType.CEPH, "iscsi": SecretUsageType.ISCSI,
         "tls": SecretUsageType.TLS}  # fmt: skip


def for_qemu(key: bytes, value: bytes) -> dict[str, str]:
    """A secret for a QEMU that has the key: only its command line is seen by others."""
    start = os.urandom(BLOCK)
    return {
        "data": base64.b64encode(Aes(key).chained(value, start)).decode(),
        "keyid": "masterKey0",
        "iv": base64.b64encode(start).decode(),
        "format": "base64",
    }


class OwnHost(Host):
    """This host, with what qemu.conf says of all guests.

    guests    the folder where each guest that runs has one of its own
    channels  where sockets of channels to agents are, with the guest's {name}
    """

    def __init__(self, hypervisor: Hypervisor) -> None:
        self.hypervisor = hypervisor
        self.guests = hypervisor.root / "run"
        self.channels = self.guests.replace("{", "{{").replace("}", "}}") + "/domain-{name}"
        self._settle(hypervisor.settings)

    def _settle(self, settings: Settings) -> None:
        self.sandbox = settings.seccomp_sandbox
        self.process_name, self.dump_core = settings.set_process_name, settings.dump_guest_core
        self.log_timestamp, self.gluster_debug = (
            settings.log_timestamp,
            settings.gluster_debug_level,
        )
        self.deprecation = settings.deprecation_behavior
        if settings.memory_backing_dir:
            self.memory = f"{settings.memory_backing_dir}/libvirt/qemu"
        if settings.hugetlbfs_mount is not None:
            self.hugepages = huge_page_mounts(settings.hugetlbfs_mount)
        self.chardev_tls = settings.chardev_tls
        self.chardev_verify = settings.verified("chardev")
        self.certificates = settings.certificates("chardev")
        self.certificate_secret = bool(settings.certificate_secret("chardev"))
        self.vnc_listen, self.spice_listen = settings.vnc_listen, settings.spice_listen
        self.rdp_listen = settings.rdp_listen
        if settings.vnc_tls:
            self.vnc_certificates = settings.certificates("vnc")
            self.vnc_verify = settings.verified("vnc")
            self.vnc_secret = settings.certificate_secret("vnc") or None
        self.vnc_sasl, self.vnc_sasl_folder = settings.vnc_sasl, settings.vnc_sasl_dir or None
        self.vnc_password = bool(settings.vnc_password)
        self.spice_password = bool(settings.spice_password)
        self.spice_tls = settings.spice_tls
        self.spice_sasl, self.spice_sasl_folder = (
            settings.spice_sasl,
            settings.spice_sasl_dir or None,
        )
        alone = {"vnc": settings.vnc_auto_unix_socket, "spice": settings.spice_auto_unix_socket}
        self.by_socket = frozenset(name for name, wanted in alone.items() if wanted)
        self.spice_certificates = settings.certificates("spice")
        self.nbd_tls = settings.nbd_tls
        self.nbd_certificates = settings.certificates("nbd")
        uuid = settings.certificate_secret("nbd")
        self.nbd_secret = SecretReference(type="tls", uuid=uuid) if uuid else None
        self.vxhs_tls, self.vxhs_certificates = settings.vxhs_tls, settings.certificates("vxhs")
        uuid = settings.certificate_secret("vxhs")
        self.vxhs_secret = SecretReference(type="tls", uuid=uuid) if uuid else None

    def sysinfo(self) -> Sysinfo | None:
        from vsh.drivers.host import smbios
        from vsh.xml.domain.sysinfo import Sysinfo
        from vsh.xml.engine.reader import read

        found = smbios.document()
        return None if found is None else read(found, Sysinfo, problems=[])  # it is as it is

    def volume(self, pool: str | None, name: str | None) -> Volume:
        return pool_volumes.find(self.hypervisor, pool, name)

    def scsi_generic(self, device: HostDevice) -> str:
        return host_devices.scsi_generic(device)

    def value_of(self, wanted: SecretReference | str | None) -> bytes:
        """A secret: one that is referred to, the text itself; None: that of the certificates.

        Raises NoSecret, and what else prevents that it is read.
        """
        if wanted is None:
            uuid = self.hypervisor.settings.certificate_secret("chardev") or None
            return self.hypervisor.secrets.look_up(uuid, None, SecretUsageType.TLS)
        if isinstance(wanted, SecretReference):
            usage = _USES.get(str(wanted.type), SecretUsageType.VOLUME)
            return self.hypervisor.secrets.look_up(wanted.uuid, wanted.usage, usage)
        return wanted.encode()


class ShownHost(OwnHost):
    """The host of a command line that is only shown: its secrets are for a key that nobody has."""

    def secret(self, name: str, wanted: SecretReference | str | None) -> dict[str, str]:
        return for_qemu(os.urandom(KEY), self.value_of(wanted))

    def settle(self, domain: Definition) -> None:
        from vsh.drivers.qemu.devices import displays

        displays.settle(domain, self, self.hypervisor)

    def vsock(self, vsock: Vsock) -> tuple[int, str]:
        return vsock.cid or 0, "-1"
