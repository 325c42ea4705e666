"""Which driver a client gets for its URI: one of this process, never another daemon's."""

from __future__ import annotations

import os

from vsh.drivers.driver import Embedded
from vsh.drivers.host.network.published import SYSTEM_ROOT
from vsh.errors import InternalError, NoConnect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.daemon.client import Client


class Opener:
    """Opens connections for clients.

    root  the root of the QEMU driver, for qemu:///system of root and qemu:///session of others
    """

    def __init__(self, root: str | None = None) -> None:
        from vsh.drivers.qemu.root import default

        self.privileged = os.geteuid() == 0
        self.root = root or (SYSTEM_ROOT if self.privileged else default())
        self.uri = "qemu:///system" if self.privileged else "qemu:///session"

    def __call__(self, client: Client, uri: str, *, readonly: bool) -> Connection:
        """A connection to what a URI names; "" is this daemon's own hypervisor.

        Raises NoConnect where no driver of this process serves it.
        """
        import vsh
        from vsh.api.connection import Connection
        from vsh.api.uri import parse
        from vsh.drivers.qemu import embedded
        from vsh.drivers.qemu.host_only import WORDS, HostOnly

        own = self.uri
        parts = parse(uri or own)
        expected = "/system" if self.privileged else "/session"
        if parts.scheme == "qemu" and parts.path in ("/system", "/session", "/embed"):
            if parts.path == "/system" and not self.privileged:
                raise InternalError(
                    f"unexpected QEMU URI path '{parts.path}', try qemu://{expected}"
                )
            own_driver = embedded(self.root, uri or own, readonly=readonly)
            connection = Connection(own_driver, uri or own)
        elif parts.scheme in WORDS and parts.path in ("/system", "/session"):
            if parts.path != own.removeprefix("qemu://"):
                raise InternalError(
                    f"unexpected {parts.scheme} URI path '{parts.path}', try "
                    f"{parts.scheme}://{expected}"
                )
            own_driver = embedded(self.root, uri, readonly=readonly, view=HostOnly)
            connection = Connection(own_driver, uri)
        elif parts.scheme == "test":
            connection = vsh.connect(uri, readonly=readonly)
        else:
            raise NoConnect(uri)
        driver = connection.driver
        assert isinstance(driver, Embedded)
        driver.access = client.server.deciders.of(client, driver.name)
        driver.listener.sink, driver.listener.once = client.push, True
        client.driver = driver
        return connection
