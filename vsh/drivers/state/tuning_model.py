"""Tuning in a domain model: CPU pins, I/O threads, memory, NUMA, block I/O, performance events."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InvalidArgument, OperationInvalid
from vsh.words.domain.memory import DomainNumatuneMemMode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.api.types import TypedParams
    from vsh.xml.domain import Domain
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.tune import BlockDevice, BlockTune, CpuTune

PERF_EVENTS = (
    "cmt", "mbmt", "mbml", "cpu_cycles", "instructions", "cache_references", "cache_misses",
    "branch_instructions", "branch_misses", "bus_cycles", "stalled_cycles_frontend",
    "stalled_cycles_backend", "ref_cpu_cycles", "cpu_clock", "task_clock", "page_faults",
    "context_switches", "cpu_migrations", "page_faults_min", "page_faults_maj", "alignment_faults",
    "emulation_faults",
)  # fmt: skip
# the names of virDomainMemoryParameters, in libvirt's order
MEMORY_LIMITS = ("hard_limit", "soft_limit", "swap_hard_limit")
# parameter of a block device: the field of its definition, and what its number may be
BLKIO_DEVICE = {
    "device_weight": ("weight", 2**32),
    "device_read_iops_sec": ("read_iops", 2**32),
    "device_write_iops_sec": ("write_iops", 2**32),
    "device_read_bytes_sec": ("read_bytes", 2**64),
    "device_write_bytes_sec": ("write_bytes", 2**64),
}


def number_set(text: str | None) -> list[int]:
    """A set written as ``0-3,^2``; one that is not there is empty.  Raises Error."""
    from vsh.xml.engine.values import parse_set

    return parse_set(text) if text else []


def _shown(numbers: Iterable[int]) -> str:
    from vsh.xml.engine.values import show_set

    return show_set(list(numbers))


# ---- CPU pins


def to_map(cpus: Iterable[int], length: int) -> bytes:
    """A CPU map of so many bytes, as the wire has it; CPUs that do not fit are left out."""
    bits = bytearray(length)
    for number in cpus:
        if number < length * 8:
            bits[number // 8] |= 1 << number % 8
    return bytes(bits)


def from_map(bits: bytes) -> list[int]:
    """The CPUs in a map."""
    return [
        place * 8 + bit for place, byte in enumerate(bits) for bit in range(8) if byte >> bit & 1
    ]


def _cpu_tune(definition: Domain) -> CpuTune:
    if definition.cputune is None:
        from vsh.xml.domain.tune import CpuTune

        definition.cputune = CpuTune()
    return definition.cputune


def set_cpu_tune(definition: Definition, field: str, number: int) -> None:
    """Change shares, a period or a quota; a period or quota of 0 is none."""
    if field == "shares" or number or definition.cputune is not None:
        wanted = number if field == "shares" or number else None
        setattr(_cpu_tune(definition), field, wanted)


def cpu_set(definition: Definition) -> list[int]:
    """The host CPUs of the whole guest; none where it may use all."""
    return number_set(definition.vcpu_cpuset) if definition.vcpu_cpuset else []


def vcpu_pin(definition: Domain, vcpu: int) -> list[int]:
    """The host CPUs of a vCPU; none where it may use all."""
    for pin in definition.cputune.vcpupins if definition.cputune is not None else ():
        if pin.vcpu == vcpu:
            return number_set(pin.cpuset)
    return cpu_set(definition)


def set_vcpu_pin(definition: Domain, vcpu: int, cpus: list[int]) -> None:
    """Give a vCPU its host CPUs."""
    from vsh.xml.domain.tune import VcpuPin

    tune = _cpu_tune(definition)
    pins = [pin for pin in tune.vcpupins if pin.vcpu != vcpu]
    pins.append(VcpuPin(vcpu=vcpu, cpuset=_shown(cpus)))
    tune.vcpupins = sorted(pins, key=lambda pin: int(pin.vcpu))


def emulator_pin(definition: Domain) -> list[int]:
    """The host CPUs of the emulator; none where it may use all."""
    tune = definition.cputune
    if tune is not None and tune.emulatorpin:
        return number_set(tune.emulatorpin[0].cpuset)
    return cpu_set(definition)


def set_emulator_pin(definition: Domain, cpus: list[int]) -> None:
    """Give the emulator its host CPUs."""
    from vsh.xml.domain.tune import EmulatorPin

    _cpu_tune(definition).emulatorpin = [EmulatorPin(cpuset=_shown(cpus))]


# ---- I/O threads


def io_threads(definition: Domain) -> dict[int, list[int]]:
    """The I/O threads, each with its host CPUs (none: all)."""
    pins = {}
    if definition.cputune is not None:
        for pin in definition.cputune.iothreadpins:
            pins[pin.iothread] = number_set(pin.cpuset)
    return {thread.id: pins.get(thread.id, []) for thread in definition.iothreads}


def add_io_thread(definition: Domain, number: int) -> None:
    """A new I/O thread of that number."""
    from vsh.xml.domain.tune import IoThread

    definition.iothreads.append(IoThread(id=number))
    definition.iothread_count = len(definition.iothreads)


def settle_io_threads(definition: Domain) -> None:
    """Have a document give all I/O threads where it gives one: as if it had been read anew."""
    if any(not thread.automatic for thread in definition.iothreads):
        for thread in definition.iothreads:
            thread.automatic = False


def remove_io_thread(definition: Domain, number: int) -> None:
    """Drop an I/O thread and its pins; those behind it are named, since they keep their numbers."""
    behind = False
    for thread in definition.iothreads:
        if behind:
            thread.automatic = False
        behind = behind or thread.id == number
    definition.iothreads = [thread for thread in definition.iothreads if thread.id != number]
    definition.iothread_count = len(definition.iothreads) or None
    if definition.cputune is not None:
        pins = definition.cputune.iothreadpins
        definition.cputune.iothreadpins = [pin for pin in pins if pin.iothread != number]


def set_io_thread_pin(definition: Domain, number: int, cpus: list[int]) -> None:
    """Give an I/O thread its host CPUs."""
    from vsh.xml.domain.tune import IoThreadPin

    tune = _cpu_tune(definition)
    pins = [pin for pin in tune.iothreadpins if pin.iothread != number]
    pins.append(IoThreadPin(iothread=number, cpuset=_shown(cpus)))
    tune.iothreadpins = sorted(pins, key=lambda pin: int(pin.iothread))
    for thread in definition.iothreads:
        if thread.id == number:
            thread.automatic = False


# ---- memory


def memory_limits(definition: Domain) -> dict[str, int]:
    """The limits on host memory in KiB."""
    from vsh.xml.domain.tune import UNLIMITED

    tune = definition.memtune
    found = {name: None if tune is None else getattr(tune, name) for name in MEMORY_LIMITS}
    return {name: UNLIMITED if value is None else int(value) for name, value in found.items()}


def set_memory_limits(definition: Domain, limits: dict[str, int]) -> None:
    """Change some of the limits."""
    from vsh.xml.domain.tune import UNLIMITED, MemoryTune

    if definition.memtune is None:
        definition.memtune = MemoryTune()
    for name, value in limits.items():
        setattr(definition.memtune, name, None if value >= UNLIMITED else value)


def numa(definition: Domain) -> tuple[str | None, str]:
    """How memory is taken from which host cells."""
    tune = definition.numatune[0] if definition.numatune else None
    return (None, "") if tune is None else (tune.mode, tune.nodeset or "")


def numa_of(params: TypedParams) -> tuple[str | None, list[int] | None]:
    """The mode and the cells that parameters ask for; None where they say nothing of it.

    Raises InvalidArgument, OperationInvalid.
    """
    number = params.get("numa_mode")
    if number is not None and not 0 <= number < len(DomainNumatuneMemMode):
        raise InvalidArgument(f"unsupported numatune mode: '{number}'")
    nodes = None
    if "numa_nodeset" in params:
        nodes = number_set(params["numa_nodeset"])
        if not nodes:
            raise OperationInvalid(f"Invalid nodeset of 'numatune': {params['numa_nodeset']}")
    return None if number is None else DomainNumatuneMemMode.word_of(number), nodes


def set_numa(definition: Domain, mode: str | None, nodes: list[int] | None) -> None:
    """Change how memory is taken.  Raises ConfigUnsupported."""
    from vsh.xml.domain.tune import NumaTune

    if mode is None and nodes is None:
        return
    tune = definition.numatune[0] if definition.numatune else NumaTune()
    if nodes is None and not tune.nodeset and tune.placement != "auto":
        raise ConfigUnsupported(
            "nodeset for NUMA memory tuning must be set if 'placement' is 'static'"
        )
    tune.mode = mode or tune.mode or "strict"
    if nodes is not None:
        tune.nodeset = _shown(nodes)
        tune.placement = "static"
    definition.numatune = [tune]


# ---- block I/O


def blkio(definition: Domain) -> tuple[int | None, list[BlockDevice]]:
    """The weight of the guest, and the limits of each host device."""
    tune = definition.blkiotune
    return (None, []) if tune is None else (tune.weight, tune.devices)


def _block_tune(definition: Domain) -> BlockTune:
    if definition.blkiotune is None:
        from vsh.xml.domain.tune import BlockTune

        definition.blkiotune = BlockTune()
    return definition.blkiotune


def set_blkio_weight(definition: Domain, weight: int) -> None:
    """Change the weight of the guest."""
    _block_tune(definition).weight = weight


def set_blkio_device(definition: Domain, path: str, field: str, number: int) -> None:
    """Change one limit of a host device."""
    from vsh.xml.domain.tune import BlockDevice

    devices = blkio(definition)[1]
    for device in devices:
        if device.path == path:
            setattr(device, field, number)
            return
    if number:
        device = BlockDevice(path=path)
        setattr(device, field, number)
        _block_tune(definition).devices.append(device)


def set_blkio(definition: Domain, params: TypedParams) -> None:
    """Change weights and limits; what is wrong with one is raised after the others are changed."""
    problem: InvalidArgument | None = None
    for name, value in params.items():
        if name == "weight":
            set_blkio_weight(definition, value)
            continue
        try:
            pairs = device_pairs(name, value)
        except InvalidArgument as error:
            problem = error  # libvirt goes on with the others
            continue
        for path, number in pairs:
            set_blkio_device(definition, path, BLKIO_DEVICE[name][0], number)
    if problem is not None:
        raise problem


def shown_blkio(definition: Domain) -> TypedParams:
    """Weights and limits as the API gives them out."""
    from vsh.api.types import TypedParams

    weight, devices = blkio(definition)
    params = TypedParams().set("weight", "uint", weight or 0)
    for name, (field, _) in BLKIO_DEVICE.items():
        shown = [f"{one.path},{getattr(one, field)}" for one in devices if getattr(one, field)]
        params.set(name, "string", ",".join(shown))
    return params


def device_pairs(name: str, text: str) -> list[tuple[str, int]]:
    """``path,number,path,number`` taken apart.  Raises InvalidArgument."""
    if not text:
        return []
    words = text.split(",")
    if len(words) % 2:
        raise InvalidArgument(f"unable to parse blkio device '{name}' '{text}'")
    pairs = []
    for path, number in zip(words[::2], words[1::2], strict=True):
        if not number.isdecimal() or int(number) >= BLKIO_DEVICE[name][1]:
            rest = text[text.index(path) + len(path) + 1 :]
            raise InvalidArgument(
                f"invalid value '{rest}' for parameter '{name}' of device '{path}'"
            )
        pairs.append((path, int(number)))
    return pairs


# ---- performance events


def perf_events(definition: Domain) -> dict[str, bool]:
    """Which events were switched on or off."""
    return {event.name: bool(event.enabled) for event in definition.perf}


def set_perf_event(definition: Domain, name: str, enabled: bool, order: tuple[str, ...]) -> None:
    """Switch an event on or off."""
    from vsh.xml.domain.perf import PerfEvent

    events = [event for event in definition.perf if event.name != name]
    events.append(PerfEvent(name=name, enabled=enabled))
    definition.perf = sorted(events, key=lambda event: order.index(event.name))


def io_thread_user(definition: Domain, number: int) -> str | None:
    """Why an I/O thread cannot be removed: a device that needs it."""
    for disk in definition.disks:
        if disk.iothread == number or any(thread.id == number for thread in disk.iothreads):
            return f"cannot remove IOThread {number} since it is being used by disk '{disk.target}'"
    for controller in definition.controllers:
        if controller.iothread == number:
            return f"cannot remove IOThread '{number}' since it is being used by controller"
    return None
