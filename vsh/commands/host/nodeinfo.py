"""nodeinfo: the host's CPUs and memory."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.errors import failing
from vsh.output.document import Fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="model cpu_count mhz sockets cores threads numa_nodes memory_bytes")
def nodeinfo(connection: Connection = CONNECTION) -> Document:
    """Print what CPUs and how much memory the host has.

    A host that is odd enough can only be told from its capabilities.

    Examples:
        nodeinfo  # CPUs and memory of the host
    """
    with failing("failed to get node information"):
        info = connection.node_get_info()
    fields = Fields(20)
    fields.add("CPU model:", info.model, model=info.model)
    fields.add("CPU(s):", info.cpus, cpu_count=info.cpus)
    if info.mhz:
        fields.add("CPU frequency:", f"{info.mhz} MHz", mhz=info.mhz)
    fields.add("CPU socket(s):", info.sockets, sockets=info.sockets)
    fields.add("Core(s) per socket:", info.cores, cores=info.cores)
    fields.add("Thread(s) per core:", info.threads, threads=info.threads)
    fields.add("NUMA cell(s):", info.nodes, numa_nodes=info.nodes)
    fields.add("Memory size:", f"{info.memory} KiB", memory_bytes=info.memory * 1024)
    return fields
