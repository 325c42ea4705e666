"""libvirtd.conf: the daemon's settings, by libvirt's names and with libvirt's meaning.

The settings are the annotations of ``Configuration``; what stands there is the default.  A setting
that is not known here is no error, as for libvirtd, but ``unknown`` names it for the log.
"""

from __future__ import annotations

import os
import re

from vsh.api.configuration import parse
from vsh.daemon.limits import Limits
from vsh.errors import (
    ConfigUnsupported,
    ConfSyntax,
    Error,
    InternalError,
    InvalidArgument,
    OpenFailed,
)  # fmt: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.configuration import Value

WAYS = {"none": 0, "sasl": 1, "polkit": 2}
SSF_MIN = 56
"""Bits: an encryption that is weaker is none."""
SSF_GOOD = 112
"""Bits: less than that nobody may ask for by name."""


class Configuration(Limits):
    """The settings of one daemon.

    auth_unix_rw ...   how clients of a socket say who they are: "none", "sasl" or "polkit"
    sasl_password_file  lines of ``name:password``; SASL's own database is not read
    sasl_keytab_file    Kerberos keys, for GSSAPI
    audit_level ...    records of guests for the system's audit (``audit.py``)
    ovs_timeout        is read, and does nothing: guests have no ports of Open vSwitch here
    unknown            names in the file that mean nothing here
    """

    admin_min_workers: int = 5
    admin_max_workers: int = 20
    admin_max_clients: int = 5000
    admin_max_queued_clients: int = 20
    admin_max_client_requests: int = 5
    admin_keepalive_interval: int = 5
    admin_keepalive_count: int = 5
    listen_tls: bool = True
    listen_tcp: bool = False
    tls_port: str = "16514"
    tcp_port: str = "16509"
    listen_addr: str | None = None
    unix_sock_group: str | None = None
    unix_sock_ro_perms: str = "0777"
    unix_sock_rw_perms: str | None = None
    unix_sock_admin_perms: str = "0700"
    unix_sock_dir: str | None = None
    unix_sock_modular: bool = False
    auth_unix_ro: str = "none"
    auth_unix_rw: str = "none"
    auth_tcp: str = "sasl"
    auth_tls: str = "none"
    tcp_min_ssf: int = SSF_MIN
    key_file: str | None = None
    cert_file: str | None = None
    ca_file: str | None = None
    crl_file: str | None = None
    tls_no_sanity_certificate: bool = False
    tls_no_verify_certificate: bool = False
    tls_allowed_dn_list: list[str] | None = None
    tls_priority: str | None = None
    sasl_allowed_username_list: list[str] | None = None
    sasl_password_file: str = "/etc/libvirt/vshd.passwd"  # noqa: S105 - a file name
    sasl_keytab_file: str = "/etc/libvirt/krb5.tab"
    access_drivers: list[str] | None = None
    access_rules_file: str = "/etc/libvirt/vshd.access"
    host_uuid: str | None = None
    host_uuid_source: str = "smbios"
    audit_level: int = 1
    audit_logging: bool = False
    ovs_timeout: int = 5
    metrics_listen: str | None = None
    log_level: int = 3
    log_filters: str = ""
    log_outputs: str = ""

    def __init__(self) -> None:
        self.unknown: list[str] = []

    def for_administrators(self) -> Limits:
        """What the server of the admin socket gives, whose clients need not say who they are."""
        found = Limits()
        found.max_anonymous_clients = found.prio_workers = 0
        for name in Configuration.__annotations__:
            if name.startswith("admin_"):
                setattr(found, name.removeprefix("admin_"), getattr(self, name))
        return found

    def way(self, role: str) -> int:
        """The kind of authentication at a socket: "rw", "ro", "tcp", "tls" or "admin"."""
        settings = {
            "rw": self.auth_unix_rw, "ro": self.auth_unix_ro, "tcp": self.auth_tcp,
            "tls": self.auth_tls,
        }  # fmt: skip
        return WAYS[settings.get(role, "none")]

    def mode(self, name: str) -> int:
        """The permissions that a setting names.  Raises ConfSyntax."""
        given = getattr(self, name)
        if given is None:  # polkit asks everybody; without it the file's mode is all there is
            given = "0777" if self.auth_unix_rw == "polkit" else "0700"
        if not re.fullmatch("[0-7]{1,4}", given):
            raise ConfSyntax(f"Failed to parse mode '{given}'")
        return int(given, 8)


