"""The host that QEMU runs guests on."""

from __future__ import annotations

import os
import socket

from vsh.api.connection import host
from vsh.api.connection.records import NodeCpuMap, NodeInfo, SecurityModel
from vsh.drivers.host.cpus import Cpus
from vsh.drivers.host.memory import Memory
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.qemu.probe import find
from vsh.errors import InternalError, InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection

LIBRARY_VERSION = 12008000
"""The libvirt that this driver behaves like."""
MAX_VCPUS = {"qemu": 16, "kvm": 710}


class Host(QemuPart, answers=host):
    """Answers about the host."""

    def get_type(self, connection: Connection) -> str:
        return "QEMU"

    def get_uri(self, connection: Connection) -> str:
        return self.driver.uri

    def get_hostname(self, connection: Connection) -> str:
        return socket.gethostname()

    def get_lib_version(self, connection: Connection) -> int:
        return LIBRARY_VERSION

    def get_version(self, connection: Connection) -> int:
        arch = os.uname().machine
        program = find(arch)
        if program is None:
            raise InternalError(f"Cannot find suitable emulator for {arch}")
        major, minor, micro = self.hypervisor.capabilities(program).version
        return major * 1000000 + minor * 1000 + micro

    def get_max_vcpus(self, connection: Connection, type: str | None = None) -> int:
        word = (type or "qemu").lower()
        if word not in MAX_VCPUS:
            raise InvalidArgument(f"unknown type '{type}'")
        return MAX_VCPUS[word]

    def is_secure(self, connection: Connection) -> int:
        return 1

    def node_get_info(self, connection: Connection) -> NodeInfo:
        machine = os.uname().machine
        found = Cpus().arrangement(machine)
        return NodeInfo(
            machine,
            Memory().total(),
            found.cpus,
            found.mhz,
            found.nodes,
            found.sockets,
            found.cores,
            found.threads,
        )

    def node_get_free_memory(self, connection: Connection) -> int:
        return Memory().free() * 1024

    def node_get_cpu_map(self, connection: Connection, flags: int = 0) -> NodeCpuMap:
        self.accept(flags, 0, "qemuNodeGetCPUMap")
        cpus = Cpus()
        present, online = cpus.present(), cpus.online()
        size = max(present) + 1
        bits = bytearray((size + 7) // 8)
        for cpu in online:
            bits[cpu // 8] |= 1 << cpu % 8
        return NodeCpuMap(bytes(bits), len(online), size)

    def node_get_security_model(self, connection: Connection) -> SecurityModel:
        return SecurityModel("", "")
