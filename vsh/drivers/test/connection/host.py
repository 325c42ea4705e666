"""The host that the test hypervisor pretends to run on."""

from __future__ import annotations

from vsh.api.connection import host
from vsh.api.connection.records import NodeCpuMap, NodeInfo, SecurityModel
from vsh.drivers.test.guest import MAX_VCPUS
from vsh.drivers.test.part import TestPart
from vsh.errors import InvalidArgument
from vsh.words.connection import BaselineCPU, DriverFeature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection

# the newest libvirt that this driver behaves like
LIBRARY_VERSION = 12008000
PAGE_SIZES = (4, 8, 2048, 1048576)  # KiB
_CPU_STATS = {
    "user": 9797400000,
    "kernel": 34678723400000,
    "idle": 87264900000,
    "iowait": 763600000,
    "guest": 1797400000,
}
_SYSINFO = """<sysinfo type='smbios'>
  <bios>
    <entry name='vendor'>LENOVO</entry>
    <entry name='version'>G4ETA1WW (2.61 )</entry>
    <entry name='date'>05/07/2014</entry>
    <entry name='release'>2.61</entry>
  </bios>
</sysinfo>
"""
_GUEST_KINDS = ("hvm", "xen")
_DOMAIN_CAPABILITIES = """<domainCapabilities>
{path}  <domain>{virttype}</domain>
{machine}  <arch>{arch}</arch>
  <cpu>
    <mode name='host-passthrough' supported='no'/>
    <mode name='maximum' supported='no'/>
    <mode name='host-model' supported='no'/>
    <mode name='custom' supported='no'/>
  </cpu>
  <devices>
  </devices>
  <features>
    <sev supported='no'/>
    <sgx supported='no'/>
  </features>
</domainCapabilities>
"""
_FEATURES = (
    DriverFeature.FD_PASSING,
    DriverFeature.TYPED_PARAM_STRING,
    DriverFeature.NETWORK_UPDATE_HAS_CORRECT_ORDER,
)


