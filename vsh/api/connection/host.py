# mypy: disable-error-code="empty-body"
"""The host and the hypervisor: versions, capabilities, CPUs, memory."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection.records import NodeCpuMap, NodeInfo, SecurityModel
    from vsh.api.types import Counters, Text, TypedParams, i32, u32, u64
    from vsh.words.connection import BaselineCPU, CompareCPU, GetDomainCapabilities
    from vsh.words.host import NodeAllocPages, NodeSuspendTarget


class Host(Object):
    """Facts and settings of the host."""

    __slots__ = ()

    @call(3, "connect_get_type", acl="connect:getattr", quick=True)
    def get_type(self) -> Text:
        """Name of the hypervisor's driver, such as "QEMU"."""

    @call(4, "connect_get_version", acl="connect:getattr")
    def get_version(self) -> u64:
        """Version of the hypervisor: 1,000,000 * major + 1,000 * minor + release."""

    @call(5, "connect_get_max_vcpus", acl="connect:read")
    def get_max_vcpus(self, type: Text | None = None) -> i32:
        """How many vCPUs a guest of that kind (None: the usual) may have."""

    @call(7, "connect_get_capabilities", acl="connect:read")
    def get_capabilities(self) -> Text:
        """The host and what guests it can run, as XML."""

    @call(59, "connect_get_hostname", acl="connect:getattr", quick=True)
    def get_hostname(self) -> Text:
        """Name of the host."""

    @call(60, "connect_supports_feature", acl="connect:getattr")
    def supports_feature(self, feature: i32) -> i32:
        """Whether the driver has one of its internal features."""

    @call(110, "connect_get_uri", api="virConnectGetURI", acl="connect:getattr", quick=True)
    def get_uri(self) -> Text:
        """The URI of this connection, as the other side knows it."""

    @call(149, "connect_is_secure", acl="none")
    def is_secure(self) -> i32:
        """1 if nobody else can listen to the connection."""

    @call(157, "connect_get_lib_version", acl="connect:getattr", quick=True)
    def get_lib_version(self) -> u64:
        """Version of the libvirt that answers, counted like ``get_version``."""

    @call(158, "connect_compare_cpu", api="virConnectCompareCPU", acl="connect:read")
    def compare_cpu(self, xml: Text, flags: CompareCPU | u32 = 0) -> i32:
        """How a CPU's XML compares with the host (``CPUCompareResult``)."""

    @call(162, "connect_baseline_cpu", api="virConnectBaselineCPU", acl="connect:read", limit=256)
    def baseline_cpu(self, xmlCPUs: list[Text], flags: BaselineCPU | u32 = 0) -> Text:
        """The best CPU that all the given CPUs have in common, as XML."""

    @call(203, "connect_get_sysinfo", acl="connect:read")
    def get_sysinfo(self, flags: u32 = 0) -> Text:
        """SMBIOS data of the host, as XML."""

    @call(
        312,
        "connect_get_cpu_model_names",
        api="virConnectGetCPUModelNames",
        acl="connect:read",
        wire="arch, need_results: i32 = 1, flags",
        count="i32",
        limit=8192,
    )
    def get_cpu_model_names(self, arch: Text, flags: u32 = 0) -> list[Text]:
        """Names of the CPU models known for an architecture."""

    @call(342, "connect_get_domain_capabilities", acl="connect:write")
    def get_domain_capabilities(
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

    @call(360, "connect_register_close_callback", acl="connect:getattr", events=True)
    def register_close_callback(self) -> None:
        """Ask for ``event.ConnectionClosed``."""

    @call(361, "connect_unregister_close_callback", acl="connect:getattr")
    def unregister_close_callback(self) -> None:
        """Ask for ``event.ConnectionClosed`` no more."""

    @call(
        393,
        "connect_compare_hypervisor_cpu",
        api="virConnectCompareHypervisorCPU",
        acl="connect:write",
    )
    def compare_hypervisor_cpu(
        self,
        emulator: Text | None,
        arch: Text | None,
        machine: Text | None,
        virttype: Text | None,
        xmlCPU: Text,
        flags: CompareCPU | u32 = 0,
    ) -> i32:
        """How a CPU's XML compares with an emulator's CPU (``CPUCompareResult``)."""

    @call(
        394,
        "connect_baseline_hypervisor_cpu",
        api="virConnectBaselineHypervisorCPU",
        acl="connect:write",
        limit=256,
    )
    def baseline_hypervisor_cpu(
        self,
        emulator: Text | None,
        arch: Text | None,
        machine: Text | None,
        virttype: Text | None,
        xmlCPUs: list[Text],
        flags: BaselineCPU | u32 = 0,
    ) -> Text:
        """The best CPU that all the given CPUs and an emulator have in common, as XML."""

    @call(419, "connect_set_identity", acl="connect:write", limit=20, readonly=True)
    def set_identity(self, params: TypedParams, flags: u32 = 0) -> None:
        """Say on whose behalf the following calls are made."""

    @call(6, "node_get_info", acl="connect:read")
    def node_get_info(self) -> NodeInfo:
        """CPU model, memory and topology of the host."""

    @call(
        101,
        "node_get_cells_free_memory",
        acl="connect:read",
        limit=1024,
        needs={"maxcells": "maxCells in %s must be greater than zero"},
        least={"startCell": (0, "startCell in %s must be zero or greater")},
    )
    def node_get_cells_free_memory(self, startCell: i32, maxcells: i32) -> list[u64]:
        """Free memory in bytes of at most ``maxcells`` NUMA cells from ``startCell`` on."""

    @call(102, "node_get_free_memory", acl="connect:read")
    def node_get_free_memory(self) -> u64:
        """Free memory of the host, in bytes."""

    @call(122, "node_get_security_model", acl="connect:read")
    def node_get_security_model(self) -> SecurityModel:
        """The security driver of the host."""

    @call(
        227,
        "node_get_cpu_stats",
        api="virNodeGetCPUStats",
        acl="connect:read",
        wire="cpuNum, nparams: i32 = probe, flags",
        count="i32",
        least={"cpuNum": (-1, "cpuNum in %s only accepts -1 as a negative value")},
    )
    def node_get_cpu_stats(self, cpuNum: i32, flags: u32 = 0) -> Counters:
        """Times in ns that a CPU of the host (-1: all together) spent, by what for."""

    @call(
        228,
        "node_get_memory_stats",
        acl="connect:read",
        wire="nparams: i32 = probe, cellNum, flags",
        count="i32",
        least={"cellNum": (-1, "cellNum in %s only accepts -1 as a negative value")},
    )
    def node_get_memory_stats(self, cellNum: i32, flags: u32 = 0) -> Counters:
        """Memory in KiB of a NUMA cell (-1: all together), by use."""

    @call(250, "node_suspend_for_duration", acl="connect:pm_control")
    def node_suspend_for_duration(
        self, target: NodeSuspendTarget | u32, duration: u64, flags: u32 = 0
    ) -> None:
        """Suspend the host for that many seconds."""

    @call(288, "node_set_memory_parameters", acl="connect:write")
    def node_set_memory_parameters(self, params: TypedParams, flags: u32 = 0) -> None:
        """Change settings of the host's memory sharing (KSM)."""

    @call(
        289,
        "node_get_memory_parameters",
        acl="connect:read",
        wire="nparams: i32 = 64, flags",
        count="i32",
        texts=True,
    )
    def node_get_memory_parameters(self, flags: u32 = 0) -> TypedParams:
        """Settings of the host's memory sharing (KSM)."""

    @call(
        293,
        "node_get_cpu_map",
        api="virNodeGetCPUMap",
        acl="connect:read",
        wire="need_map: i32 = 1, need_online: i32 = 1, flags",
    )
    def node_get_cpu_map(self, flags: u32 = 0) -> NodeCpuMap:
        """Which CPUs of the host are online."""

    @call(
        340,
        "node_get_free_pages",
        acl="connect:read",
        limit=1024,
        needs={"pages": "npages in %s must not be zero"},
    )
    def node_get_free_pages(
        self, pages: list[u32], startCell: i32, cellCount: u32, flags: u32 = 0
    ) -> list[u64]:
        """Free pages for each size (KiB) and NUMA cell, cell after cell."""

    @call(347, "node_alloc_pages", acl="connect:write", limit=1024)
    def node_alloc_pages(
        self,
        pageSizes: list[u32],
        pageCounts: list[u64],
        startCell: i32,
        cellCount: u32,
        flags: NodeAllocPages | u32 = 0,
    ) -> i32:
        """Reserve pages of the given sizes (KiB) in NUMA cells; how many pools changed."""

    @call(
        395,
        "node_get_sev_info",
        api="virNodeGetSEVInfo",
        acl="connect:read",
        wire="nparams: i32 = 64, flags",
        count="i32",
        readonly=False,
        texts=True,
    )
    def node_get_sev_info(self, flags: u32 = 0) -> TypedParams:
        """What the host's SEV offers."""
