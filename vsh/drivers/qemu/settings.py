"""qemu.conf: whom QEMU runs as and what it may, by libvirt's names and with libvirt's meaning.

The root's own file goes before the system's.  What stands in ``Settings`` is the default; a setting
that is not known here is no error, as for libvirtd.
"""

from __future__ import annotations

import os

from vsh.api.configuration import parse
from vsh.drivers.host.account import Account
from vsh.errors import ConfigUnsupported, ConfSyntax, InternalError, InvalidArgument, OpenFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal, TypeAlias

    from vsh.api.configuration import Value
    from vsh.errors import Error

    Signed: TypeAlias = int
    Encrypted: TypeAlias = Literal[
        "backup", "chardev", "migrate", "nbd", "rdp", "spice", "vnc", "vxhs"
    ]

SYSTEM = "/etc/libvirt/qemu.conf"
_CONTROLLERS = ("cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "net_cls",
                "perf_event", "name=systemd")  # fmt: skip
_WITHOUT = "is no setting of this driver: take it out"
_CHECKED = ("namespaces", "stdio_handler", "swtpm_user", "swtpm_group")
"""What is looked at, and does nothing; QEMU writes into files itself."""
_USERS = ("libvirt-qemu", "qemu")
"""Whom distributions made for guests: the first that is there is the default."""


