"""Memory: how much, what it is made of, its NUMA nodes, and modules that are plugged in."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, OperationFailed
from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.machine import board, cells
from vsh.hypervisors.qemu.argv.properties import given, nonzero, on_off
from vsh.hypervisors.qemu.machine import PPC64
from vsh.xml.domain.tune import MemoryBacking
from vsh.xml.engine.text import LONG_MAX
from vsh.xml.engine.values import parse_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.memory import MemoryDevice

_POLICIES = {"strict": "bind", "preferred": "preferred", "interleave": "interleave"}
_DEVICES = {
    "dimm": "pc-dimm", "nvdimm": "nvdimm", "virtio-pmem": "virtio-pmem-pci",
    "virtio-mem": "virtio-mem-pci",
}  # fmt: skip
_PAGE = 4  # KiB, of ordinary memory


class Piece:
    """One piece of memory that is to have a back end.

    cell   the guest's NUMA node that it belongs to, or None
    nodes  the host's nodes that it must come from, if it says so itself
    """

    def __init__(
        self,
        name: str,
        size: int,
        *,
        cell: int | None = None,
        device: MemoryDevice | None = None,
        ordinary: bool = False,
    ) -> None:
        self.name = name
        self.size = size
        self.cell = cell
        self.model = None if device is None else device.model
        self.path = None if device is None else device.path
        self.pmem = device is not None and bool(device.pmem)
        self.access = None if device is None else device.access
        self.discard = None if device is None else device.discard
        self.nodes = None if device is None else device.nodemask
        self.page = None if device is None else device.pagesize
        self.align = None if device is None else device.alignsize
        self.alias = name if device is None else name.removeprefix("mem")
        self.ordinary = ordinary


_MOST = LONG_MAX // 1024
"""The most memory that there can be, in KiB."""


def aligned(size: int, step: int) -> int:
    """A size, rounded up."""
    return -(-size // step) * step


def granule(domain: Domain) -> int:
    """What memory sizes are multiples of, in KiB."""
    return 256 * 1024 if domain.os.arch in PPC64 else 1024


def module_size(domain: Domain, device: MemoryDevice) -> int:
    """The size of a memory module as QEMU is told it, in KiB."""
    size = device.size or 0
    if device.model == "nvdimm" and domain.os.arch in PPC64:
        step = 256 * 1024
        label = device.label_size or 0
        if size < step + label:
            raise OperationFailed(
                "minimum target size for the NVDIMM must be 256MB plus the label size"
            )
        return (size - label) // step * step + label
    return aligned(size, granule(domain) if domain.os.arch in PPC64 else 2048)


def plugged_size(domain: Domain, device: MemoryDevice) -> int:
    """The size of a memory module that is plugged into a guest that runs, in KiB."""
    if device.model == "nvdimm" and domain.os.arch in PPC64:
        return module_size(domain, device)
    return aligned(device.size or 0, granule(domain))


def cell_sizes(line: Line) -> list[int]:
    """The sizes of the NUMA nodes, in KiB."""
    cpu = line.domain.cpu
    found = cpu.numa.cells if cpu is not None and cpu.numa is not None else []
    return [aligned(cell.memory or 0, granule(line.domain)) for cell in found]


def align_sizes(domain: Domain) -> None:
    """Round all sizes up to what QEMU can have.  Raises ConfigUnsupported."""
    step = granule(domain)
    numa = domain.cpu.numa if domain.cpu is not None else None
    cells = numa.cells if numa is not None else []
    modules = domain.memory_devices
    own = (domain.memory or 0) - sum(device.size or 0 for device in modules)
    for number, cell in enumerate(cells):
        cell.memory = aligned(cell.memory or 0, step)
        if cell.memory > _MOST:
            raise ConfigUnsupported(
                f"memory size of NUMA node '{number}' overflowed after alignment"
            )
    if domain.max_memory:
        domain.max_memory = aligned(domain.max_memory, step)
        if domain.max_memory > _MOST:
            raise ConfigUnsupported("maximum memory size overflowed after alignment")
    for number, device in enumerate(modules):
        device.size = module_size(domain, device)
        if device.size > _MOST:
            raise ConfigUnsupported(f"size of memory module '{number}' overflowed after alignment")
    full = domain.current_memory == domain.memory
    first = sum(int(cell.memory or 0) for cell in cells) if cells else aligned(own, step)
    domain.memory = first + sum(device.size for device in modules)
    if full:
        domain.current_memory = domain.memory


def initial(line: Line) -> int:
    """What a guest starts with, in KiB: without what is plugged in."""
    domain = line.domain
    sizes = cell_sizes(line)
    if sizes:
        return sum(sizes)
    plugged = sum(device.size or 0 for device in domain.memory_devices)
    return aligned((domain.memory or 0) - plugged, granule(domain))


def add_memory(line: Line) -> None:
    """How much memory, and its back end."""
    domain = line.domain
    size = initial(line)
    if domain.max_memory:
        most = aligned(domain.max_memory, granule(domain))
        slots = f"slots={domain.memory_slots}," if domain.memory_slots else ""
        line.add("-m", f"size={size}k,{slots}maxmem={most}k")
    else:
        line.add("-m", f"size={size & ~0x1FF}k" if domain.newest else str(size // 1024))
    found = board(line)
    if not cells(line):
        if found is not None and found.ram_id is not None:
            properties, _ = backend(line, Piece(found.ram_id, size, ordinary=True), force=False)
            add_backend(line, found.ram_id, properties)
        else:
            _path(line)
    locked = domain.memory_backing is not None and bool(domain.memory_backing.locked)
    line.add("-overcommit", f"mem-lock={on_off(locked)}")


def _path(line: Line) -> None:
    """How memory was made before it had back ends."""
    backing = line.domain.memory_backing
    if backing is None:
        return
    path = None
    prealloc = backing.allocation == "immediate"
    if backing.hugepages and (not backing.pages or backing.pages[0].size != _PAGE):
        size = backing.pages[0].size if backing.pages else None
        path = hugepage_path(line, size or _default_page(line))
        prealloc = True
    elif backing.source == "file":
        path = f"{line.host.memory}/{line.host.identity(line.domain)}/ram"
    if prealloc and not line.prealloc:
        line.add("-mem-prealloc")
        line.prealloc = True
    if path is not None:
        line.add("-mem-path", path)


def _default_page(line: Line) -> int:
    if not line.host.hugepages:
        raise _no_pages()
    return line.host.hugepage_default


def _no_pages() -> InternalError:
    return InternalError("hugetlbfs filesystem is not mounted or disabled by administrator config")


def hugepage_path(line: Line, size: int) -> str:
    """The folder for a guest's pages of a size."""
    if not line.host.hugepages:
        raise _no_pages()
    for known, mount in line.host.hugepages:
        if known == size:
            return f"{mount}/libvirt/qemu/{line.host.identity(line.domain)}"
    raise InternalError(f"Unable to find any usable hugetlbfs mount for {size} KiB")


