"""What a command line takes from its host: folders, and what is opened when a guest starts."""

from __future__ import annotations

import os
from errno import EACCES, ENOENT
from functools import cached_property

from vsh.errors import (
    ConfigUnsupported,
    InternalError,
    InvalidArgument,
    NoSecret,
    NoStoragePool,
    OperationFailed,
    SystemFailure,
)
from vsh.xml.shared.encryption import SecretReference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.errors import Error
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.interface import Interface
    from vsh.xml.domain.devices.tpm import Tpm
    from vsh.xml.domain.devices.video import Video
    from vsh.xml.domain.devices.vsock import Vsock
    from vsh.xml.domain.sysinfo import Sysinfo
    from vsh.xml.shared.encryption import Auth
    from vsh.xml.shared.image import BackingStore, Source
    from vsh.xml.shared.image import Host as Server


IOMMUFD = "/dev/iommu"
NBD_CERTIFICATES = "/etc/pki/libvirt-nbd"
VXHS_CERTIFICATES = "/etc/pki/libvirt-vxhs"
_SHORT = 20  # characters of a guest's name in names of folders


class Host:
    """The settings of a QEMU driver, as libvirt has them if nobody changed them.

    Nothing is opened: descriptors are numbered from 3 on, as for a command line that is only shown.
    A driver that starts guests has a subclass that opens them, and knows secrets.
    """

    arch = os.uname().machine
    number = -1  # of a guest that does not run
    guests = "/var/lib/libvirt/qemu"  # where each guest has a folder of its own
    channels = "/run/libvirt/qemu/channel/{name}"  # of sockets that the driver makes
    memory = "/var/lib/libvirt/qemu/ram"
    certificates = "/etc/pki/qemu"
    chardev_tls = False
    chardev_verify = True  # whether who connects to a character device needs a certificate
    certificate_secret = False  # whether the keys of certificates are encrypted
    nbd_tls = False  # of disks whose document says nothing
    nbd_secret: SecretReference | None = None  # of the key of ``nbd_certificates``
    vxhs_tls = False
    vxhs_secret: SecretReference | None = None
    vnc_listen: str | None = "127.0.0.1"
    spice_listen: str | None = "127.0.0.1"
    rdp_listen: str | None = "127.0.0.1"
    spice_tls = False
    spice_password = False
    vnc_password = False
    vnc_certificates: str | None = None  # where encryption is wanted
    vnc_verify = True  # whether a viewer needs a certificate
    vnc_secret: str | None = None  # the UUID of the secret of the certificates' key
    vnc_sasl = False
    vnc_sasl_folder: str | None = None
    spice_sasl = False
    spice_sasl_folder: str | None = None
    by_socket: frozenset[str] = frozenset()  # the displays that listen on a socket by themselves
    spice_certificates = "/etc/pki/libvirt-spice"
    gluster_debug = 4
    log_timestamp = True
    process_name = False  # whether a QEMU's process is called by its guest's name
    dump_core = False  # whether a guest's memory is in a core dump of its QEMU
    deprecation = ""  # what QEMU is to do about what it calls deprecated
    sandbox = True
    fips = False
    numa_nodes = 1

    @cached_property
    def hugepages(self) -> tuple[tuple[int, str], ...]:
        """Where huge pages can be had: their size in KiB, the mount point."""
        found = []
        with open("/proc/mounts", encoding="utf-8", errors="surrogateescape") as mounts:
            for line in mounts:
                _, path, kind, *_ = line.split(" ")
                if kind == "hugetlbfs":
                    path = path.replace("\\040", " ")
                    found.append((os.statvfs(path).f_bsize // 1024, path))
        return tuple(found)

    @cached_property
    def hugepage_default(self) -> int:
        """The size of huge pages where none is asked for, in KiB."""
        sizes = [size for size, _ in self.hugepages]
        with open("/proc/meminfo", encoding="ascii") as info:
            own = [int(line.split()[1]) for line in info if line.startswith("Hugepagesize:")]
        return own[0] if own and own[0] in sizes else sizes[0]

    @cached_property
    def nbd_certificates(self) -> str:
        """The certificates of storage on other hosts."""
        return NBD_CERTIFICATES if os.path.isdir(NBD_CERTIFICATES) else self.certificates

    @cached_property
    def vxhs_certificates(self) -> str:
        """The certificates of VxHS storage."""
        return VXHS_CERTIFICATES if os.path.isdir(VXHS_CERTIFICATES) else self.certificates

    @cached_property
    def render_node(self) -> str:
        """The device of a graphics card that can draw for guests."""
        try:
            names = sorted(os.listdir("/dev/dri"))
        except OSError as error:
            raise SystemFailure(f"cannot open directory '/dev/dri': {error.strerror}") from None
        for name in names:
            if name.startswith("renderD"):
                return f"/dev/dri/{name}"
        raise InternalError("No DRM render nodes available")

    def identity(self, domain: Domain) -> str:
        """The part of a guest's folder names that is its own: ``ID-NAME``."""
        return f"{self.number}-{(domain.name or '')[:_SHORT]}"

    def folder(self, domain: Domain) -> str:
        """The folder of a guest's own files."""
        return f"{self.guests}/domain-{self.identity(domain)}"

    def listener(self, name: str, path: str | None) -> str | None:
        """The descriptor of a socket that listens at a path; None: QEMU makes it."""
        return None

    def file(self, name: str, path: str | None) -> str | None:
        """The descriptor of a file that a character device writes to; None: QEMU opens it."""
        return None

    def monitor(self, domain: Domain) -> str:
        """What the monitor's socket is, in words of a character device."""
        return f"path={self.folder(domain)}/monitor.sock"

    def sysinfo(self) -> Sysinfo | None:
        """What the firmware of the host says of it; None where that is not known."""
        return None

    def now(self) -> int:
        """The time, in seconds since 1970."""
        import time

        return int(time.time())

    def no_node(self, node: int) -> Error:
        """The error for a NUMA node that the host has not."""
        return ConfigUnsupported(f"NUMA node {node} is unavailable")

    def secret(self, name: str, wanted: SecretReference | str | None) -> dict[str, str]:
        """How an object of a name is told a secret: the object's properties, all but these two.

        wanted  the reference to it, or the text itself; None for the one of the certificates
        """
        if isinstance(wanted, SecretReference):
            key = "uuid" if wanted.uuid else "usage"
            raise NoSecret(f"no secret with matching {key} '{getattr(wanted, key)}'")
        raise ConfigUnsupported(f"the secret for '{name}' is not known")

    def account(self, text: str, *, group: bool) -> int:
        """The number of a user or group: ``+NUMBER``, or a name."""
        if text.startswith("+") and text[1:].isdecimal():
            return int(text[1:])
        import grp
        import pwd

        try:
            return grp.getgrnam(text).gr_gid if group else pwd.getpwnam(text).pw_uid
        except KeyError:
            if text.isdecimal():
                return int(text)
            kind = "group" if group else "user"
            raise InvalidArgument(f"Failed to parse {kind} '{text}'") from None

    def volume(self, pool: str | None, name: str | None) -> Volume:
        """A volume of a storage pool."""
        raise NoStoragePool(f"no storage pool with matching name '{pool}'")

    def group(self, name: str) -> tuple[list[int], bool]:
        """Open files that somebody gave to a guest under a name, and whether they may be written.

        Raises InvalidArgument.
        """
        raise not_associated(name)

    def serves(self, kind: str | None, source: Source) -> bool:
        """Whether a program beside QEMU opens the file of a server."""
        return False

    def nbdkit(self, source: Source, auth: Auth | None, node: str, *, readonly: bool) -> str:
        """The socket of the program that opens the file of a server for a block node."""
        raise NotImplementedError

    def tap(self, card: Interface, queues: int) -> tuple[list[str], list[str]]:
        """The descriptors of a card's tap device, and of the kernel's part of it."""
        return [str(number) for number in range(3, 3 + queues)], []

    def vdpa(self, path: str) -> int:
        """The descriptor of a vDPA device, a card's or a disk's."""
        return 3

    def passt(self, card: Interface, alias: str) -> str:
        """The socket of the program that is a card's network."""
        return f"/run/libvirt/qemu/passt/{alias}.socket"

    def left_out(self, disk: Disk | None) -> int:
        """How many disks behind one, or before all, were left out: their numbers are taken."""
        return 0

    def emptied(self, domain: Domain, disk: Disk, number: int) -> None:
        """An empty drive has a number, too."""

    def numbered(self, image: Source | BackingStore, number: int) -> None:
        """The block nodes of an image have this number."""

    def plain(self, number: int, node: str) -> None:
        """The image with that number has no node for its format: it is read from this one."""

    def is_cdrom(self, path: str | None) -> bool:
        """Whether a device of the host is a CD-ROM drive, which QEMU treats in its own way."""
        return False

    def settle(self, domain: Domain) -> None:
        """Say where the displays of a guest listen that is only shown."""

    def scsi_generic(self, device: HostDevice) -> str:
        """The device file of a SCSI device of the host."""
        return "/dev/sg0"

    def vhost_scsi(self, device: HostDevice) -> str:
        """The descriptor of the kernel's SCSI target."""
        if not os.path.exists("/dev/vhost-scsi"):
            raise ConfigUnsupported("vhost-scsi device file '/dev/vhost-scsi' cannot be found")
        return "3"

    def iommufd(self, group: str | None) -> str:
        """The descriptor of what the kernel hands devices over by, or of a group's file.

        Raises ConfigUnsupported, InvalidArgument.
        """
        if group is not None:
            return str(self.group(group)[0][0])
        if not os.path.exists(IOMMUFD):
            raise ConfigUnsupported("IOMMUFD is not supported by host kernel")
        return "3"

    def vfio(self, name: str) -> str:
        """The descriptor of a PCI device of the host, by its place."""
        return "4"

    def usb(self, device: HostDevice) -> tuple[int, int]:
        """Bus and number of a USB device that is given by its maker's numbers; zeros: none."""
        return 0, 0

    def port(self, graphics: Graphics) -> int:
        """The port of a display; one that may be any is found when the guest starts."""
        port = int(graphics.port or 0)
        if graphics.type == "vnc" and (graphics.autoport or port <= 0):
            return 5900
        return 5901 if graphics.autoport and port <= 0 else port

    def websocket(self, graphics: Graphics) -> int:
        """The port of a display's web socket; 0 for none."""
        socket = graphics.websocket or 0
        return 5700 if socket < 0 else socket

    def bus(self, domain: Domain, graphics: Graphics) -> str:
        """The address of the D-Bus that a display is on."""
        return (
            graphics.address
            or f"unix:path=/run/libvirt/qemu/dbus/{self.identity(domain)}-dbus.sock"
        )

    def rdp(self, domain: Domain, graphics: Graphics) -> None:
        """Have a display by RDP, on the D-Bus of the guest's other one."""
        if graphics.autoport:
            graphics.port = 3389

    def vhost_gpu(self, video: Video) -> str:
        """The descriptor of the program that draws."""
        raise OperationFailed("Unable to find a satisfying vhost-user-gpu")

    def tpm(self, tpm: Tpm) -> tuple[str, str]:
        """The descriptors of a TPM of the host's, and of the file that cancels a command."""
        path = tpm.backends[0].device or "/dev/tpm0"
        if not os.access(path, os.R_OK | os.W_OK):
            reason = os.strerror(EACCES if os.path.exists(path) else ENOENT)
            raise SystemFailure(f"Could not open TPM device {path}: {reason}")
        return "3", "4"

    def has_swtpm(self) -> bool:
        """Whether the programs that are a TPM are installed."""
        import shutil

        return all(map(shutil.which, ("swtpm", "swtpm_setup", "swtpm_ioctl")))

    def tpm_socket(self, domain: Domain, tpm: Tpm) -> str:
        """The socket of the program that is a TPM."""
        return f"/run/libvirt/qemu/swtpm/{self.identity(domain)}-swtpm.sock"

    def vsock(self, vsock: Vsock) -> tuple[int, str]:
        """The guest's number, and the descriptor of the kernel's side."""
        return vsock.cid or 3, "-1"


class Volume:
    """One volume, as its pool knows it.

    kind    file, block, dir or network
    path    where it is on the host
    pool    the type of its pool
    hosts   the servers of the pool, and ``target`` what the pool is there
    """

    def __init__(
        self,
        kind: str,
        path: str,
        pool: str,
        *,
        hosts: list[Server] | None = None,
        target: str | None = None,
        auth: Auth | None = None,
    ) -> None:
        self.kind, self.path, self.pool = kind, path, pool
        self.hosts = hosts or []
        self.target, self.auth = target, auth


def not_associated(group: str) -> InvalidArgument:
    """A guest was given no open files under a name."""
    return InvalidArgument(
        f"file descriptor group '{group}' was not associated with the domain",
        hint="dom-fd-associate gives it some, before it starts, on the same connection",
    )


def huge_page_mounts(given: str | list[str]) -> tuple[tuple[int, str], ...]:
    """Where the settings have huge pages: their size in KiB, the mount point.

    Raises SystemFailure, InternalError.
    """
    found = []
    known = {path: size for size, path in Host().hugepages}
    for place in [given] if isinstance(given, str) else given:
        try:
            os.stat(place)
        except OSError as error:
            text = f"cannot determine filesystem for '{place}': {error.strerror}"
            raise SystemFailure(text) from None
        if place not in known:
            raise InternalError(f"not a hugetlbfs mount: '{place}'")
        found.append((known[place], place))
    return tuple(found)
