# mypy: disable-error-code="empty-body"
"""The host and the hypervisor: versions, capabilities, CPUs, memory."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection.records import NodeCpuMap, NodeInfo, SecurityModel
    from vsh.api.types import Counters, Text, TypedParams, i32, u32, u64


class ConnectHost(Object):
    """Facts and settings of the host."""

    __slots__ = ()
    prefix = "connect_"

    @call(3, acl="connect:getattr")
    def get_type(self) -> Text:
        """Connect get type."""

    @call(4, acl="connect:getattr")
    def get_version(self) -> u64:
        """Connect get version."""

    @call(5, acl="connect:read")
    def get_max_vcpus(self, type: Text | None = None) -> i32:
        """Connect get max vcpus."""

    @call(7, acl="connect:read")
    def get_capabilities(self) -> Text:
        """Connect get capabilities."""

    @call(59, acl="connect:getattr")
    def get_hostname(self) -> Text:
        """Connect get hostname."""

    @call(60, acl="connect:getattr")
    def supports_feature(self, feature: i32) -> i32:
        """Connect supports feature."""

    @call(110, acl="connect:getattr")
    def get_uri(self) -> Text:
        """Connect get uri."""

    @call(149, acl="none")
    def is_secure(self) -> i32:
        """Connect is secure."""

    @call(157, acl="connect:getattr")
    def get_lib_version(self) -> u64:
        """Connect get lib version."""

    @call(158, acl="connect:read")
    def compare_cpu(self, xml: Text, flags: u32 = 0) -> i32:
        """Connect compare cpu."""

    @call(162, acl="connect:read", limit=256)
    def baseline_cpu(self, xmlCPUs: list[Text], flags: u32 = 0) -> Text:
        """Connect baseline cpu."""

    @call(203, acl="connect:read")
    def get_sysinfo(self, flags: u32 = 0) -> Text:
        """Connect get sysinfo."""

    @call(
        312, acl="connect:read", wire="arch, need_results: i32 = 1, flags", count="i32", limit=8192
    )
    def get_cpu_model_names(self, arch: Text, flags: u32 = 0) -> list[Text]:
        """Connect get cpu model names."""

    @call(342, acl="connect:write")
    def get_domain_capabilities(
        self, emulatorbin: Text | None = None, arch: Text | None = None,
        machine: Text | None = None, virttype: Text | None = None, flags: u32 = 0
    ) -> Text:
        """Connect get domain capabilities."""

    @call(360, acl="connect:getattr")
    def register_close_callback(self) -> None:
        """Connect register close callback."""

    @call(361, acl="connect:getattr")
    def unregister_close_callback(self) -> None:
        """Connect unregister close callback."""

    @call(393, acl="connect:write")
    def compare_hypervisor_cpu(
        self, emulator: Text | None, arch: Text | None, machine: Text | None, virttype: Text | None,
        xmlCPU: Text, flags: u32 = 0
    ) -> i32:
        """Connect compare hypervisor cpu."""

    @call(394, acl="connect:write", limit=256)
    def baseline_hypervisor_cpu(
        self, emulator: Text | None, arch: Text | None, machine: Text | None, virttype: Text | None,
        xmlCPUs: list[Text], flags: u32 = 0
    ) -> Text:
        """Connect baseline hypervisor cpu."""

    @call(419, acl="connect:write", limit=20)
    def set_identity(self, params: TypedParams, flags: u32 = 0) -> None:
        """Connect set identity."""


class Host(Object):
    """Facts and settings of the host."""

    __slots__ = ()
    prefix = ""

    @call(6, acl="connect:read")
    def node_get_info(self) -> NodeInfo:
        """Node get info."""

    @call(101, acl="connect:read", limit=1024)
    def node_get_cells_free_memory(self, startCell: i32, maxcells: i32) -> list[u64]:
        """Node get cells free memory."""

    @call(102, acl="connect:read")
    def node_get_free_memory(self) -> u64:
        """Node get free memory."""

    @call(122, acl="connect:read")
    def node_get_security_model(self) -> SecurityModel:
        """Node get security model."""

    @call(227, acl="connect:read", wire="cpuNum, nparams: i32 = probe, flags", count="i32")
    def node_get_cpu_stats(self, cpuNum: i32, flags: u32 = 0) -> Counters:
        """Node get cpu stats."""

    @call(228, acl="connect:read", wire="nparams: i32 = probe, cellNum, flags", count="i32")
    def node_get_memory_stats(self, cellNum: i32, flags: u32 = 0) -> Counters:
        """Node get memory stats."""

    @call(250, acl="connect:pm_control")
    def node_suspend_for_duration(self, target: u32, duration: u64, flags: u32 = 0) -> None:
        """Node suspend for duration."""

    @call(288, acl="connect:write")
    def node_set_memory_parameters(self, params: TypedParams, flags: u32 = 0) -> None:
        """Node set memory parameters."""

    @call(289, acl="connect:read", wire="nparams: i32 = 64, flags", count="i32")
    def node_get_memory_parameters(self, flags: u32 = 0) -> TypedParams:
        """Node get memory parameters."""

    @call(293, acl="connect:read", wire="need_map: i32 = 1, need_online: i32 = 1, flags")
    def node_get_cpu_map(self, flags: u32 = 0) -> NodeCpuMap:
        """Node get cpu map."""

    @call(340, acl="connect:read", limit=1024)
    def node_get_free_pages(
        self, pages: list[u32], startCell: i32, cellCount: u32, flags: u32 = 0
    ) -> list[u64]:
        """Node get free pages."""

    @call(347, acl="connect:write", limit=1024)
    def node_alloc_pages(
        self, pageSizes: list[u32], pageCounts: list[u64], startCell: i32, cellCount: u32,
        flags: u32 = 0
    ) -> i32:
        """Node alloc pages."""

    @call(395, acl="connect:read", wire="nparams: i32 = 64, flags", count="i32")
    def node_get_sev_info(self, flags: u32 = 0) -> TypedParams:
        """Node get sev info."""