def _pages(line: Line, piece: Piece) -> tuple[int, bool, bool]:
    """The size of pages, whether one was asked for just here, and whether pages are huge."""
    backing = line.domain.memory_backing
    size = piece.page or 0
    needed = used = bool(size)
    if not size and backing is not None and backing.hugepages:
        general = not backing.pages
        chosen = None
        for page in backing.pages:
            if page.nodeset is None:
                general, chosen = True, chosen or page
            elif piece.cell is not None and piece.cell in parse_set(page.nodeset):
                needed, chosen = True, page
                break
        if needed or general:
            used = True
            size = (chosen.size if chosen is not None else None) or 0
    if size == _PAGE:
        return 0, False, False
    if used and not size:
        size = _default_page(line)
    return size, needed, used


def _numa_mode(line: Line, cell: int | None) -> tuple[str, str | None, bool]:
    """How memory of a guest's node is bound, to which of the host's, and whether just for it."""
    tune = line.domain.numatune[0] if line.domain.numatune else None
    if tune is None:
        return "strict", None, False
    for node in tune.memnodes:
        if cell is not None and node.cellid == cell:
            return str(node.mode), node.nodeset, True
    return str(tune.mode or "strict"), tune.nodeset, False


def backend(line: Line, piece: Piece, *, force: bool) -> tuple[dict[str, Properties], bool]:
    """The properties of a back end by its kind, and whether there must be one."""
    domain = line.domain
    backing = domain.memory_backing or MemoryBacking()
    access, discard = piece.access, piece.discard
    cell = None
    if piece.cell is not None and domain.cpu is not None and domain.cpu.numa is not None:
        cell = domain.cpu.numa.cells[piece.cell]
        access = access or cell.access
        discard = cell.discard if discard is None else discard
    access = access or backing.access
    if discard is None and backing.discard:
        discard = True
    mode, nodes, own = _numa_mode(line, piece.cell)
    size, needed, used = _pages(line, piece)
    prealloc = backing.allocation == "immediate"
    if piece.path is not None:
        prealloc = prealloc or (not piece.pmem and piece.model != "virtio-pmem")
    elif used:
        prealloc = True
    share = {"shared": True, "private": False}.get(str(access))
    found: Properties = {}
    kind, exact = "memory-backend-file", False
    if piece.model == "sgx-epc":
        kind = "memory-backend-epc"
        prealloc = prealloc or not line.prealloc
    elif piece.path is None and backing.source == "memfd":
        kind = "memory-backend-memfd"
        if used:
            found |= {"hugetlb": True, "hugetlbsize": size << 10}
        found["share"] = share
        exact = piece.ordinary
    elif used or piece.path is not None or access is not None or backing.source == "file":
        if piece.path is not None:
            found["mem-path"] = piece.path
        elif used:
            found["mem-path"] = hugepage_path(line, size)
        else:
            folder = f"{line.host.memory}/{line.host.identity(domain)}"
            found["mem-path"] = f"{folder}/{piece.alias}"
        if piece.path is None:
            found["discard-data"] = discard
        found["share"] = share
        exact = piece.ordinary
    else:
        kind = "memory-backend-ram"
    if exact and line.can.object_property(
        "memory-backend-file", "x-use-canonical-path-for-ramblock-id"
    ):
        found["x-use-canonical-path-for-ramblock-id"] = False
    if piece.model == "virtio-mem":
        if not line.can.has_property("virtio-mem-pci", "prealloc") and line.prealloc:
            found["prealloc"] = False
        if line.can.object_property("memory-backend-file", "reserve"):
            found["reserve"] = False
    elif not line.prealloc:
        found["prealloc"] = True if prealloc else None
        found["prealloc-threads"] = nonzero(backing.allocation_threads)
    found["size"] = piece.size * 1024
    found["align"] = nonzero((piece.align or 0) * 1024)
    if piece.pmem:
        if not line.can.object_property("memory-backend-file", "pmem"):
            raise ConfigUnsupported("nvdimm pmem property is not available with this QEMU binary")
        found["pmem"] = True
    if piece.nodes:
        nodes = piece.nodes
    if nodes:
        numbers = parse_set(nodes)
        _available(line, numbers)
        if mode != "restrictive":
            found |= {"host-nodes": numbers, "policy": _POLICIES[mode]}
    must = (
        needed or piece.nodes or own or piece.path is not None or access is not None
        or backing.source in ("file", "memfd") or force
    )  # fmt: skip
    if must and kind == "memory-backend-memfd" and not line.can.has(kind):
        raise ConfigUnsupported("this qemu doesn't support the memory-backend-memfd object")
    return {kind: given(found)}, bool(must)


