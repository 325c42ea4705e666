"""What CPUs are: models and features by architecture, and whether one can stand in for another.

``architecture`` is libvirt's word (x86_64, ppc64le, aarch64).  CPUs are the models of
``vsh.cpu.definition``; hosts and guests are told apart by their class.  ``usable`` gives the
models that a hypervisor can use, each with the names of features that it would add but cannot
(``{"Penryn": ()}``); None stands for all models.  ``newest`` says that libvirt 12.8.0's facts
about CPUs count, not 9.0.0's.

Each architecture has a module that knows its CPUs, with the functions that make sense for it;
what it does not have is answered here.  The facts are in the text files beside the modules and are
read when the first question needs them.
"""

from __future__ import annotations

from vsh.cpu.definition import REQUIRE, find_feature, take_model
from vsh.cpu.result import INCOMPATIBLE, SUPERSET, Comparison
from vsh.errors import ConfigUnsupported, CpuIncompatible, InternalError, InvalidArgument, NoSupport
from vsh.lookup import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import ModuleType
    from typing import Any, TypeVar

    from vsh.cpu.data import ArmData, Ppc64Data, X86Data
    from vsh.cpu.definition import HostCpu
    from vsh.cpu.x86 import X86
    from vsh.xml.domain.cpu import Cpu

    Kind = TypeVar("Kind", Cpu, HostCpu)
    CpuData = X86Data | Ppc64Data | ArmData
    Usable = Mapping[str, Iterable[str]] | None

_MODULES = {
    "i686": "x86",
    "x86_64": "x86",
    "ppc64": "ppc64",
    "ppc64le": "ppc64",
    "s390": "s390",
    "s390x": "s390",
    "armv6l": "arm",
    "armv7b": "arm",
    "armv7l": "arm",
    "aarch64": "arm",
    "riscv64": "riscv64",
    "loongarch64": "loongarch64",
}


def is_supported(architecture: str) -> bool:
    """Whether anything is known of an architecture's CPUs."""
    return architecture in _MODULES


def _knowing(architecture: str | None, newest: bool) -> ModuleType | X86:
    if not architecture:
        raise InternalError("undefined hardware architecture")
    name = _MODULES.get(architecture)
    if name is None:
        raise NoSupport(f"'{architecture}' architecture is not supported by CPU driver")
    found = load(f"vsh.cpu.{name}")
    knowledge: Callable[..., X86] | None = getattr(found, "knowledge", None)
    return found if knowledge is None else knowledge(newest=newest)


def _function(
    architecture: str | None, name: str, refusal: str, newest: bool
) -> Callable[..., Any]:
    found: Callable[..., object] | None = getattr(_knowing(architecture, newest), name, None)
    if found is None:
        raise NoSupport(refusal.format(architecture))
    return found


def models(architecture: str, *, newest: bool = False) -> list[str]:
    """The names of the CPU models; an empty list where any name is taken."""
    listed = getattr(_knowing(architecture, newest), "models", None)
    return [] if listed is None else list(listed())


def vendor_of_model(architecture: str, name: str, *, newest: bool = False) -> str | None:
    """The vendor of a model, where that is known."""
    told = getattr(_knowing(architecture, newest), "vendor_of_model", None)
    return None if told is None else told(name)


def compare(
    architecture: str,
    host: Cpu | HostCpu | None,
    cpu: Cpu | HostCpu,
    *,
    fail: bool = False,
    newest: bool = False,
) -> int:
    """INCOMPATIBLE, IDENTICAL, or SUPERSET where the host has more than is asked for.

    With ``fail``, INCOMPATIBLE is raised as CpuIncompatible that says why.
    """
    act = _function(architecture, "compare", "cannot compare CPUs of {} architecture", newest)
    found: Comparison = act(host, cpu)
    if fail and found.result == INCOMPATIBLE:
        raise _refusal(found.why)
    return found.result


def _refusal(why: str | None) -> CpuIncompatible:
    error = CpuIncompatible(why or "")
    if why is None:
        error.args = (error.message.removesuffix(": "),)
    return error


def compare_unusable(
    architecture: str,
    host: Cpu | HostCpu,
    cpu: Cpu | HostCpu,
    blockers: Iterable[str],
    *,
    fail: bool = False,
    newest: bool = False,
) -> int:
    """As ``compare``, for a model that the hypervisor calls unusable because of some features."""
    lacking = []
    for name in blockers:
        told = find_feature(cpu, name)
        if told is None or told.policy != "disable":
            lacking.append(name)
    whole = host.copy()
    expand_features(architecture, whole, newest=newest)
    for feature in cpu.features:
        if feature.policy == REQUIRE:
            there = find_feature(whole, feature.name)
            if there is None or there.policy not in (REQUIRE, None):
                lacking.append(feature.name)
    if not lacking:
        return SUPERSET
    if fail:
        raise CpuIncompatible(f"Host CPU does not provide required features: {', '.join(lacking)}")
    return INCOMPATIBLE


def baseline(
    architecture: str | None,
    cpus: Sequence[Cpu | HostCpu],
    *,
    usable: Usable = None,
    features: Iterable[str] | None = None,
    migratable: bool = False,
    newest: bool = False,
) -> Cpu:
    """The guest's CPU that all the given CPUs can stand in for.

    architecture   None for that of the first CPU
    features       what the hypervisor can give a guest; None for everything
    migratable     leave out features that hinder migration
    """
    if not cpus:
        raise InvalidArgument("no CPUs given")
    for number, cpu in enumerate(cpus):
        if not cpu.model:
            raise InvalidArgument(f"no CPU model specified at index {number}")
    architecture = architecture or getattr(cpus[0], "arch", None)
    refusal = "cannot compute baseline CPU of {} architecture"
    act = _function(architecture, "baseline", refusal, newest)
    found: Cpu = act(cpus, usable, features, migratable)
    return found


