"""The places for vCPUs of a QEMU, and what is in each.

QEMU knows places for CPUs (query-hotpluggable-cpus), each for one vCPU or, on some machines, for
several; libvirt's number of a vCPU is its place in the order of the guest's topology.
"""

from __future__ import annotations

from vsh.drivers.qemu.monitor import CommandRefused
from vsh.qmp.value import integer, struct, structs, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.qmp.value import Ask, Struct

_PERIPHERAL = "/machine/peripheral/"
_TOPOLOGY = ("node-id", "socket-id", "die-id", "cluster-id", "core-id", "thread-id")


class Place:
    """One vCPU as QEMU has it.

    count   how many vCPUs are plugged with it; 0 for one that comes with another
    kind    the device that is plugged
    values  its place in the topology, in QEMU's names
    alias   the device's id, where it was plugged
    online  whether it is there
    thread  the host's thread that runs it; 0 where there is none of its own
    order   the how-manieth it was to come; 0 while it is not there
    """

    __slots__ = ("alias", "count", "kind", "online", "order", "thread", "values")

    def __init__(self, count: int = 0, kind: str = "", values: Struct | None = None):
        self.count = count
        self.kind = kind
        self.values = values or {}
        self.alias: str | None = None
        self.online = False
        self.thread = 0
        self.order = 0

    @property
    def hotpluggable(self) -> bool:
        """Whether it came, or will come, as a device."""
        return self.alias is not None or not self.online


def asked(ask: Ask, most: int, process: int) -> list[Place]:
    """All vCPUs of a QEMU, by number.

    ask      asks its monitor: ``guest.ask`` or ``monitor.call``
    most     how many there can be
    process  the QEMU's number: a vCPU that it runs in its main thread has none of its own
    """
    try:
        slots = structs(ask("query-hotpluggable-cpus"))
    except CommandRefused:
        slots = []  # a machine whose CPUs are all there from the start
    slots.sort(
        key=lambda slot: [integer(struct(slot["props"]).get(name), -1) for name in _TOPOLOGY]
    )
    found: list[Place] = []
    paths: dict[str, int] = {}
    for slot in slots:
        first = Place(integer(slot["vcpus-count"]), text(slot["type"]), struct(slot["props"]))
        path = text(slot.get("qom-path"), "")
        if path:
            paths[path] = len(found)
            if path.startswith(_PERIPHERAL):
                first.alias = path[len(_PERIPHERAL) :]
        found += [first, *(Place() for _ in range(first.count - 1))]
    found += [Place() for _ in range(most - len(found))]
    for order, cpu in enumerate(structs(ask("query-cpus-fast")), 1):
        number, own = integer(cpu["cpu-index"]), text(cpu["qom-path"])
        for path, first_number in paths.items():
            if own == path or own.startswith(f"{path}/"):
                number = first_number
                while found[number].online:
                    number += 1
        found[number].online, found[number].order = True, order
        found[number].thread = integer(cpu["thread-id"])
    threads = [place.thread for place in found if place.thread]
    if process in threads or len(set(threads)) != len(threads):
        for place in found:  # emulated in turns, by one thread
            place.thread = 0
    return found[:most]