class Settings:
    """The settings of a root.

    path  the file that they are from
    idle  those in it that do nothing here
    """

    user: str = ""
    group: str = ""
    swtpm_user: str = "tss"
    swtpm_group: str = "tss"
    dynamic_ownership: bool = True
    remember_owner: bool = True
    security_default_confined: bool = True
    security_require_confined: bool = False
    seccomp_sandbox: bool = True
    security_driver: str | list[str] = ""
    set_process_name: bool = False
    dump_guest_core: bool = False
    log_timestamp: bool = True
    gluster_debug_level: int = 4
    deprecation_behavior: str = ""
    memory_backing_dir: str = ""
    hugetlbfs_mount: str | list[str] | None = None
    pr_helper: str = ""
    bridge_helper: str = ""
    dbus_daemon: str = ""
    qemu_rdp: str = "qemu-rdp"
    rdp_listen: str = "127.0.0.1"
    rdp_tls_x509_cert_dir: str = ""
    rdp_username: str = ""
    rdp_password: str = ""
    virtiofsd_debug: bool = False
    dump_image_format: str = "raw"
    snapshot_image_format: str = "raw"
    auto_dump_path: str = ""
    auto_dump_bypass_cache: bool = False
    auto_start_bypass_cache: bool = False
    auto_start_delay: int = 0
    shared_filesystems: list[str] | None = None
    max_queued: int = 0
    keepalive_interval: Signed = 5
    keepalive_count: int = 5
    auto_shutdown_try_save: str = ""
    auto_shutdown_try_shutdown: str = ""
    auto_shutdown_poweroff: str = ""
    auto_shutdown_wait: int = 0
    auto_shutdown_restore: bool = True
    auto_save_bypass_cache: bool = False
    vnc_allow_host_audio: bool = False
    nographics_allow_host_audio: bool = False
    stdio_handler: str = ""
    sched_core: str = ""
    namespaces: list[str] | None = None
    lock_manager: str = ""
    mac_filter: bool = False
    capability_filters: list[str] | None = None
    max_core: str | int = "unlimited"
    max_files: int = 0
    max_processes: int = 0
    cgroup_controllers: list[str] | None = None
    cgroup_device_acl: list[str] | None = None
    default_tls_x509_cert_dir: str = "/etc/pki/qemu"
    default_tls_x509_verify: bool | None = None
    default_tls_x509_secret_uuid: str = ""
    chardev_tls: bool = False
    chardev_tls_x509_cert_dir: str = ""
    chardev_tls_x509_verify: bool | None = None
    chardev_tls_x509_secret_uuid: str = ""
    nbd_tls: bool = False
    nbd_tls_x509_cert_dir: str = ""
    nbd_tls_x509_secret_uuid: str = ""
    vxhs_tls: bool = False
    vxhs_tls_x509_cert_dir: str = ""
    vxhs_tls_x509_secret_uuid: str = ""
    backup_tls_x509_cert_dir: str = ""
    backup_tls_x509_verify: bool | None = None
    backup_tls_x509_secret_uuid: str = ""
    migrate_tls_x509_cert_dir: str = ""
    migrate_tls_x509_verify: bool | None = None
    migrate_tls_x509_secret_uuid: str = ""
    migrate_tls_force: bool = False
    save_image_format: str = "raw"
    migration_address: str = ""
    migration_host: str = ""
    migration_port_min: int = 49152
    migration_port_max: int = 49215
    remote_display_port_min: int = 5900
    remote_display_port_max: int = 65535
    remote_websocket_port_min: int = 5700
    remote_websocket_port_max: int = 65535
    vnc_listen: str = "127.0.0.1"
    vnc_tls: bool = False
    vnc_tls_x509_cert_dir: str = ""
    vnc_tls_x509_verify: bool | None = None
    vnc_tls_x509_secret_uuid: str = ""
    vnc_password: str = ""
    vnc_sasl: bool = False
    vnc_sasl_dir: str = ""
    vnc_auto_unix_socket: bool = False
    spice_password: str = ""
    spice_listen: str = "127.0.0.1"
    spice_tls: bool = False
    spice_sasl: bool = False
    spice_sasl_dir: str = ""
    spice_auto_unix_socket: bool = False
    storage_use_nbdkit: bool = False
    spice_tls_x509_cert_dir: str = ""

    def __init__(self, path: str = "") -> None:
        self.path = path
        self.idle: list[str] = []

    @property
    def sounding(self) -> frozenset[str]:
        """The displays whose guests may sound on the host: VNC, and "" for none at all."""
        allowed = {"vnc": self.vnc_allow_host_audio, "": self.nographics_allow_host_audio}
        return frozenset(name for name, may in allowed.items() if may)

    def is_shared(self, path: str) -> bool:
        """Whether other hosts see a file, though its file system does not say so."""
        real = f"{os.path.realpath(path)}/"
        folders = (os.path.realpath(each) for each in self.shared_filesystems or ())
        return any(real.startswith(f"{folder.rstrip('/')}/") for folder in folders)

    @property
    def display_ports(self) -> range:
        """Those that displays without one of their own listen at."""
        return range(self.remote_display_port_min, self.remote_display_port_max + 1)

    @property
    def websocket_ports(self) -> range:
        """The same of web sockets."""
        return range(self.remote_websocket_port_min, self.remote_websocket_port_max + 1)

    def certificates(self, use: Encrypted) -> str:
        """The folder of the certificates of one use: its own, libvirt's for it, that of all."""
        own: str = getattr(self, f"{use}_tls_x509_cert_dir")
        usual = f"/etc/pki/libvirt-{use}"
        return own or (usual if os.path.isdir(usual) else self.default_tls_x509_cert_dir)

    def certificate_secret(self, use: Encrypted) -> str:
        """The UUID of the secret that encrypts the key of a use's certificates; "" for none."""
        own: str = getattr(self, f"{use}_tls_x509_secret_uuid")
        if own or getattr(self, f"{use}_tls_x509_cert_dir"):
            return own
        return self.default_tls_x509_secret_uuid

    def verified(self, use: Encrypted) -> bool:
        """Whether the other side needs a certificate; a viewer only where something says so."""
        own: bool | None = getattr(self, f"{use}_tls_x509_verify")
        if own is None:
            own = self.default_tls_x509_verify
        return use != "vnc" if own is None else own

    def account(self) -> Account | None:
        """Whom QEMU runs as; None where we are not root: as we do.  Raises ConfigUnsupported."""
        if os.geteuid() != 0:
            return None
        if self.user:
            return Account.named(self.user, self.group or None)
        import grp
        import pwd

        users, groups = ({each[0] for each in all} for all in (pwd.getpwall(), grp.getgrall()))
        user = next((name for name in _USERS if name in users), "root")
        return Account.named(user, self.group or (user if user in groups else None))


