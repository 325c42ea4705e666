"""Changes that a vsh was killed over: QEMU is asked what came of them."""

from __future__ import annotations

from vsh.drivers.qemu import definitions, io_threads, vcpus
from vsh.drivers.qemu.blocks import groups, throttle
from vsh.drivers.qemu.devices import media, plugging
from vsh.drivers.qemu.monitor import CommandRefused
from vsh.drivers.state.attempts import Ignoring
from vsh.qmp.value import integer, structs, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.qmp.value import Struct


def resolve(hypervisor: Hypervisor, guest: Guest, operation: str, facts: Struct) -> None:
    """A vsh was killed over a change: QEMU is asked whether it is done, or for what was before."""
    finished = _RESOLVERS[operation](hypervisor, guest, facts)
    if finished and "planned" in facts:
        guest.assign(definitions.loaded(text(facts["planned"])), live=False)


def _plug(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> bool:
    return plugging.resolve(hypervisor, guest, facts)


def _unplug(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> bool:
    there = structs(guest.ask("qom-list", {"path": "/machine/peripheral"}))
    return all(each.get("name") != facts["alias"] for each in there)


def _medium(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> bool:
    return media.resolve(hypervisor, guest, facts)


def _throttle(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> bool:
    disk = guest.definition.disk(text(facts["target"]))
    if disk is not None and not disk.empty():
        throttle.apply(guest, disk)
    return False


def _group(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> bool:
    groups.settle(guest, text(facts["name"]))
    return False


def _balloon(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> bool:
    with Ignoring(CommandRefused):
        guest.ask("balloon", {"value": integer(facts["value"])})
    return False


def _vcpus(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> bool:
    vcpus.record(guest)
    return int(guest.definition.vcpu_current or 0) == integer(facts["count"])


def _io_thread(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> bool:
    return io_threads.settle(guest, integer(facts["number"])) == bool(facts["there"])


_RESOLVERS = {
    "plug": _plug,
    "unplug": _unplug,
    "medium": _medium,
    "throttle": _throttle,
    "group": _group,
    "balloon": _balloon,
    "vcpus": _vcpus,
    "iothread": _io_thread,
}
CHANGES = frozenset(_RESOLVERS)
"""The operations that are changes."""
