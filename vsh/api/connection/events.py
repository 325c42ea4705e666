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
    from vsh.words.connection import DomainQemuMonitorEventRegister


class Events(Object):
    """Registering for events; ``api/event.py`` has the events."""

    __slots__ = ()

    @call(
        105,
        "connect_domain_event_register",
        acl="connect:search_domains",
        filter="domain:getattr",
        events=True,
    )
    def domain_event_register(self) -> i32:
        """Ask for lifecycle events of all domains, in the legacy form; how many callbacks there
        are.
        """

    @call(106, "connect_domain_event_deregister", acl="connect:read")
    def domain_event_deregister(self) -> i32:
        """Ask for lifecycle events of all domains no more; how many callbacks are left."""

    @call(
        167,
        "connect_domain_event_register_any",
        acl="connect:search_domains",
        filter="domain:getattr",
        events=True,
    )
    def domain_event_register_any(self, eventID: i32) -> None:
        """Ask for events of one kind from all domains, in the legacy form."""

    @call(168, "connect_domain_event_deregister_any", acl="connect:read")
    def domain_event_deregister_any(self, eventID: i32) -> None:
        """Ask for events of one kind no more, in the legacy form."""

    @call(
        313,
        "connect_network_event_register_any",
        acl="connect:search_networks",
        filter="network:getattr",
        events=True,
    )
    def network_event_register_any(self, eventID: i32, net: Network | None = None) -> i32:
        """Ask for events of one kind, from one network or (None) all; the callback's id."""

    @call(314, "connect_network_event_deregister_any", acl="connect:read")
    def network_event_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""

    @call(
        316,
        "connect_domain_event_callback_register_any",
        api="virConnectDomainEventRegisterAny",
        acl="connect:search_domains",
        filter="domain:getattr",
        events=True,
    )
    def domain_event_callback_register_any(self, eventID: i32, dom: Domain | None = None) -> i32:
        """Ask for events of one kind, from one domain or (None) all; the callback's id."""

    @call(
        317,
        "connect_domain_event_callback_deregister_any",
        api="virConnectDomainEventDeregisterAny",
        acl="connect:read",
    )
    def domain_event_callback_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""

    @call(
        368,
        "connect_storage_pool_event_register_any",
        acl="connect:search_storage_pools",
        filter="storage_pool:getattr",
        events=True,
    )
    def storage_pool_event_register_any(self, eventID: i32, pool: Pool | None = None) -> i32:
        """Ask for events of one kind, from one pool or (None) all; the callback's id."""

    @call(369, "connect_storage_pool_event_deregister_any", acl="connect:read")
    def storage_pool_event_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""

    @call(
        374,
        "connect_node_device_event_register_any",
        acl="connect:search_node_devices",
        filter="node_device:getattr",
        events=True,
    )
    def node_device_event_register_any(self, eventID: i32, dev: NodeDevice | None = None) -> i32:
        """Ask for events of one kind, from one host device or (None) all; the callback's id."""

    @call(375, "connect_node_device_event_deregister_any", acl="connect:read")
    def node_device_event_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""

    @call(
        380,
        "connect_secret_event_register_any",
        acl="connect:search_secrets",
        filter="secret:getattr",
        events=True,
    )
    def secret_event_register_any(self, eventID: i32, secret: Secret | None = None) -> i32:
        """Ask for events of one kind, from one secret or (None) all; the callback's id."""

    @call(381, "connect_secret_event_deregister_any", acl="connect:read")
    def secret_event_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""

    @call(
        4,
        "connect_domain_monitor_event_register",
        program="qemu",
        api="virConnectDomainQemuMonitorEventRegister",
        acl=["connect:search_domains", "connect:write"],
        filter="domain:getattr",
        events=True,
    )
    def domain_monitor_event_register(
        self,
        dom: Domain | None = None,
        event: Text | None = None,
        flags: DomainQemuMonitorEventRegister | u32 = 0,
    ) -> i32:
        """Ask for QEMU's own events, by name or pattern; the callback's id."""

    @call(
        5,
        "connect_domain_monitor_event_deregister",
        program="qemu",
        api="virConnectDomainQemuMonitorEventDeregister",
        acl="connect:write",
    )
    def domain_monitor_event_deregister(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""
