# mypy: disable-error-code="no-any-return"
"""A connection: what every object is reached through.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._base import Base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.aio import collection as these
    from vsh.aio.collection import Interfaces, NodeDevices, Nwfilters, Pools, Secrets
    from vsh.aio.domain import Domain
    from vsh.aio.interface import Interface
    from vsh.aio.network import Network
    from vsh.aio.node_device import NodeDevice
    from vsh.aio.nwfilter import Nwfilter
    from vsh.aio.nwfilter_binding import NwfilterBinding
    from vsh.aio.pool import Pool
    from vsh.aio.records import DomainStats, Finished
    from vsh.aio.secret import Secret
    from vsh.aio.stream import Stream
    from vsh.aio.volume import Volume
    from vsh.api.connection.records import NodeCpuMap, NodeInfo, Prepared, SecurityModel
    from vsh.api.types import UUID, Blob, Counters, Files, Text, TypedParams, i32, u32, u64
    from vsh.words.connection import (
        BaselineCPU,
        CompareCPU,
        DomainQemuMonitorEventRegister,
        GetAllDomainStats,
        GetDomainCapabilities,
        ListAllDomains,
        ListAllInterfaces,
        ListAllNetworks,
        ListAllNodeDevice,
        ListAllSecrets,
        ListAllStoragePools,
    )
    from vsh.words.domain.lifecycle import (
        DomainCreate,
        DomainDefine,
        DomainSaveImageXML,
        DomainSaveRestore,
    )
    from vsh.words.domain.migration import DomainMigrate
    from vsh.words.domain.statistics import DomainStatsTypes
    from vsh.words.host import NodeAllocPages, NodeSuspendTarget
    from vsh.words.interface import InterfaceDefine
    from vsh.words.network import NetworkCreate, NetworkDefine
    from vsh.words.node_device import NodeDeviceCreateXML, NodeDeviceDefineXML
    from vsh.words.nwfilter import NWFilterDefine
    from vsh.words.nwfilter_binding import NWFilterBindingCreate
    from vsh.words.pool import StoragePoolCreate, StoragePoolDefine
    from vsh.words.secret import SecretDefine, SecretUsageType


class Connection(Base):
    """An open connection to a hypervisor, by way of a driver.

    A context manager: closed at the end of ``with``.
    """

    async def domain(self, name: str) -> Domain:
        """The domain of that name.  Raises NoDomain."""
        found: Domain = await self.domain_lookup_by_name(name)
        return found

    @property
    def domains(self) -> these.Domains:
        """Its domains: ``connection.domains["web1"]``, ``connection.domains(state="running")``."""
        from vsh.aio.collection import Domains

        return Domains(self)

    @property
    def networks(self) -> these.Networks:
        """Its virtual networks, by name or UUID."""
        from vsh.aio.collection import Networks

        return Networks(self)

    @property
    def pools(self) -> Pools:
        """Its storage pools: ``connection.pools["default"].volumes``."""
        from vsh.aio.collection import Pools

        return Pools(self)

    @property
    def interfaces(self) -> Interfaces:
        """Network interfaces of the host, by name."""
        from vsh.aio.collection import Interfaces

        return Interfaces(self)

    @property
    def node_devices(self) -> NodeDevices:
        """Devices of the host, by name."""
        from vsh.aio.collection import NodeDevices

        return NodeDevices(self)

    @property
    def nwfilters(self) -> Nwfilters:
        """Its network filters, by name or UUID."""
        from vsh.aio.collection import Nwfilters

        return Nwfilters(self)

    @property
    def secrets(self) -> Secrets:
        """Its secrets, by UUID or by what they are for."""
        from vsh.aio.collection import Secrets

        return Secrets(self)

    async def list_defined_domains(self) -> list[Text]:
        """Names of the domains that are not running."""
        return await self._ask("list_defined_domains")

    async def num_of_defined_domains(self) -> i32:
        """How many domains are not running."""
        return await self._ask("num_of_defined_domains")

    async def list_domains(self) -> list[i32]:
        """Ids of the running domains."""
        return await self._ask("list_domains")

    async def num_of_domains(self) -> i32:
        """How many domains are running."""
        return await self._ask("num_of_domains")

    async def domain_xml_from_native(
        self, nativeFormat: Text, nativeConfig: Text, flags: u32 = 0
    ) -> Text:
        """The domain XML of a hypervisor's own configuration."""
        return await self._ask("domain_xml_from_native", nativeFormat, nativeConfig, flags)

    async def domain_xml_to_native(
        self, nativeFormat: Text, domainXml: Text, flags: u32 = 0
    ) -> Text:
        """A hypervisor's own configuration of a domain XML."""
        return await self._ask("domain_xml_to_native", nativeFormat, domainXml, flags)

    async def list_all_domains(self, flags: ListAllDomains | u32 = 0) -> list[Domain]:
        """All domains, or those that the flags pick."""
        return await self._ask("list_all_domains", flags)

    async def get_all_domain_stats(
        self, doms: list[Domain], stats: DomainStatsTypes | u32, flags: GetAllDomainStats | u32 = 0
    ) -> list[DomainStats]:
        """Statistics of the given domains (none: of all) in the wanted groups (0: in all)."""
        return await self._ask("get_all_domain_stats", doms, stats, flags)

    async def domain_create_xml(self, xml_desc: Text, flags: DomainCreate | u32 = 0) -> Domain:
        """Start a transient domain."""
        return await self._ask("domain_create_xml", xml_desc, flags)

    async def domain_define_xml(self, xml: Text) -> Domain:
        """Define a domain, or replace its definition."""
        return await self._ask("domain_define_xml", xml)

    async def domain_lookup_by_id(self, id: i32) -> Domain:
        """The running domain of that id.  Raises NoDomain."""
        return await self._ask("domain_lookup_by_id", id)

    async def domain_lookup_by_name(self, name: Text) -> Domain:
        """The domain of that name.  Raises NoDomain."""
        return await self._ask("domain_lookup_by_name", name)

    async def domain_lookup_by_uuid(self, uuid: UUID) -> Domain:
        """The domain of that UUID.  Raises NoDomain."""
        return await self._ask("domain_lookup_by_uuid", uuid)

    async def domain_restore(self, from_: Text) -> None:
        """Start a domain from a saved image on the host."""
        await self._ask("domain_restore", from_)

    async def domain_restore_flags(
        self, from_: Text, dxml: Text | None = None, flags: DomainSaveRestore | u32 = 0
    ) -> None:
        """Start a domain from a saved image, with other XML if ``dxml`` is given."""
        await self._ask("domain_restore_flags", from_, dxml, flags)

    async def domain_save_image_get_xml_desc(
        self, file: Text, flags: DomainSaveImageXML | u32 = 0
    ) -> Text:
        """The domain XML in a saved image."""
        return await self._ask("domain_save_image_get_xml_desc", file, flags)

    async def domain_save_image_define_xml(
        self, file: Text, dxml: Text, flags: DomainSaveRestore | u32 = 0
    ) -> None:
        """Replace the domain XML in a saved image."""
        await self._ask("domain_save_image_define_xml", file, dxml, flags)

    async def domain_create_xml_with_files(
        self, xml_desc: Text, files: Files, flags: DomainCreate | u32 = 0
    ) -> Domain:
        """Start a transient domain whose first process gets the files (LXC)."""
        return await self._ask("domain_create_xml_with_files", xml_desc, files, flags)

    async def domain_define_xml_flags(self, xml: Text, flags: DomainDefine | u32 = 0) -> Domain:
        """Define a domain, or replace its definition."""
        return await self._ask("domain_define_xml_flags", xml, flags)

    async def domain_restore_params(
        self, params: TypedParams, flags: DomainSaveRestore | u32 = 0
    ) -> None:
        """Start a domain from a saved image; the parameters say which and how."""
        await self._ask("domain_restore_params", params, flags)

    async def domain_attach(self, pid_value: u32, flags: u32 = 0) -> Domain:
        """Take over a running QEMU process by its id."""
        return await self._ask("domain_attach", pid_value, flags)

    async def get_type(self) -> Text:
        """Name of the hypervisor's driver, such as "QEMU"."""
        return await self._ask("get_type")

    async def get_version(self) -> u64:
        """Version of the hypervisor: 1,000,000 * major + 1,000 * minor + release."""
        return await self._ask("get_version")

    async def get_max_vcpus(self, type: Text | None = None) -> i32:
        """How many vCPUs a guest of that kind (None: the usual) may have."""
        return await self._ask("get_max_vcpus", type)

    async def get_capabilities(self) -> Text:
        """The host and what guests it can run, as XML."""
        return await self._ask("get_capabilities")

    async def get_hostname(self) -> Text:
        """Name of the host."""
        return await self._ask("get_hostname")

    async def supports_feature(self, feature: i32) -> i32:
        """Whether the driver has one of its internal features."""
        return await self._ask("supports_feature", feature)

    async def get_uri(self) -> Text:
        """The URI of this connection, as the other side knows it."""
        return await self._ask("get_uri")

    async def is_secure(self) -> i32:
        """1 if nobody else can listen to the connection."""
        return await self._ask("is_secure")

    async def get_lib_version(self) -> u64:
        """Version of the libvirt that answers, counted like ``get_version``."""
        return await self._ask("get_lib_version")

    async def compare_cpu(self, xml: Text, flags: CompareCPU | u32 = 0) -> i32:
        """How a CPU's XML compares with the host (``CPUCompareResult``)."""
        return await self._ask("compare_cpu", xml, flags)

    async def baseline_cpu(self, xmlCPUs: list[Text], flags: BaselineCPU | u32 = 0) -> Text:
        """The best CPU that all the given CPUs have in common, as XML."""
        return await self._ask("baseline_cpu", xmlCPUs, flags)

    async def get_sysinfo(self, flags: u32 = 0) -> Text:
        """SMBIOS data of the host, as XML."""
        return await self._ask("get_sysinfo", flags)

    async def get_cpu_model_names(self, arch: Text, flags: u32 = 0) -> list[Text]:
        """Names of the CPU models known for an architecture."""
        return await self._ask("get_cpu_model_names", arch, flags)

    async def get_domain_capabilities(
        self,
        emulatorbin: Text | None = None,
        arch: Text | None = None,
        machine: Text | None = None,
        virttype: Text | None = None,
        flags: GetDomainCapabilities | u32 = 0,
    ) -> Text:
        """What an emulator can do for a guest, as XML.

        None means the default for the other values.
        """
        return await self._ask(
            "get_domain_capabilities", emulatorbin, arch, machine, virttype, flags
        )

    async def register_close_callback(self) -> None:
        """Ask for ``event.ConnectionClosed``."""
        await self._ask("register_close_callback")

    async def unregister_close_callback(self) -> None:
        """Ask for ``event.ConnectionClosed`` no more."""
        await self._ask("unregister_close_callback")

    async def compare_hypervisor_cpu(
        self,
        emulator: Text | None,
        arch: Text | None,
        machine: Text | None,
        virttype: Text | None,
        xmlCPU: Text,
        flags: CompareCPU | u32 = 0,
    ) -> i32:
        """How a CPU's XML compares with an emulator's CPU (``CPUCompareResult``)."""
        return await self._ask(
            "compare_hypervisor_cpu", emulator, arch, machine, virttype, xmlCPU, flags
        )

    async def baseline_hypervisor_cpu(
        self,
        emulator: Text | None,
        arch: Text | None,
        machine: Text | None,
        virttype: Text | None,
        xmlCPUs: list[Text],
        flags: BaselineCPU | u32 = 0,
    ) -> Text:
        """The best CPU that all the given CPUs and an emulator have in common, as XML."""
        return await self._ask(
            "baseline_hypervisor_cpu", emulator, arch, machine, virttype, xmlCPUs, flags
        )

    async def set_identity(self, params: TypedParams, flags: u32 = 0) -> None:
        """Say on whose behalf the following calls are made."""
        await self._ask("set_identity", params, flags)

    async def node_get_info(self) -> NodeInfo:
        """CPU model, memory and topology of the host."""
        return await self._ask("node_get_info")

    async def node_get_cells_free_memory(self, startCell: i32, maxcells: i32) -> list[u64]:
        """Free memory in bytes of at most ``maxcells`` NUMA cells from ``startCell`` on."""
        return await self._ask("node_get_cells_free_memory", startCell, maxcells)

    async def node_get_free_memory(self) -> u64:
        """Free memory of the host, in bytes."""
        return await self._ask("node_get_free_memory")

    async def node_get_security_model(self) -> SecurityModel:
        """The security driver of the host."""
        return await self._ask("node_get_security_model")

    async def node_get_cpu_stats(self, cpuNum: i32, flags: u32 = 0) -> Counters:
        """Times in ns that a CPU of the host (-1: all together) spent, by what for."""
        return await self._ask("node_get_cpu_stats", cpuNum, flags)

    async def node_get_memory_stats(self, cellNum: i32, flags: u32 = 0) -> Counters:
        """Memory in KiB of a NUMA cell (-1: all together), by use."""
        return await self._ask("node_get_memory_stats", cellNum, flags)

    async def node_suspend_for_duration(
        self, target: NodeSuspendTarget | u32, duration: u64, flags: u32 = 0
    ) -> None:
        """Suspend the host for that many seconds."""
        await self._ask("node_suspend_for_duration", target, duration, flags)

    async def node_set_memory_parameters(self, params: TypedParams, flags: u32 = 0) -> None:
        """Change settings of the host's memory sharing (KSM)."""
        await self._ask("node_set_memory_parameters", params, flags)

    async def node_get_memory_parameters(self, flags: u32 = 0) -> TypedParams:
        """Settings of the host's memory sharing (KSM)."""
        return await self._ask("node_get_memory_parameters", flags)

    async def node_get_cpu_map(self, flags: u32 = 0) -> NodeCpuMap:
        """Which CPUs of the host are online."""
        return await self._ask("node_get_cpu_map", flags)

    async def node_get_free_pages(
        self, pages: list[u32], startCell: i32, cellCount: u32, flags: u32 = 0
    ) -> list[u64]:
        """Free pages for each size (KiB) and NUMA cell, cell after cell."""
        return await self._ask("node_get_free_pages", pages, startCell, cellCount, flags)

    async def node_alloc_pages(
        self,
        pageSizes: list[u32],
        pageCounts: list[u64],
        startCell: i32,
        cellCount: u32,
        flags: NodeAllocPages | u32 = 0,
    ) -> i32:
        """Reserve pages of the given sizes (KiB) in NUMA cells; how many pools changed."""
        return await self._ask(
            "node_alloc_pages", pageSizes, pageCounts, startCell, cellCount, flags
        )

    async def node_get_sev_info(self, flags: u32 = 0) -> TypedParams:
        """What the host's SEV offers."""
        return await self._ask("node_get_sev_info", flags)

    async def domain_event_register(self) -> i32:
        """Ask for lifecycle events of all domains, in the legacy form; how many callbacks there
        are.
        """
        return await self._ask("domain_event_register")

    async def domain_event_deregister(self) -> i32:
        """Ask for lifecycle events of all domains no more; how many callbacks are left."""
        return await self._ask("domain_event_deregister")

    async def domain_event_register_any(self, eventID: i32) -> None:
        """Ask for events of one kind from all domains, in the legacy form."""
        await self._ask("domain_event_register_any", eventID)

    async def domain_event_deregister_any(self, eventID: i32) -> None:
        """Ask for events of one kind no more, in the legacy form."""
        await self._ask("domain_event_deregister_any", eventID)

    async def network_event_register_any(self, eventID: i32, net: Network | None = None) -> i32:
        """Ask for events of one kind, from one network or (None) all; the callback's id."""
        return await self._ask("network_event_register_any", eventID, net)

    async def network_event_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""
        await self._ask("network_event_deregister_any", callbackID)

    async def domain_event_callback_register_any(
        self, eventID: i32, dom: Domain | None = None
    ) -> i32:
        """Ask for events of one kind, from one domain or (None) all; the callback's id."""
        return await self._ask("domain_event_callback_register_any", eventID, dom)

    async def domain_event_callback_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""
        await self._ask("domain_event_callback_deregister_any", callbackID)

    async def storage_pool_event_register_any(self, eventID: i32, pool: Pool | None = None) -> i32:
        """Ask for events of one kind, from one pool or (None) all; the callback's id."""
        return await self._ask("storage_pool_event_register_any", eventID, pool)

    async def storage_pool_event_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""
        await self._ask("storage_pool_event_deregister_any", callbackID)

    async def node_device_event_register_any(
        self, eventID: i32, dev: NodeDevice | None = None
    ) -> i32:
        """Ask for events of one kind, from one host device or (None) all; the callback's id."""
        return await self._ask("node_device_event_register_any", eventID, dev)

    async def node_device_event_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""
        await self._ask("node_device_event_deregister_any", callbackID)

    async def secret_event_register_any(self, eventID: i32, secret: Secret | None = None) -> i32:
        """Ask for events of one kind, from one secret or (None) all; the callback's id."""
        return await self._ask("secret_event_register_any", eventID, secret)

    async def secret_event_deregister_any(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""
        await self._ask("secret_event_deregister_any", callbackID)

    async def domain_monitor_event_register(
        self,
        dom: Domain | None = None,
        event: Text | None = None,
        flags: DomainQemuMonitorEventRegister | u32 = 0,
    ) -> i32:
        """Ask for QEMU's own events, by name or pattern; the callback's id."""
        return await self._ask("domain_monitor_event_register", dom, event, flags)

    async def domain_monitor_event_deregister(self, callbackID: i32) -> None:
        """Ask for a callback's events no more."""
        await self._ask("domain_monitor_event_deregister", callbackID)

    async def list_defined_networks(self) -> list[Text]:
        """Names of the networks that are not active."""
        return await self._ask("list_defined_networks")

    async def list_networks(self) -> list[Text]:
        """Names of the active networks."""
        return await self._ask("list_networks")

    async def num_of_defined_networks(self) -> i32:
        """How many networks are not active."""
        return await self._ask("num_of_defined_networks")

    async def num_of_networks(self) -> i32:
        """How many networks are active."""
        return await self._ask("num_of_networks")

    async def num_of_interfaces(self) -> i32:
        """How many host interfaces are active."""
        return await self._ask("num_of_interfaces")

    async def list_interfaces(self) -> list[Text]:
        """Names of the active host interfaces."""
        return await self._ask("list_interfaces")

    async def num_of_defined_interfaces(self) -> i32:
        """How many host interfaces are not active."""
        return await self._ask("num_of_defined_interfaces")

    async def list_defined_interfaces(self) -> list[Text]:
        """Names of the host interfaces that are not active."""
        return await self._ask("list_defined_interfaces")

    async def num_of_nwfilters(self) -> i32:
        """How many network filters there are."""
        return await self._ask("num_of_nwfilters")

    async def list_nwfilters(self) -> list[Text]:
        """Names of the network filters."""
        return await self._ask("list_nwfilters")

    async def list_all_networks(self, flags: ListAllNetworks | u32 = 0) -> list[Network]:
        """All networks, or those that the flags pick."""
        return await self._ask("list_all_networks", flags)

    async def list_all_interfaces(self, flags: ListAllInterfaces | u32 = 0) -> list[Interface]:
        """All host interfaces, or those that the flags pick."""
        return await self._ask("list_all_interfaces", flags)

    async def list_all_nwfilters(self, flags: u32 = 0) -> list[Nwfilter]:
        """All network filters."""
        return await self._ask("list_all_nwfilters", flags)

    async def list_all_nwfilter_bindings(self, flags: u32 = 0) -> list[NwfilterBinding]:
        """All bindings of network filters."""
        return await self._ask("list_all_nwfilter_bindings", flags)

    async def network_create_xml(self, xml: Text) -> Network:
        """Start a transient network."""
        return await self._ask("network_create_xml", xml)

    async def network_define_xml(self, xml: Text) -> Network:
        """Define a network, or replace its definition."""
        return await self._ask("network_define_xml", xml)

    async def network_lookup_by_name(self, name: Text) -> Network:
        """The network of that name.  Raises NoNetwork."""
        return await self._ask("network_lookup_by_name", name)

    async def network_lookup_by_uuid(self, uuid: UUID) -> Network:
        """The network of that UUID.  Raises NoNetwork."""
        return await self._ask("network_lookup_by_uuid", uuid)

    async def interface_lookup_by_name(self, name: Text) -> Interface:
        """The host interface of that name.  Raises NoInterface."""
        return await self._ask("interface_lookup_by_name", name)

    async def interface_lookup_by_mac_string(self, mac: Text) -> Interface:
        """The host interface with that MAC address.  Raises NoInterface."""
        return await self._ask("interface_lookup_by_mac_string", mac)

    async def interface_define_xml(self, xml: Text, flags: InterfaceDefine | u32 = 0) -> Interface:
        """Define a host interface, or replace its definition."""
        return await self._ask("interface_define_xml", xml, flags)

    async def nwfilter_lookup_by_name(self, name: Text) -> Nwfilter:
        """The network filter of that name.  Raises NoNwfilter."""
        return await self._ask("nwfilter_lookup_by_name", name)

    async def nwfilter_lookup_by_uuid(self, uuid: UUID) -> Nwfilter:
        """The network filter of that UUID.  Raises NoNwfilter."""
        return await self._ask("nwfilter_lookup_by_uuid", uuid)

    async def nwfilter_define_xml(self, xml: Text) -> Nwfilter:
        """Define a network filter, or replace its definition."""
        return await self._ask("nwfilter_define_xml", xml)

    async def interface_change_begin(self, flags: u32 = 0) -> None:
        """Remember the interfaces' configuration, to come back to it."""
        await self._ask("interface_change_begin", flags)

    async def interface_change_commit(self, flags: u32 = 0) -> None:
        """Keep what was changed since ``interface_change_begin``."""
        await self._ask("interface_change_commit", flags)

    async def interface_change_rollback(self, flags: u32 = 0) -> None:
        """Go back to what was at ``interface_change_begin``."""
        await self._ask("interface_change_rollback", flags)

    async def nwfilter_binding_lookup_by_port_dev(self, name: Text) -> NwfilterBinding:
        """The binding of a port device.  Raises NoNwfilterBinding."""
        return await self._ask("nwfilter_binding_lookup_by_port_dev", name)

    async def nwfilter_binding_create_xml(
        self, xml: Text, flags: NWFilterBindingCreate | u32 = 0
    ) -> NwfilterBinding:
        """Bind a network filter to a port device."""
        return await self._ask("nwfilter_binding_create_xml", xml, flags)

    async def nwfilter_define_xml_flags(
        self, xml: Text, flags: NWFilterDefine | u32 = 0
    ) -> Nwfilter:
        """Define or replace a network filter."""
        return await self._ask("nwfilter_define_xml_flags", xml, flags)

    async def network_define_xml_flags(self, xml: Text, flags: NetworkDefine | u32 = 0) -> Network:
        """Define a network, or replace its definition."""
        return await self._ask("network_define_xml_flags", xml, flags)

    async def network_create_xml_flags(self, xml: Text, flags: NetworkCreate | u32 = 0) -> Network:
        """Start a transient network."""
        return await self._ask("network_create_xml_flags", xml, flags)

    async def num_of_storage_pools(self) -> i32:
        """How many pools are active."""
        return await self._ask("num_of_storage_pools")

    async def list_storage_pools(self) -> list[Text]:
        """Names of the active pools."""
        return await self._ask("list_storage_pools")

    async def num_of_defined_storage_pools(self) -> i32:
        """How many pools are not active."""
        return await self._ask("num_of_defined_storage_pools")

    async def list_defined_storage_pools(self) -> list[Text]:
        """Names of the pools that are not active."""
        return await self._ask("list_defined_storage_pools")

    async def find_storage_pool_sources(
        self, type: Text, srcSpec: Text | None = None, flags: u32 = 0
    ) -> Text:
        """Possible sources for pools of a type, as XML; ``srcSpec`` narrows the search."""
        return await self._ask("find_storage_pool_sources", type, srcSpec, flags)

    async def num_of_secrets(self) -> i32:
        """How many secrets there are."""
        return await self._ask("num_of_secrets")

    async def list_secrets(self) -> list[Text]:
        """UUIDs of the secrets, as text."""
        return await self._ask("list_secrets")

    async def list_all_storage_pools(self, flags: ListAllStoragePools | u32 = 0) -> list[Pool]:
        """All pools, or those that the flags pick."""
        return await self._ask("list_all_storage_pools", flags)

    async def list_all_secrets(self, flags: ListAllSecrets | u32 = 0) -> list[Secret]:
        """All secrets, or those that the flags pick."""
        return await self._ask("list_all_secrets", flags)

    async def get_storage_pool_capabilities(self, flags: u32 = 0) -> Text:
        """The pool types that this host can handle, as XML."""
        return await self._ask("get_storage_pool_capabilities", flags)

    async def storage_pool_create_xml(self, xml: Text, flags: StoragePoolCreate | u32 = 0) -> Pool:
        """Start a transient pool."""
        return await self._ask("storage_pool_create_xml", xml, flags)

    async def storage_pool_define_xml(self, xml: Text, flags: StoragePoolDefine | u32 = 0) -> Pool:
        """Define a pool, or replace its definition."""
        return await self._ask("storage_pool_define_xml", xml, flags)

    async def storage_pool_lookup_by_name(self, name: Text) -> Pool:
        """The pool of that name.  Raises NoStoragePool."""
        return await self._ask("storage_pool_lookup_by_name", name)

    async def storage_pool_lookup_by_uuid(self, uuid: UUID) -> Pool:
        """The pool of that UUID.  Raises NoStoragePool."""
        return await self._ask("storage_pool_lookup_by_uuid", uuid)

    async def storage_vol_lookup_by_key(self, key: Text) -> Volume:
        """The volume with that key, in whatever pool.  Raises NoStorageVolume."""
        return await self._ask("storage_vol_lookup_by_key", key)

    async def storage_vol_lookup_by_path(self, path: Text) -> Volume:
        """The volume at that path, in whatever pool.  Raises NoStorageVolume."""
        return await self._ask("storage_vol_lookup_by_path", path)

    async def secret_lookup_by_uuid(self, uuid: UUID) -> Secret:
        """The secret of that UUID.  Raises NoSecret."""
        return await self._ask("secret_lookup_by_uuid", uuid)

    async def secret_define_xml(self, xml: Text, flags: SecretDefine | u32 = 0) -> Secret:
        """Define a secret, or replace its definition; its value stays."""
        return await self._ask("secret_define_xml", xml, flags)

    async def secret_lookup_by_usage(
        self, usageType: SecretUsageType | i32, usageID: Text
    ) -> Secret:
        """The secret for that use.  Raises NoSecret."""
        return await self._ask("secret_lookup_by_usage", usageType, usageID)

    async def storage_pool_lookup_by_target_path(self, path: Text) -> Pool:
        """The pool whose target is that path.  Raises NoStoragePool."""
        return await self._ask("storage_pool_lookup_by_target_path", path)

    async def list_all_node_devices(self, flags: ListAllNodeDevice | u32 = 0) -> list[NodeDevice]:
        """All host devices, or a selection."""
        return await self._ask("list_all_node_devices", flags)

    async def node_num_of_devices(self, cap: Text | None = None, flags: u32 = 0) -> i32:
        """How many host devices have a capability; None for all."""
        return await self._ask("node_num_of_devices", cap, flags)

    async def node_list_devices(self, cap: Text | None = None, flags: u32 = 0) -> list[Text]:
        """Names of the host devices that have a capability; None for all."""
        return await self._ask("node_list_devices", cap, flags)

    async def node_device_lookup_by_name(self, name: Text) -> NodeDevice:
        """The host device of that name.  Raises NoNodeDevice."""
        return await self._ask("node_device_lookup_by_name", name)

    async def node_device_create_xml(
        self, xml_desc: Text, flags: NodeDeviceCreateXML | u32 = 0
    ) -> NodeDevice:
        """Make a transient host device: a vHBA or mediated device."""
        return await self._ask("node_device_create_xml", xml_desc, flags)

    async def node_device_lookup_scsi_host_by_wwn(
        self, wwnn: Text, wwpn: Text, flags: u32 = 0
    ) -> NodeDevice:
        """The SCSI host with these world wide names.  Raises NoNodeDevice."""
        return await self._ask("node_device_lookup_scsi_host_by_wwn", wwnn, wwpn, flags)

    async def node_device_define_xml(
        self, xml_desc: Text, flags: NodeDeviceDefineXML | u32 = 0
    ) -> NodeDevice:
        """Define a mediated device, or replace its definition."""
        return await self._ask("node_device_define_xml", xml_desc, flags)

    async def domain_migrate_prepare(
        self, uri_in: Text | None, flags: DomainMigrate | u64, dname: Text | None, resource: u64
    ) -> Prepared:
        """Protocol 1, step 1: make ready to receive a domain."""
        return await self._ask("domain_migrate_prepare", uri_in, flags, dname, resource)

    async def domain_migrate_finish(
        self, dname: Text, cookie: Blob, uri: Text, flags: DomainMigrate | u64 = 0
    ) -> Domain:
        """Protocol 1, step 3: take over the domain."""
        return await self._ask("domain_migrate_finish", dname, cookie, uri, flags)

    async def domain_migrate_prepare2(
        self,
        uri_in: Text | None,
        flags: DomainMigrate | u64,
        dname: Text | None,
        resource: u64,
        dom_xml: Text,
    ) -> Prepared:
        """Protocol 2, step 1: make ready to receive the domain of ``dom_xml``."""
        return await self._ask("domain_migrate_prepare2", uri_in, flags, dname, resource, dom_xml)

    async def domain_migrate_finish2(
        self, dname: Text, cookie: Blob, uri: Text, flags: DomainMigrate | u64, retcode: i32
    ) -> Domain:
        """Protocol 2, step 3: take over the domain, or drop it if ``retcode`` is not 0."""
        return await self._ask("domain_migrate_finish2", dname, cookie, uri, flags, retcode)

    async def domain_migrate_prepare_tunnel(
        self,
        stream: Stream,
        flags: DomainMigrate | u64,
        dname: Text | None,
        resource: u64,
        dom_xml: Text,
    ) -> None:
        """Protocol 2, step 1: make ready to receive a domain from a stream."""
        await self._ask("domain_migrate_prepare_tunnel", stream, flags, dname, resource, dom_xml)

    async def domain_migrate_prepare3(
        self,
        cookie_in: Blob,
        uri_in: Text | None,
        flags: DomainMigrate | u64,
        dname: Text | None,
        resource: u64,
        dom_xml: Text,
    ) -> Prepared:
        """Protocol 3, step 2: make ready to receive the domain of ``dom_xml``."""
        return await self._ask(
            "domain_migrate_prepare3", cookie_in, uri_in, flags, dname, resource, dom_xml
        )

    async def domain_migrate_prepare_tunnel3(
        self,
        stream: Stream,
        cookie_in: Blob,
        flags: DomainMigrate | u64,
        dname: Text | None,
        resource: u64,
        dom_xml: Text,
    ) -> Blob:
        """Protocol 3, step 2: make ready to receive a domain from a stream; the cookie for the
        source.
        """
        return await self._ask(
            "domain_migrate_prepare_tunnel3", stream, cookie_in, flags, dname, resource, dom_xml
        )

    async def domain_migrate_finish3(
        self,
        dname: Text,
        cookie_in: Blob,
        dconnuri: Text | None,
        uri: Text | None,
        flags: DomainMigrate | u64,
        cancelled: i32,
    ) -> Finished:
        """Protocol 3, step 4: take over the domain, or drop it if ``cancelled``."""
        return await self._ask(
            "domain_migrate_finish3", dname, cookie_in, dconnuri, uri, flags, cancelled
        )

    async def domain_migrate_prepare3_params(
        self, params: TypedParams, cookie_in: Blob, flags: DomainMigrate | u32 = 0
    ) -> Prepared:
        """Protocol 3 with parameters, step 2: make ready to receive a domain."""
        return await self._ask("domain_migrate_prepare3_params", params, cookie_in, flags)

    async def domain_migrate_prepare_tunnel3_params(
        self, stream: Stream, params: TypedParams, cookie_in: Blob, flags: DomainMigrate | u32 = 0
    ) -> Blob:
        """Protocol 3 with parameters, step 2: make ready to receive a domain from a stream; the
        cookie for the source.
        """
        return await self._ask(
            "domain_migrate_prepare_tunnel3_params", stream, params, cookie_in, flags
        )

    async def domain_migrate_finish3_params(
        self, params: TypedParams, cookie_in: Blob, flags: DomainMigrate | u32, cancelled: i32
    ) -> Finished:
        """Protocol 3 with parameters, step 4: take over the domain, or drop it if ``cancelled``."""
        return await self._ask("domain_migrate_finish3_params", params, cookie_in, flags, cancelled)
