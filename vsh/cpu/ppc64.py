"""POWER CPUs: they differ by generation, and run guests of an older one in a compatibility mode.

The functions are those of ``vsh.cpu``, which picks this module by the architecture.
"""

from __future__ import annotations

from vsh.cpu._data_file import lines
from vsh.cpu.definition import guest_cpu, is_host
from vsh.cpu.result import IDENTICAL, INCOMPATIBLE, Comparison, other_kind
from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument, OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vsh.cpu.data import Ppc64Data
    from vsh.cpu.definition import HostCpu
    from vsh.xml.domain.cpu import Cpu

ARCHITECTURES = ("ppc64", "ppc64le")

# names that stand in the documents of old versions of libvirt
_LEGACY = ("POWER7_v2.1", "POWER7_v2.3", "POWER7+_v2.1", "POWER8_v1.0")

_GENERATIONS = range(6, 11)


class Model:
    """One generation: its vendor and its versions, each a value and a mask."""

    __slots__ = ("name", "vendor", "versions")

    def __init__(self, name: str, vendor: str, versions: list[tuple[int, int]]) -> None:
        self.name = name
        self.vendor = vendor
        self.versions = versions


class Map:
    """All that is known."""

    def __init__(self) -> None:
        self.vendors: list[str] = []
        self.models: dict[str, Model] = {}
        for kind, name, *rest in lines("ppc64"):
            if kind == "vendor":
                self.vendors.append(name)
            else:
                pairs = [word.split("/") for word in rest[1:]]
                versions = [(int(value, 16), int(mask, 16)) for value, mask in pairs]
                self.models[name] = Model(name, rest[0], versions)

    def model(self, name: str | None) -> Model:
        """A model by its name.  Raises InvalidArgument, InternalError."""
        if not name:
            raise InvalidArgument("no CPU model specified")
        if name not in self.models:
            raise InternalError(f"Unknown CPU model {name}")
        return self.models[name]


_map: Map | None = None


def the_map() -> Map:
    """What is known, read on first use."""
    global _map
    if _map is None:
        _map = Map()
    return _map


def models() -> list[str]:
    """The names of all models."""
    return list(the_map().models)


def vendor_of_model(name: str) -> str | None:
    """The vendor of a model."""
    model = the_map().models.get(name)
    return None if model is None else model.vendor


def modern_name(name: str | None) -> str | None:
    """The generation's name for one that only old versions of libvirt used."""
    return name[: len("POWERx")] if name in _LEGACY else name


def convert_legacy(cpu: Cpu | HostCpu) -> None:
    """Change names of models that only old versions of libvirt used."""
    cpu.model = modern_name(cpu.model)


def compare(host: Cpu | HostCpu | None, cpu: Cpu | HostCpu) -> Comparison:
    """How a host's CPU compares to another: it is of the same generation, or it is not."""
    if host is None or not host.model:
        return Comparison(INCOMPATIBLE, "unknown host CPU")
    unlike = other_kind(host, cpu, ARCHITECTURES)
    if unlike is not None:
        return unlike
    known = the_map()
    model = known.model(host.model)
    name = modern_name(cpu.model)
    if not is_host(cpu) and cpu.mode != "custom":
        # the guest's CPU is the host's; a model is the generation that it behaves like
        if cpu.mode == "host-model" and name and not _can_behave_like(model.name, name):
            return Comparison(INCOMPATIBLE)
        return Comparison(IDENTICAL)
    wanted = known.model(name)
    if wanted is not model:
        return Comparison(
            INCOMPATIBLE, f"host CPU model does not match required CPU model {wanted.name}"
        )
    return Comparison(IDENTICAL)


def _generation(name: str, prefix: str) -> int | None:
    digits = name[len(prefix) :]
    if not name.startswith(prefix) or not digits.isascii() or not digits.isdecimal():
        return None
    return int(digits) if int(digits) in _GENERATIONS else None


def _can_behave_like(host: str, mode: str) -> bool:
    newest = _generation(host, "POWER")
    if newest is None:
        raise InternalError("Host CPU does not support compatibility modes")
    wanted = _generation(mode, "power")
    if wanted is None:
        raise InternalError(f"Unknown compatibility mode {mode}")
    return wanted <= newest


def baseline(
    cpus: Sequence[Cpu | HostCpu],
    usable: Mapping[str, Iterable[str]] | None,
    features: Iterable[str] | None,
    migratable: bool,
) -> Cpu:
    """The guest's CPU that all the given hosts can provide: they must be of one generation."""
    known = the_map()
    model = known.model(cpus[0].model)
    for cpu in cpus:
        if cpu.model != model.name:
            raise OperationFailed("CPUs are incompatible")
        if cpu.vendor:
            if cpu.vendor not in known.vendors:
                raise OperationFailed(f"Unknown CPU vendor {cpu.vendor}")
            if cpu.vendor != model.vendor:
                raise OperationFailed(
                    f"CPU vendor {model.vendor} of model {model.name} differs from vendor "
                    f"{cpu.vendor}"
                )
    result = guest_cpu(model=model.name)
    result.fallback = "forbid"
    return result


def update(guest: Cpu, host: object, relative: bool, removed: str) -> None:
    """Make a guest's CPU say what it gets on a host; host-model is the host's own and stays."""
    if guest.mode == "custom":
        guest.match = "exact"


def decode(cpu: Cpu | HostCpu, data: Ppc64Data, usable: Mapping[str, Iterable[str]] | None) -> None:
    """Give a CPU's definition the model of a processor version register (``data.version``)."""
    for model in the_map().models.values():
        if any(data.version & mask == value for value, mask in model.versions):
            break
    else:
        raise OperationFailed(f"Cannot find CPU model with PVR 0x{data.version:08x}")
    if usable is not None and model.name not in usable:
        raise ConfigUnsupported(f"CPU model {model.name} is not supported by hypervisor")
    cpu.model = model.name
    cpu.vendor = model.vendor
