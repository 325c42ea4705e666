# mypy: disable-error-code="empty-body"
"""Which events a connection delivers."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.api.network import Network
    from vsh.api.node_device import NodeDevice
    from vsh.api.pool import Pool
    from vsh.api.secret import Secret
    from vsh.api.types import Text, i32, u32


class ConnectEvents(Object):
    """Registering for events; ``api/event.py`` has the events."""

    __slots__ = ()
    prefix = "connect_"

    @call(105, acl="connect:search_domains", filter="domain:getattr")
    def domain_event_register(self) -> i32:
        """Ask for lifecycle events of all domains, in the legacy form; how many callbacks there
        are.
        """

    @call(106, acl="connect:read")
    def domain_event_deregister(self) -> i32:
        """Ask for lifecycle events of all domains no more; how many callbacks are left."""

    @call(167, acl="connect:search_domains", filter="domain:getattr")
    def domain_event_register_any(self, eventID: i32) -> None:
        """Ask for events of one kind from all domains, in the legacy form."""

    @call(168, acl="connect:read")
    def domain_event_deregister_any(self, eventID: i32) -> None:
        """Ask for events of one kind no more, in the legacy form."""

    @call(313, acl="connect:search_networks", filter="network:getattr")
    def network_event_register_any(self, eventID: i32, net: Network | None = None) -> i32:
        """Ask for events of one kind, from one network or (None) all; the callback's id."""

    @call(314, acl="connect:read")
    def network_event_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""

    @call(
        316,
        acl="connect:search_domains",
        api="virConnectDomainEventRegisterAny",
        filter="domain:getattr",
    )
    def domain_event_callback_register_any(self, eventID: i32, dom: Domain | None = None) -> i32:
        """Ask for events of one kind, from one domain or (None) all; the callback's id."""

    @call(317, acl="connect:read", api="virConnectDomainEventDeregisterAny")
    def domain_event_callback_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""

    @call(368, acl="connect:search_storage_pools", filter="storage_pool:getattr")
    def storage_pool_event_register_any(self, eventID: i32, pool: Pool | None = None) -> i32:
        """Ask for events of one kind, from one pool or (None) all; the callback's id."""

    @call(369, acl="connect:read")
    def storage_pool_event_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""

    @call(374, acl="connect:search_node_devices", filter="node_device:getattr")
    def node_device_event_register_any(self, eventID: i32, dev: NodeDevice | None = None) -> i32:
        """Ask for events of one kind, from one host device or (None) all; the callback's id."""

    @call(375, acl="connect:read")
    def node_device_event_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""

    @call(380, acl="connect:search_secrets", filter="secret:getattr")
    def secret_event_register_any(self, eventID: i32, secret: Secret | None = None) -> i32:
        """Ask for events of one kind, from one secret or (None) all; the callback's id."""

    @call(381, acl="connect:read")
    def secret_event_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""

    @call(
        4,
        program="qemu",
        acl=["connect:search_domains", "connect:write"],
        api="virConnectDomainQemuMonitorEventRegister",
        filter="domain:getattr",
    )
    def domain_monitor_event_register(
        self, dom: Domain | None = None, event: Text | None = None, flags: u32 = 0
    ) -> i32:
        """Ask for QEMU's own events, by name or pattern; the callback's id."""

    @call(5, program="qemu", acl="connect:write", api="virConnectDomainQemuMonitorEventDeregister")
    def domain_monitor_event_deregister(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""