def update(
    architecture: str,
    guest: Cpu,
    host: Cpu | HostCpu | None,
    *,
    removed: str = "disable",
    newest: bool = False,
) -> None:
    """Make a guest's CPU say what it gets on a host: no host-model, minimum, optional is left.

    removed   the policy of features that the model once had and the guest says nothing about
    """
    knowing = _knowing(architecture, newest)
    if guest.mode in ("host-passthrough", "maximum"):
        return
    relative = guest.mode == "host-model" or guest.match == "minimum"
    relative = relative or any(feature.policy == "optional" for feature in guest.features)
    knowing.update(guest, host, relative, removed)


def update_live(
    architecture: str,
    cpu: Cpu,
    turned_on: CpuData | None,
    turned_off: CpuData | None,
    *,
    newest: bool = False,
) -> bool:
    """Make a running guest's CPU say what the hypervisor made of it; False: nothing was done.

    turned_on, turned_off   the features that the hypervisor turned on and off by itself

    Raises OperationFailed where the definition wants no difference (check='full').
    """
    act = getattr(_knowing(architecture, newest), "update_live", None)
    if act is None or not (cpu.mode == "custom" or cpu.check_mode == "full"):
        return False
    act(cpu, turned_on, turned_off)
    return True


def translate(architecture: str, cpu: Cpu, usable: Usable, *, newest: bool = False) -> None:
    """Say the same CPU with a model that the hypervisor can use.

    Raises ConfigUnsupported where the definition forbids that.
    """
    knowing = _knowing(architecture, newest)
    if cpu.mode in ("host-model", "host-passthrough", "maximum"):
        return
    if usable is None or cpu.model in usable:
        return
    if cpu.fallback != "allow":
        raise ConfigUnsupported(f"CPU model {cpu.model} is not supported by hypervisor")
    act = getattr(knowing, "translate", None)
    if act is None:
        raise NoSupport(f"cannot translate CPU model {cpu.model} to a supported model")
    act(cpu, usable)


def convert_legacy(architecture: str, cpu: Cpu | HostCpu, *, newest: bool = False) -> None:
    """Change names of models that only old versions of libvirt used."""
    act = getattr(_knowing(architecture, newest), "convert_legacy", None)
    if act is not None:
        act(cpu)


def expand_features(architecture: str, cpu: Cpu | HostCpu, *, newest: bool = False) -> None:
    """List the features of the model, too; they all come in alphabetical order."""
    act = getattr(_knowing(architecture, newest), "expand_features", None)
    if act is not None:
        act(cpu)
    cpu.features.sort(key=lambda feature: feature.name)


def migratable_copy(architecture: str, cpu: Kind, *, newest: bool = False) -> Kind:
    """A copy without the features that hinder migration."""
    twin = cpu.copy()
    only = getattr(_knowing(architecture, newest), "is_migratable", None)
    if only is not None:
        take_model(twin, cpu, only=only)
    return twin


def has_feature(architecture: str, cpu: Cpu | HostCpu, name: str, *, newest: bool = False) -> bool:
    """Whether a CPU has a feature.  Raises InternalError where there is no such feature."""
    refusal = "cannot check guest CPU feature for {} architecture"
    return bool(_function(architecture, "has_feature", refusal, newest)(cpu, name))


def is_compatible(architecture: str, model: str) -> bool:
    """Whether libvirt 12.8.0 compares a model by what it knows of it, not by what QEMU says."""
    told = getattr(_knowing(architecture, newest=True), "is_compatible", None)
    return True if told is None else bool(told(model))


def validate_features(architecture: str, cpu: Cpu | HostCpu, *, newest: bool = False) -> None:
    """Raise ConfigUnsupported for a feature, or a policy, that the architecture has not."""
    act = getattr(_knowing(architecture, newest), "validate_features", None)
    if act is not None:
        act(cpu)


def check_forbidden(guest: Cpu, host: Cpu | HostCpu) -> None:
    """Raise CpuIncompatible for the first feature that a guest forbids and a host has."""
    for feature in guest.features:
        if feature.policy == "forbid":
            there = find_feature(host, feature.name)
            if there is not None and there.policy != "disable":
                raise CpuIncompatible(f"Host CPU provides forbidden feature '{feature.name}'")


def decode(
    architecture: str,
    cpu: Cpu | HostCpu,
    data: CpuData,
    usable: Usable = None,
    *,
    newest: bool = False,
) -> None:
    """Give a definition without a model the one, and the features, that fit a real CPU."""
    refusal = "cannot decode CPU data for {} architecture"
    _function(architecture, "decode", refusal, newest)(cpu, data, usable)


def encode(
    architecture: str, cpu: Cpu | HostCpu, policy: str = REQUIRE, *, newest: bool = False
) -> X86Data:
    """What a CPU that has the features that a definition names with a policy says of itself."""
    if not cpu.model:
        raise InvalidArgument("no guest CPU model specified")
    from vsh.cpu.data import X86Data

    refusal = "cannot encode CPU data for {} architecture"
    return X86Data(_function(architecture, "encode", refusal, newest)(cpu, policy))


def data_has_feature(architecture: str, data: CpuData, name: str, *, newest: bool = False) -> bool:
    """Whether a real CPU has a feature.  Raises InternalError where there is no such feature."""
    refusal = "cannot check guest CPU feature for {} architecture"
    return bool(_function(architecture, "data_has_feature", refusal, newest)(data, name))
