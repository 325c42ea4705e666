"""vsh: libvirt, seen from the shell, in Python.

    import vsh

    with vsh.connect("qemu:///system") as connection:
        for domain in connection.domains(state="running"):
            print(domain.name, domain.info.memory, [one.name for one in domain.snapshots])

A connection and all that comes from it may be used by any number of threads at once.

The classes of the objects (``vsh.Domain``, ``vsh.Snapshot`` ...) and ``vsh.Error`` are imported
when they are first asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.checkpoint import Checkpoint
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.interface import Interface
    from vsh.api.network import Network
    from vsh.api.network_port import NetworkPort
    from vsh.api.node_device import NodeDevice
    from vsh.api.nwfilter import Nwfilter
    from vsh.api.nwfilter_binding import NwfilterBinding
    from vsh.api.pool import Pool
    from vsh.api.secret import Secret
    from vsh.api.snapshot import Snapshot
    from vsh.api.stream import Stream
    from vsh.api.volume import Volume
    from vsh.errors import Error

    __all__ = [
        "Checkpoint", "Connection", "Domain", "Error", "Interface", "Network", "NetworkPort",
        "NodeDevice", "Nwfilter", "NwfilterBinding", "Pool", "Secret", "Snapshot", "Stream",
        "Volume", "connect",
    ]  # fmt: skip

__version__ = "0.1.0"


def connect(
    uri: str | None = None,
    *,
    readonly: bool = False,
    ask: Callable[..., str] | None = None,
    **options: object,
) -> Connection:
    """Open a connection to a hypervisor.  Raises Error.

    The driver is the folder of ``vsh/drivers`` that the URI's scheme names.  A URI with a transport
    or a host, and one whose scheme has no driver here, goes to a libvirt daemon; so does no URI at
    all, after LIBVIRT_DEFAULT_URI and libvirt.conf's ``uri_default``.  A word without a colon may
    be one of libvirt.conf's ``uri_aliases``.  ``options`` are for the connection to the daemon
    (``keepalive``, ``timeout``) and mean nothing to a driver that needs none.
    ``ask(prompt, secret=...)`` gets a name or a password from the user, where the other side wants
    one.
    """
    from vsh import lookup
    from vsh.api.connection import Connection

    if uri is not None and not isinstance(uri, str):
        raise TypeError(f"connect(): uri must be a str or None, not a {type(uri).__name__}")
    if not uri or ":" not in uri or uri == "xen://":
        from vsh.api.configuration import resolve

        uri = resolve(uri or "")
    driver = None
    if uri:
        from vsh.api.uri import check_driver, check_path, parse

        parts = parse(uri)
        check_path(parts)
        check_driver(parts)
        if parts.transport is None and parts.host is None and parts.scheme != "remote":
            driver = lookup.find("vsh.drivers", parts.scheme)
            serves = getattr(lookup.module("vsh.drivers", parts.scheme), "serves", None)
            if serves is not None and not serves(parts):
                driver = None
    if driver is not None:
        return Connection(driver(uri, readonly=readonly, ask=ask))
    remote = lookup.find("vsh.drivers", "remote")
    assert remote is not None  # it is part of vsh
    return Connection(remote(uri, readonly=readonly, ask=ask, **options))


if not TYPE_CHECKING:  # a type checker knows what there is

    def __getattr__(name):
        if name == "Error":
            from vsh.errors import Error

            return Error
        if name == "aio":
            from vsh.lookup import load

            return load("vsh.aio")
        if name[:1].isupper():  # "from vsh import lookup" asks here, too, and must stay cheap
            from vsh.api.kinds import KINDS, kind

            if name in KINDS:
                return kind(name)
        raise AttributeError(f"module 'vsh' has no attribute {name!r}")

    def __dir__():
        from vsh.api.kinds import KINDS

        return sorted({*globals(), *KINDS, "Error", "aio"})
