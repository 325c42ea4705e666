"""Which host CPUs and nodes a definition gives each thread of a QEMU, by its group's name."""

from __future__ import annotations

from vsh.drivers.state import tuning_model

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain as Definition

_BY_GROUP = ("strict", "restrictive")
"""Modes of <numatune> that groups of threads keep to, where the host has such groups."""


def by_group(mode: str) -> bool:
    """Whether groups of threads keep to a mode of ``<numatune>``."""
    return mode in _BY_GROUP


def memory(definition: Definition) -> tuple[str, list[int]]:
    """How memory is to be taken, and from which nodes of the host: none where it may be any."""
    mode, nodes = tuning_model.numa(definition)
    return str(mode or "strict"), tuning_model.number_set(nodes)


def wanted(definition: Definition) -> bool:
    """Whether any thread, or memory, is to be somewhere."""
    tune = definition.cputune
    mode, nodes = memory(definition)
    return bool(
        definition.vcpu_cpuset
        or (tune is not None and (tune.vcpupins or tune.emulatorpin or tune.iothreadpins))
        or (nodes and by_group(mode))
        or _own_nodes(definition)
    )


def cpus(definition: Definition, group: str) -> list[int]:
    """The host CPUs of the threads in a group; none where they may use all."""
    if group == "emulator":
        return tuning_model.emulator_pin(definition)
    kind = group.rstrip("0123456789")
    number = int(group[len(kind) :])
    if kind == "vcpu":
        return tuning_model.vcpu_pin(definition, number)
    own = tuning_model.io_threads(definition).get(number)
    return own or tuning_model.cpu_set(definition)


def nodes(definition: Definition, group: str) -> list[int]:
    """The nodes that the threads in a group have memory from; none where they may from all."""
    if group.startswith("vcpu"):
        for vcpus, found in _own_nodes(definition):
            if int(group[4:]) in vcpus:
                return found
    mode, found = memory(definition)
    return found if by_group(mode) else []


def _own_nodes(definition: Definition) -> list[tuple[list[int], list[int]]]:
    """The vCPUs of each node of the guest's whose memory nothing but a group restricts."""
    cpu = definition.cpu
    if not definition.numatune or cpu is None or cpu.numa is None:
        return []
    own = {
        each.cellid: tuning_model.number_set(each.nodeset)
        for each in definition.numatune[0].memnodes
        if each.mode == "restrictive"
    }
    return [
        (tuning_model.number_set(cell.cpus), own[number])
        for number, cell in enumerate(cpu.numa.cells)
        if number in own
    ]