def _available(line: Line, nodes: list[int]) -> None:
    for node in nodes:
        if node >= line.host.numa_nodes:
            raise line.host.no_node(node)


def add_backend(line: Line, name: str, properties: dict[str, Properties]) -> None:
    """A back end, and the threads that fill it where it is bound to some nodes."""
    for kind, found in properties.items():
        nodes = found.get("host-nodes")
        if nodes is not None and found.get("prealloc") and line.can.has("thread-context"):
            line.add_object("thread-context", f"tc-{name}", {"node-affinity": nodes})
            found["prealloc-context"] = f"tc-{name}"
        line.add_object(kind, name, found)


def add_modules(line: Line) -> None:
    """Memory modules, each with its back end."""
    for device in line.domain.memory_devices:
        add_module(line, device, module_size(line.domain, device))


def add_module(line: Line, device: MemoryDevice, size: int) -> None:
    """One of them, of a size in KiB."""
    alias = line.alias(device)
    piece = Piece(f"mem{alias}", size, cell=device.numa_node, device=device)
    properties, _ = backend(line, piece, force=True)
    add_backend(line, f"mem{alias}", properties)
    if device.model != "sgx-epc":
        line.device(module(line, device))


def module(line: Line, device: MemoryDevice) -> Properties:
    """The module that the guest sees."""
    alias = line.alias(device)
    driver = _DEVICES.get(str(device.model))
    if device.model == "virtio-mem" and device.address and device.address.type == "ccw":
        driver = "virtio-mem-ccw"
    if driver is None:
        raise line.unhandled(f"<memory> of model '{device.model}'")
    prealloc = None
    if device.model == "virtio-mem" and line.can.has_property("virtio-mem-pci", "prealloc"):
        backing = line.domain.memory_backing or MemoryBacking()
        _, _, used = _pages(line, Piece(alias, 0, cell=device.numa_node, device=device))
        prealloc = True if used or backing.allocation == "immediate" else None
    return {
        "driver": driver,
        "node": device.numa_node,
        "label-size": nonzero((device.label_size or 0) * 1024),
        "block-size": nonzero((device.block or 0) * 1024),
        "requested-size": nonzero((device.requested or 0) * 1024),
        "uuid": device.uuid,
        "unarmed": True if device.readonly else None,
        "memdev": f"mem{alias}",
        "prealloc": prealloc,
        "memaddr": nonzero(device.base or 0),
        "dynamic-memslots": device.dynamic_memslots,
        "id": alias,
        **address_of(line, device),
    }