class Host(TestPart, answers=host):
    """Answers about host."""

    def get_type(self, connection: Connection) -> str:
        return "TEST"

    def get_version(self, connection: Connection) -> int:
        return 2

    def get_lib_version(self, connection: Connection) -> int:
        return LIBRARY_VERSION

    def get_uri(self, connection: Connection) -> str:
        return self.driver.uri

    def get_hostname(self, connection: Connection) -> str:
        from socket import gethostname

        return gethostname()

    def is_secure(self, connection: Connection) -> int:
        return 1

    def supports_feature(self, connection: Connection, feature: int) -> int:
        return int(feature in _FEATURES)

    def get_max_vcpus(self, connection: Connection, kind: str | None = None) -> int:
        return MAX_VCPUS

    def get_sysinfo(self, connection: Connection, flags: int = 0) -> str:
        self.accept(flags, 0, "testConnectGetSysinfo")
        return _SYSINFO

    def get_capabilities(self, connection: Connection) -> str:
        lines = [
            "<capabilities>",
            "",
            "  <host>",
            "    <cpu>",
            "      <arch>i686</arch>",
            "      <features>",
            "        <pae/>",
            "        <nonpae/>",
            "      </features>",
        ]
        lines += [f"      <pages unit='KiB' size='{size}'/>" for size in PAGE_SIZES]
        lines += ["    </cpu>", "    <power_management/>", "    <iommu support='no'/>"]
        if self.hypervisor.cells is not None:
            lines += ["    <topology>", f"      <cells num='{len(self.hypervisor.cells)}'>"]
            for number in range(len(self.hypervisor.cells)):
                lines += self._cell(number)
            lines += ["      </cells>", "    </topology>"]
        lines += [
            "    <secmodel>",
            "      <model>testSecurity</model>",
            "      <doi></doi>",
            "    </secmodel>",
            "  </host>",
            "",
        ]
        for kind in _GUEST_KINDS:
            lines += [
                "  <guest>",
                f"    <os_type>{kind}</os_type>",
                "    <arch name='i686'>",
                "      <wordsize>32</wordsize>",
                "      <emulator>/usr/bin/test-hv</emulator>",
                "      <domain type='test'/>",
                "    </arch>",
                "    <features>",
                "      <pae/>",
                "      <nonpae/>",
                "    </features>",
                "  </guest>",
                "",
            ]
        return "\n".join([*lines, "</capabilities>", ""])

    def get_domain_capabilities(
        self,
        connection: Connection,
        emulator: str | None = None,
        arch: str | None = None,
        machine: str | None = None,
        virttype: str | None = None,
        flags: int = 0,
    ) -> str:
        from vsh.words.host import ARCHITECTURES, VIRTUALIZERS

        self.accept(flags, 0, "testConnectGetDomainCapabilities")
        if arch is not None and arch not in ARCHITECTURES:
            raise InvalidArgument(f"unknown architecture: {arch}")
        if virttype is not None and virttype not in VIRTUALIZERS:
            raise InvalidArgument(f"unknown virttype: {virttype}")
        return _DOMAIN_CAPABILITIES.format(
            path="" if emulator is None else f"  <path>{_escaped(emulator)}</path>\n",
            machine="" if machine is None else f"  <machine>{_escaped(machine)}</machine>\n",
            virttype=virttype or "test",
            arch=arch or "i686",
        )

    def get_cpu_model_names(self, connection: Connection, arch: str, flags: int = 0) -> list[str]:
        from vsh.cpu import models
        from vsh.words.host import ARCHITECTURES

        self.accept(flags, 0, "testConnectGetCPUModelNames")
        if arch not in ARCHITECTURES:
            raise InvalidArgument(f"cannot find architecture {arch}")
        return models(arch)

    def baseline_cpu(self, connection: Connection, documents: list[str], flags: int = 0) -> str:
        from vsh import cpu
        from vsh.cpu.definition import read_cpu

        self.accept(flags, BaselineCPU.EXPAND_FEATURES, "testConnectBaselineCPU")
        cpus = [read_cpu(document, host=True) for document in documents]
        found = cpu.baseline(None, cpus)
        if flags & BaselineCPU.EXPAND_FEATURES:
            cpu.expand_features(str(cpus[0].arch), found)
        return str(found.format())

    def node_get_info(self, connection: Connection) -> NodeInfo:
        return NodeInfo(self.hypervisor.cpu_model, *self.hypervisor.node)

    def node_get_security_model(self, connection: Connection) -> SecurityModel:
        return SecurityModel("testSecurity", "")

    def node_get_cpu_stats(
        self, connection: Connection, cpu: int, flags: int = 0
    ) -> dict[str, int]:
        self.accept(flags, 0, "testNodeGetCPUStats")
        return dict(_CPU_STATS)

    def node_get_cpu_map(self, connection: Connection, flags: int = 0) -> NodeCpuMap:
        self.accept(flags, 0, "testNodeGetCPUMap")
        return NodeCpuMap(b"\x15", 3, 8)

    def node_get_free_memory(self, connection: Connection) -> int:
        return sum(free for _, free in self.hypervisor.cells)

    def node_get_cells_free_memory(
        self, connection: Connection, first: int, count: int
    ) -> list[int]:
        if first >= len(self.hypervisor.cells):
            raise InvalidArgument("Range exceeds available cells")
        return [memory for memory, _ in self.hypervisor.cells[first : first + count]]

    def node_get_free_pages(
        self, connection: Connection, pages: list[int], first: int, count: int, flags: int = 0
    ) -> list[int]:
        self.accept(flags, 0, "testNodeGetFreePages")
        counts = []
        for cell in range(first, first + count):
            number = cell * 6
            for _ in pages:
                number = number * 2 + 7
                counts.append(number)
        return counts

    def _cell(self, number: int) -> list[str]:
        memory = self.hypervisor.cells[number][0]
        page = PAGE_SIZES[1] if number == 1 else PAGE_SIZES[0]
        lines = [
            f"        <cell id='{number}'>",
            f"          <memory unit='KiB'>{memory}</memory>",
            f"          <pages unit='KiB' size='{page}'>{memory // page}</pages>",
        ]
        lines += [f"          <pages unit='KiB' size='{size}'>0</pages>" for size in PAGE_SIZES[2:]]
        lines.append("          <cpus num='8'>")
        for core in range(8):
            cpu = number * 8 + core
            lines.append(
                f"            <cpu id='{cpu}' socket_id='{number}' die_id='0' cluster_id='0' "
                f"core_id='{core}' siblings='{cpu}'/>"
            )
        return [*lines, "          </cpus>", "        </cell>"]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
