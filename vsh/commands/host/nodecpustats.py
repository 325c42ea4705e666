"""nodecpustats: what the host's CPUs spend their time on."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Flag, Option, int32
from vsh.errors import CommandError, Error, InvalidArgument, failing
from vsh.output.document import Fields
from vsh.words.host import NodeGetCPUStatsAllCPUs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.api.connection import Connection
    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document


LABELS = {
    "user": "user:",
    "kernel": "system:",
    "idle": "idle:",
    "iowait": "iowait:",
    "intr": "intr:",
    "guest": "guest:",
}
USAGE = "utilization"


def _cpus(session: Session, text: str, given: Given) -> Iterable[str]:
    cpus = session.connection.node_get_cpu_map()
    return [str(cpu) for cpu in range(cpus.ret) if cpus.cpumap[cpu // 8] >> cpu % 8 & 1]


@command(
    tells=(
        "user_ns? kernel_ns? idle_ns? iowait_ns? guest_ns? usage_percent? user_percent? "
        "kernel_percent? idle_percent? iowait_percent? guest_percent? params?"
    )
)
def nodecpustats(
    cpu: int | None = Option("only this CPU", kind=int32, by_place=True, complete=_cpus),
    percent: bool = Flag("percentages over one second"),
    connection: Connection = CONNECTION,
) -> Document | None:
    """Print the time that the host's CPUs have spent, in nanoseconds.

    Since the host was started; of all CPUs together unless one is given.

    Examples:
        nodecpustats --percent  # how busy the host is
    """
    number = NodeGetCPUStatsAllCPUs.ALL_CPUS if cpu is None else cpu
    stats = _first(connection, number)
    if not stats:
        return None
    times = {name: value for name, value in stats.items() if name in LABELS}
    if not percent:
        return _fields({name: f"{times[name]:20}" for name in LABELS if name in times}, times, "ns")
    if USAGE in stats:
        usage = {"usage": stats[USAGE], "idle": 100 - stats[USAGE]}
        return _fields({name: f"{value:5}%" for name, value in usage.items()}, usage, "percent")
    from time import sleep

    sleep(1)
    with failing("Unable to get node cpu stats"):
        later = connection.node_get_cpu_stats(number)
    spent = {name: later.get(name, 0) - value for name, value in times.items()}
    total = sum(spent.values())
    parts = {"usage": spent.get("user", 0) + spent.get("kernel", 0)}
    parts.update({name: spent[name] for name in LABELS if name in spent})
    if not total:  # nothing has moved: there is no share to speak of
        return _fields(dict.fromkeys(parts, " -nan%"), dict.fromkeys(parts), "percent")
    shares = {name: value / total * 100 for name, value in parts.items()}
    return _fields({name: f"{value:5.1f}%" for name, value in shares.items()}, shares, "percent")


def _first(connection: Connection, cpu: int) -> dict[str, int]:
    """The times of a CPU.  Raises CommandError in the words of virsh.

    virsh asks for their number first, which a daemon tells of any CPU.
    """
    try:
        return connection.node_get_cpu_stats(cpu)
    except Error as error:
        counted = isinstance(error, InvalidArgument) and cpu >= 0
        what = "node" if counted else "number of"
        raise CommandError(f"Unable to get {what} cpu stats") from error


def _fields(texts: dict[str, str], values: dict[str, Any], unit: str) -> Document:
    fields = Fields()
    for name, text in texts.items():
        fields.add(LABELS.get(name, f"{name}:"), text, **{f"{name}_{unit}": values[name]})
    return fields
