"""The guest's NUMA nodes: their memory, CPUs, distances, latencies and caches."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.qemu.argv.machine import board
from vsh.hypervisors.qemu.argv.memory import Piece, add_backend, backend, cell_sizes
from vsh.hypervisors.qemu.argv.properties import ranges
from vsh.xml.engine.values import parse_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.xml.domain.cpu import Cell, Link, Numa

_LEVELS = ("memory", "first-level", "second-level", "third-level")
_ASSOCIATIVITY = {"none": "none", "direct": "direct", "full": "complex"}
_POLICIES = {"none": "none", "writeback": "write-back", "writethrough": "write-through"}


def add_numa(line: Line) -> None:
    """All nodes, if there are any."""
    cpu = line.domain.cpu
    numa = cpu.numa if cpu is not None else None
    if numa is None or not numa.cells:
        return
    _available(line)
    detailed = bool(numa.latencies or numa.bandwidths or any(cell.caches for cell in numa.cells))
    found = board(line)
    needed = detailed or (found is not None and not found.numa_mem)
    sizes = cell_sizes(line)
    backends = []
    for number, size in enumerate(sizes):
        properties, must = backend(line, Piece(f"ram-node{number}", size, cell=number), force=False)
        backends.append(properties)
        needed = needed or must
    if not needed:
        from vsh.hypervisors.qemu.argv.memory import _path

        _path(line)
    first = next((number for number, cell in enumerate(numa.cells) if cell.cpus), None)
    if first is None:
        raise ConfigUnsupported("At least one NUMA node has to have CPUs")
    for number, cell in enumerate(numa.cells):
        if needed:
            add_backend(line, f"ram-node{number}", backends[number])
        words = [f"node,nodeid={number}"]
        if cell.cpus:
            words += [f"cpus={part}" for part in ranges(parse_set(cell.cpus))]
        if detailed:
            words.append(f"initiator={_initiator(numa, number, first)}")
        words.append(f"memdev=ram-node{number}" if needed else f"mem={sizes[number] // 1024}")
        line.add("-numa", ",".join(words))
    _distances(line, numa)
    if detailed:
        _links(line, numa)
        for number, cell in enumerate(numa.cells):
            _caches(line, number, cell)


def _available(line: Line) -> None:
    for tune in line.domain.numatune:
        for nodes in (tune.nodeset, *(node.nodeset for node in tune.memnodes)):
            for node in parse_set(nodes) if nodes else ():
                if node >= line.host.numa_nodes:
                    raise line.host.no_node(node)


def _initiator(numa: Numa, number: int, first: int) -> int:
    """The node whose CPUs reach a node's memory best."""
    if numa.cells[number].cpus:
        return number
    reads = ("access", "read")
    best: Link | None
    fast = [k for k in numa.bandwidths if k.target == number and not k.cache and k.type in reads]
    best = max(fast, key=lambda link: link.value or 0, default=None)
    if best is None or not best.value:
        near = [k for k in numa.latencies if k.target == number and not k.cache and k.type in reads]
        best = min(near, key=lambda link: link.value or 0, default=None)
    return first if best is None else best.initiator or 0


def _distances(line: Line, numa: Numa) -> None:
    if all(
        sibling.value == (10 if sibling.id == here else 20)
        for here, cell in enumerate(numa.cells)
        for sibling in cell.distances
    ):
        return  # as QEMU has them by itself
    for here, cell in enumerate(numa.cells):
        known = {sibling.id: sibling.value for sibling in cell.distances}
        for there in range(len(numa.cells)):
            value = known.get(there) or (10 if here == there else 20)
            line.add("-numa", f"dist,src={here},dst={there},val={value}")


def _links(line: Line, numa: Numa) -> None:
    for link, name, unit in (
        *((each, "latency", "") for each in numa.latencies),
        *((each, "bandwidth", "K") for each in numa.bandwidths),
    ):
        line.add("-numa", _link(link, name, unit))


def _link(link: Link, name: str, unit: str) -> str:
    return (
        f"hmat-lb,initiator={link.initiator},target={link.target},"
        f"hierarchy={_LEVELS[link.cache or 0]},data-type={link.type}-{name},"
        f"{name}={link.value}{unit}"
    )


def _caches(line: Line, number: int, cell: Cell) -> None:
    for cache in sorted(cell.caches, key=lambda cache: cache.level or 0):
        words = [
            f"hmat-cache,node-id={number},size={cache.size}K,level={cache.level}",
            f"associativity={_ASSOCIATIVITY[str(cache.associativity)]}",
            f"policy={_POLICIES[str(cache.policy)]}",
        ]
        if cache.line_size:
            words.append(f"line={cache.line_size}")
        line.add("-numa", ",".join(words))
