"""ARM CPUs: a model is an implementer's part number.

The functions are those of ``vsh.cpu``, which picks this module by the architecture.
"""

from __future__ import annotations

from vsh.cpu._data_file import lines
from vsh.cpu._host_model import become_host
from vsh.cpu.definition import REQUIRE, add_feature, guest_cpu, is_host
from vsh.cpu.result import IDENTICAL, INCOMPATIBLE, Comparison
from vsh.errors import ConfigUnsupported, OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vsh.cpu.data import ArmData
    from vsh.cpu.definition import HostCpu
    from vsh.xml.domain.cpu import Cpu


class Map:
    """All that is known: vendors by number, models by part number, and features."""

    def __init__(self) -> None:
        self.vendors: dict[int, str] = {}
        self.models: dict[int, str] = {}
        self.features: frozenset[str] = frozenset()
        for kind, *words in lines("arm"):
            if kind == "vendor":
                self.vendors[int(words[1], 16)] = words[0]
            elif kind == "model":
                self.models[int(words[0], 16)] = " ".join(words[2:])
            else:
                self.features = frozenset(words)


_map: Map | None = None


def the_map() -> Map:
    """What is known, read on first use."""
    global _map
    if _map is None:
        _map = Map()
    return _map


def compare(host: Cpu | HostCpu | None, cpu: Cpu | HostCpu) -> Comparison:
    """How a host's CPU compares to another host's; what guests ask for is the emulator's affair."""
    if not is_host(cpu):
        return Comparison(IDENTICAL)
    if host is None or not host.model:
        return Comparison(INCOMPATIBLE, "unknown host CPU")
    if host.vendor != cpu.vendor or host.model != cpu.model:
        return Comparison(
            INCOMPATIBLE,
            f"Host CPU model does not match required CPU vendor {cpu.vendor or '<null>'} or(and) "
            f"model {cpu.model or '<null>'}",
        )
    return Comparison(IDENTICAL)


def baseline(
    cpus: Sequence[Cpu | HostCpu],
    usable: Mapping[str, Iterable[str]] | None,
    features: Iterable[str] | None,
    migratable: bool,
) -> Cpu:
    """The guest's CPU of the first host."""
    return guest_cpu(model=cpus[0].model)


def update(guest: Cpu, host: Cpu | HostCpu | None, relative: bool, removed: str) -> None:
    """Make a guest's CPU say what it gets on a host."""
    if relative and guest.mode == "host-model":
        become_host(guest, host)


def validate_features(cpu: Cpu | HostCpu) -> None:
    """Raise ConfigUnsupported for a feature that there is not."""
    features = the_map().features
    for feature in cpu.features:
        if feature.name not in features:
            raise ConfigUnsupported(f"unknown CPU feature: {feature.name}")


def decode(cpu: Cpu | HostCpu, data: ArmData, usable: Mapping[str, Iterable[str]] | None) -> None:
    """Give a CPU's definition the model of a part (``data.part``, ``data.implementer``)."""
    known = the_map()
    model = known.models.get(data.part)
    if model is None:
        raise OperationFailed(
            f"Cannot find CPU model with PVR 0x{data.part:03x}, vendor id 0x{data.implementer:02x}"
        )
    if usable is not None and model not in usable:
        raise ConfigUnsupported(f"CPU model {model} is not supported by hypervisor")
    cpu.model = model
    if data.implementer:
        vendor = known.vendors.get(data.implementer)
        if vendor is None:
            raise OperationFailed(f"Cannot find CPU vendor with vendor id 0x{data.implementer:02x}")
        cpu.vendor = vendor
    for name in data.features:
        add_feature(cpu, name, REQUIRE)