def load(root: str) -> Settings:
    """The settings for a root.

    Raises OpenFailed, ConfSyntax, InternalError, and ConfigUnsupported for what cannot be had here.
    """
    for path in (f"{root}/qemu.conf", SYSTEM) if os.geteuid() == 0 else (f"{root}/qemu.conf",):
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                text = file.read()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise OpenFailed(f"Failed to open file '{path}': {error.strerror}") from None
        found = Settings(path)
        for name, value in parse(text, path).items():
            kind = Settings.__annotations__.get(name)
            if kind is None:
                found.idle.append(name)
                continue
            wrong = _wrong(name, kind, value)
            if wrong:
                raise InternalError(f"{path}: {wrong}")
            setattr(found, name, bool(value) if kind.startswith("bool") else value)
            if name in _CHECKED and value not in ([], "", "file"):
                found.idle.append(name)
        wrong = _wrong_ports(found)
        if wrong:
            raise InternalError(f"{path}: {wrong}")
        for problem in _problems(found):
            raise problem
        return found
    return Settings()


def _wrong(name: str, kind: str, value: Value) -> str | None:
    """What is wrong with a value, in libvirt's words, or None."""
    if kind.startswith("bool"):
        return None if value in (0, 1) else f"value for '{name}' parameter must be 0 or 1"
    if kind.startswith("str | list") and isinstance(value, str):
        return None
    if "list" in kind:
        good = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return None if good else f"expected a string list for '{name}' parameter"
    if kind == "int":
        good = isinstance(value, int) and value >= 0
        return None if good else f"expected an unsigned integer for '{name}' parameter"
    if kind == "Signed":
        good = isinstance(value, int)
        return None if good else f"expected an integer for '{name}' parameter"
    if isinstance(value, int) and "int" in kind:
        return None
    if not isinstance(value, str):
        return f"expected a string for '{name}' parameter"
    return None


def _wrong_ports(found: Settings) -> str | None:
    """What is wrong with the ports of displays, in libvirt's words, or None."""
    for kind in ("display", "websocket"):
        low, high = f"remote_{kind}_port_min", f"remote_{kind}_port_max"
        least, most = getattr(Settings, low), getattr(Settings, high)
        first, last = getattr(found, low), getattr(found, high)
        if first < least:
            return f"{low}: port must be greater than or equal to {least}"
        if not first <= last <= most:
            return f"{high}: port must be between the minimal port and {most}"
    return None


def _problems(found: Settings) -> Iterator[Error]:
    """The problems of the settings of a root, in libvirt's words."""
    yield from _security(found)
    if _is_here(found.migration_host.strip("[]")):
        yield ConfSyntax(
            f"{found.path}: migration_host must not be the address of the local machine: "
            f"{found.migration_host}"
        )
    for name in found.cgroup_controllers or ():
        if name not in _CONTROLLERS:
            yield ConfSyntax(f"Unknown cgroup controller '{name}'")
    for name in found.namespaces or ():
        if name != "mount":
            yield ConfSyntax(f"Unknown namespace: {name}")
        elif os.geteuid() != 0:
            yield ConfigUnsupported("cannot use namespaces in session mode")
    if found.stdio_handler not in ("", "file", "logd"):
        yield ConfigUnsupported(f"Unknown stdio handler {found.stdio_handler}")
    if found.sched_core:
        from vsh.drivers.qemu import core_scheduling

        yield from core_scheduling.problems(found.sched_core)
    for name in ("try_save", "try_shutdown", "poweroff"):
        scope = getattr(found, f"auto_shutdown_{name}")
        if scope not in ("", "none", "persistent", "transient", "all"):
            yield InvalidArgument(f"unknown auto_shutdown_{name} '{scope}'")
    if found.auto_shutdown_try_save in ("transient", "all"):
        yield InvalidArgument("managed save cannot be requested for transient domains")
    if found.lock_manager not in ("", "nop"):
        yield ConfigUnsupported(f"lock_manager '{found.lock_manager}' {_WITHOUT}")
    if found.capability_filters:
        yield ConfigUnsupported(f"capability_filters {_WITHOUT}")


def _security(found: Settings) -> Iterator[Error]:
    """Of security drivers there is the one that is none, besides that of owners."""
    given = found.security_driver
    for name in [given] if isinstance(given, str) else given:
        if name in ("selinux", "apparmor"):
            yield ConfigUnsupported(f"Security driver {name} not enabled")
        elif name not in ("", "none"):
            yield InternalError(f"Security driver {name} not found")


def _is_here(host: str) -> bool:
    """Whether other machines would come to themselves under that name or address."""
    return host.startswith(("localhost", "127.")) or host == "::1"