KINDS = Limits.__annotations__ | Configuration.__annotations__
"""All names, and of what kind each is."""


def default_path() -> str:
    """Where the file is: the system's for root, the user's own for everybody else."""
    if os.geteuid() == 0:
        return "/etc/libvirt/vshd.conf"
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return f"{base}/libvirt/vshd.conf"


def load(path: str | None) -> Configuration:
    """The settings of a file; without a path those of the default one, which need not be there.

    Raises OpenFailed, and ConfSyntax with the line.
    """
    found = Configuration()
    place = path or default_path()
    try:
        with open(place, encoding="utf-8", errors="surrogateescape") as file:
            text = file.read()
    except FileNotFoundError:
        if path is None:
            return found
        raise OpenFailed(f"'{path}': No such file or directory") from None
    except OSError as error:
        raise OpenFailed(f"'{place}': {error.strerror}") from None
    for name, value in parse(text, place).items():
        if name not in KINDS:
            found.unknown.append(name)
            continue
        try:
            _check(name, KINDS[name], value)
        except Error as wrong:
            line = _line(text, name)
            raise type(wrong)(f"{place}:{line}: {wrong.detail}") from None
        setattr(found, name, bool(value) if KINDS[name] == "bool" else value)
    return found


def _check(name: str, kind: str, value: Value) -> None:
    """Raises, in libvirt's words, what is wrong with a value: InternalError for another kind or
    range, ConfSyntax, ConfigUnsupported, InvalidArgument."""
    if kind == "bool":
        if not isinstance(value, int) or value < 0:
            raise InternalError(f"expected a bool for '{name}' parameter")
        if value > 1:
            raise InternalError(f"value for '{name}' parameter must be 0 or 1")
    elif kind == "int":
        signed = name.endswith("keepalive_interval")
        if not isinstance(value, int) or (value < 0 and not signed):
            number = "a signed" if signed else "an unsigned"
            raise InternalError(f"expected {number} integer for '{name}' parameter")
        if not -(1 << 31) <= value < 1 << (31 if signed else 32):
            range = "-2147483648:2147483647" if signed else "0:4294967295"
            raise InternalError(f"value for '{name}' parameter must be in range {range}")
        _check_range(name, value)
    elif kind.startswith("list"):
        if not isinstance(value, list):
            raise InternalError(f"expected a string list for '{name}' parameter")
        if not all(isinstance(each, str) for each in value):
            raise ConfSyntax(f"expected a string list for '{name}' parameter")
    elif not isinstance(value, str):
        raise InternalError(f"expected a string for '{name}' parameter")
    elif name == "host_uuid_source" and value not in ("smbios", "machine-id"):
        raise InternalError(f"invalid UUID source: {value}")
    elif name.startswith("auth_") and value not in WAYS:
        raise ConfigUnsupported(f"{name}: unsupported auth {value}")


def _check_range(name: str, value: int) -> None:
    if name in ("max_workers", "admin_max_workers") and value < 1:
        raise InternalError(f"'{name}' must be greater than 0")
    if name == "tcp_min_ssf" and value < SSF_GOOD:
        raise ConfigUnsupported(f"minimum SSF levels lower than {SSF_GOOD} are not supported")
    if name == "log_level" and value > 4:
        raise InvalidArgument(f"Failed to set logging priority, argument '{value}' is invalid")


def _line(text: str, name: str) -> int:
    found = [m.start() for m in re.finditer(rf"^[ \t]*{name}[ \t]*=", text, re.MULTILINE)]
    return text.count("\n", 0, found[0]) + 1 if found else 1
