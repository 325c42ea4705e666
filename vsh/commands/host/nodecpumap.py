"""nodecpumap: which CPUs of the host are online."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Flag
from vsh.errors import failing
from vsh.output.document import Fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="present online online_cpus")
def nodecpumap(
    pretty: bool = Flag("print the CPUs that are online as ranges"),
    connection: Connection = CONNECTION,
) -> Document:
    """Print how many CPUs the host has, and which of them are online.

    A letter y stands for each CPU that is online, in order.

    Examples:
        nodecpumap --pretty  # how many CPUs there are, and which are online
    """
    with failing("Unable to get cpu map"):
        present = connection.node_get_cpu_map()
    count = present.ret
    used = [
        cpu for cpu in range(len(present.cpumap) * 8) if present.cpumap[cpu // 8] >> cpu % 8 & 1
    ]
    if pretty:
        from vsh.xml.engine.values import show_set

        shown = show_set(used)
    else:
        shown = "".join("y" if cpu in used else "-" for cpu in range(count))
    fields = Fields()
    fields.add("CPUs present:", count, present=count)
    fields.add("CPUs online:", present.online, online=present.online)
    fields.add("CPU map:", shown, online_cpus=used)
    return fields
