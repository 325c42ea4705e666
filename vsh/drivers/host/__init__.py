from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from vsh.drivers.driver import Embedded, Hypervisor
    from vsh.drivers.host.interface_tools.definitions import InterfaceDefinitions
    from vsh.drivers.host.network.host import NetworkHost
    from vsh.drivers.host.node_device.assigning import Assigning
    from vsh.drivers.host.node_device.devices import Devices
    from vsh.drivers.host.nwfilter.filters import FilterHost
    from vsh.drivers.host.pool.pools import Pools
    from vsh.drivers.host.secret.secrets import Secrets

    class Host(Hypervisor, Protocol):
        """What the hypervisor of a driver has that takes its parts from here."""

        @property
        def network_host(self) -> NetworkHost: ...
        @property
        def interfaces(self) -> InterfaceDefinitions: ...
        @property
        def filter_host(self) -> FilterHost: ...
        @property
        def node_devices(self) -> Devices: ...
        @property
        def assigning(self) -> Assigning: ...
        @property
        def pools(self) -> Pools: ...
        @property
        def secrets(self) -> Secrets: ...

    class HostDriver(Embedded):
        """A driver that takes parts from here."""

        hypervisor: Host
