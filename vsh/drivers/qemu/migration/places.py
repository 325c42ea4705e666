"""Where a guest comes in, and where its disks do: what migration URIs say, and free ports."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from vsh.drivers.qemu.migration.settings import COPIED
from vsh.drivers.qemu.monitor import CommandRefused
from vsh.errors import ArgumentUnsupported, InternalError, InvalidArgument, OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.settings import Settings


class Arrival:
    """Where the memory of a guest comes in.

    host    what the source is told
    listen  the address here; "" for all of them
    fixed   the port that was asked for, or None
    ports   those that may be chosen
    socket  the path of a UNIX socket in place of all that, or None
    """

    def __init__(
        self, host: str, listen: str, fixed: int | None, ports: range, socket: str | None = None
    ) -> None:
        self.ports = ports
        self.host = host
        self.listen = listen
        self.fixed = fixed
        self.socket = socket

    def listens(self, listen: Callable[[str], object]) -> str:
        """Have QEMU listen; what the source is told."""
        if self.socket is not None:
            listen(f"unix:{self.socket}")
            return f"unix://{self.socket}"
        address = _address(self.listen)
        port = at_a_free_port(self.fixed, self.ports, lambda port: listen(f"tcp:{address}:{port}"))
        return f"tcp:{self.host}:{port}"


def ports(settings: Settings) -> range:
    """The ports that guests and their disks may come in at."""
    return range(settings.migration_port_min, settings.migration_port_max + 1)


def arrival(params: TypedParams, flags: int, settings: Settings) -> Arrival:
    """Where the guest is to come in.

    Raises ArgumentUnsupported, InvalidArgument, InternalError.
    """
    if "disks_port" in params and "disks_uri" in params:
        raise InvalidArgument(
            "Both port and URI requested for disk migration while being mutually exclusive"
        )
    wanted = params.get("migrate_uri")
    listen = str(params.get("listen_address") or settings.migration_address)
    if wanted is None and settings.migration_host:
        return Arrival(_bracketed(settings.migration_host), listen, None, ports(settings))
    if wanted is None:
        host = socket.gethostname()
        if host.split(".")[0] == "localhost":
            raise InternalError(
                "hostname on destination resolved to localhost, but migration requires an FQDN"
            )
        return Arrival(host, listen, None, ports(settings))
    text = str(wanted)
    scheme = urlsplit(text).scheme
    if not scheme:
        raise InvalidArgument(f"missing scheme in migration URI: {text}")
    if scheme == "unix":
        return _socket(text, params, flags)
    if scheme != "tcp":
        raise ArgumentUnsupported(f"unsupported scheme {scheme} in migration URI {text}")
    parts = urlsplit(text if "//" in text else text.replace("tcp:", "tcp://", 1))
    try:
        port = parts.port
    except ValueError:
        raise InvalidArgument(f"unable to parse URI: {text}") from None
    if not parts.hostname:
        raise InvalidArgument(f"missing host in migration URI: {text}")
    return Arrival(_bracketed(parts.hostname), listen, port or None, ports(settings))


def _socket(text: str, params: TypedParams, flags: int) -> Arrival:
    path = urlsplit(text).path
    if not path:
        raise InvalidArgument(f"missing path in migration URI: {text}")
    if "listen_address" in params:
        raise InvalidArgument(
            "Usage of listen-address is forbidden when migration URI uses UNIX transport method"
        )
    if flags & COPIED and "disks_uri" not in params:
        raise InvalidArgument(
            "NBD URI must be supplied when migration URI uses UNIX transport method"
        )
    return Arrival("", "", None, range(0), path)


class Disks:
    """Where disks are copied to: a host and a port (0: not chosen yet), or a UNIX socket."""

    def __init__(self, host: str = "", port: int = 0, socket: str | None = None) -> None:
        self.host = host
        self.port = port
        self.socket = socket

    @property
    def address(self) -> dict[str, object]:
        """The address as QEMU's nodes have it."""
        if self.socket is not None:
            return {"type": "unix", "path": self.socket}
        return {"type": "inet", "host": self.host, "port": str(self.port)}


def disks(params: TypedParams, host: str, port: int = 0, *, needs_host: bool = True) -> Disks:
    """Where the disks are copied to, at this host and port where nothing else is asked for.

    needs_host  whether a URI has to name one

    Raises InvalidArgument.
    """
    text = params.get("disks_uri")
    if text is None:
        number = int(params.get("disks_port", 0))
        if not 0 <= number <= 65535:
            raise InvalidArgument("nbd port must be in range 0-65535")
        return Disks(host, port or number)
    text = str(text)
    parts = urlsplit(text)
    if not parts.scheme:
        raise InvalidArgument(f"No URI scheme specified: {text}")
    if parts.scheme == "unix":
        if not parts.path:
            raise InvalidArgument("UNIX disks URI does not include path")
        return Disks(socket=parts.path)
    if parts.scheme != "tcp":
        raise InvalidArgument(f"Unsupported scheme in disks URI: {parts.scheme}")
    if not parts.hostname and needs_host:
        raise InvalidArgument(f"URI with tcp scheme did not provide a server part: {text}")
    try:
        return Disks(parts.hostname or host, parts.port or port)
    except ValueError:
        raise InvalidArgument(f"unable to parse URI: {text}") from None


def at_a_free_port(fixed: int | None, among: range, listen: Callable[[int], object]) -> int:
    """Have QEMU listen at a port, the next one where another program was quicker; which it is.

    Raises OperationFailed where there is none, and what QEMU says of a port that was asked for.
    """
    if fixed is not None:
        listen(fixed)
        return fixed
    family = socket.AF_INET6 if has_ipv6() else socket.AF_INET
    for port in among:
        with socket.socket(family) as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
        try:
            listen(port)
        except CommandRefused as refused:
            if "in use" not in refused.words:
                raise
        else:
            return port
    raise OperationFailed(
        f"Unable to find an unused port in range 'migration' ({among.start}-{among.stop - 1})"
    )


def _address(listen: str) -> str:
    if not listen:
        return "[::]" if has_ipv6() else ""  # all addresses, for QEMU
    return listen if listen.startswith("[") else _bracketed(listen)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def has_ipv6() -> bool:
    """Whether this host has addresses of the sixth version."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::", 0))
    except OSError:
        return False
    return True
