"""Which model, and which features besides, an x86 CPU is best described by.

Models are tried from the newest to the oldest.  One whose signature is the CPU's is better than
one whose signature is not; then the one that needs fewer features named is, where a feature that
is to be turned off counts for more with each one.
"""

from __future__ import annotations

from vsh.cpu._x86_map import Map, Model, split_signature
from vsh.cpu.definition import DISABLE, REQUIRE, is_host, set_features
from vsh.errors import ConfigUnsupported, InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vsh.cpu.definition import HostCpu
    from vsh.xml.domain.cpu import Cpu

# The penalty for the first feature that is to be turned off; the next one has one more.
_PENALTY = 2

# Intel CPUs of family 6 whose TSX does not work; the number is the first stepping that is right.
_BROKEN_TSX = {60: 16, 63: 4, 69: 16, 70: 16}


class _Candidate:
    """A model, and what has to be named besides to describe the CPU with it."""

    __slots__ = ("features", "matches", "model", "penalty", "turned_off")

    def __init__(self, model: Model, features: list[tuple[str, str]], matches: bool) -> None:
        self.model = model
        self.features = features
        self.matches = matches
        self.turned_off = 0
        self.penalty = 0

    def weigh(self, *, host: bool) -> None:
        """Compute what the description costs."""
        enabled = len(self.features)
        disabled = 0
        if not host:
            penalty = _PENALTY
            position = 0
            # libvirt stops before the end of the list, by one for each one that it found
            while position < enabled:
                if self.features[position][1] == DISABLE:
                    enabled -= 1
                    disabled += penalty
                    penalty += 1
                position += 1
        self.turned_off = disabled
        self.penalty = enabled + disabled

    def better_than(self, other: _Candidate, *, preferred: bool) -> bool:
        """Whether this one is to be used in place of another."""
        if self.matches != other.matches:
            return self.matches
        if self.penalty < other.penalty:
            return True
        fewer = self.turned_off < other.turned_off
        return fewer and (preferred or self.penalty == other.penalty)


def decode_bits(
    known: Map,
    cpu: Cpu | HostCpu,
    bits: int,
    usable: Mapping[str, Iterable[str]] | None,
    preferred: Iterable[str] = (),
    *,
    migratable: bool = False,
) -> None:
    """Give a CPU's definition the model, vendor, features and signature that bits stand for.

    usable      the models that the hypervisor can use, each with the features that it would add
                but cannot; None for all models
    preferred   models to be used where possible
    migratable  leave out features that hinder migration

    Raises InternalError where no model fits, ConfigUnsupported where the only preferred one is not
    usable and the definition allows no other.
    """
    vendor = known.vendor_of(bits)
    signature = known.signature_of(bits)
    numbers = split_signature(signature)
    if vendor is not None:
        bits &= ~known.vendors[vendor]
    if vendor == "Intel" and numbers[0] == 6 and numbers[2] < _BROKEN_TSX.get(numbers[1], 0):
        bits &= ~(known.features["hle"] | known.features["rtm"])
    wanted = list(preferred)
    best = _best(known, cpu, bits, vendor, numbers if signature else None, usable, wanted)
    if best is None:
        raise InternalError("Cannot find suitable CPU model for given data")
    if vendor is not None:
        cpu.vendor = vendor
    cpu.model = best.model.name
    set_features(
        cpu,
        [
            (name, policy)
            for name, policy in best.features
            if not (migratable and name in known.rooted)
        ],
    )
    if is_host(cpu) and numbers[0]:
        cpu.signature_family, cpu.signature_model, cpu.signature_stepping = numbers


def _best(
    known: Map,
    cpu: Cpu | HostCpu,
    bits: int,
    vendor: str | None,
    numbers: tuple[int, int, int] | None,
    usable: Mapping[str, Iterable[str]] | None,
    wanted: list[str],
) -> _Candidate | None:
    host = is_host(cpu)
    only = wanted[0] if len(wanted) == 1 else None
    best: _Candidate | None = None
    for model in reversed(known.models.values()):
        if usable is not None and model.name not in usable:
            if model.name == only and not is_host(cpu) and cpu.fallback != "allow":
                raise ConfigUnsupported(f"CPU model {only} is not supported by hypervisor")
            continue
        if vendor and model.vendor and vendor != model.vendor:
            continue
        if ("host" if host else "guest") not in model.where:
            continue
        missing = model.bits & ~bits
        if host and missing:
            continue
        extra = bits & ~model.bits
        for name in () if usable is None else usable[model.name]:
            bit = known.features.get(name, 0)
            if not extra & bit:
                missing |= bit
        features = [(name, REQUIRE) for name in known.names(extra)]
        features += [(name, DISABLE) for name in known.names(missing)]
        if not host:
            named = {name for name, _policy in features}
            features += [(name, DISABLE) for name in model.removed if name not in named]
        candidate = _Candidate(model, features, numbers is not None and model.matches(*numbers))
        if model.name == only:
            return candidate
        candidate.weigh(host=host)
        if best is None or candidate.better_than(best, preferred=model.name in wanted):
            best = candidate
    return best
