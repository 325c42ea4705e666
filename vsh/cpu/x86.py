"""x86 CPUs: compared, combined and adjusted by their features.

The methods are the functions of ``vsh.cpu``, which picks this module by the architecture.
"""

from __future__ import annotations

from vsh.cpu._x86_decode import decode_bits
from vsh.cpu._x86_map import (
    CPUID,
    MSR,
    Leaf,
    Map,
    Model,
    make_signature,
    merged,
    the_map,
    vendor_value,
)
from vsh.cpu.definition import (
    DISABLE,
    FORBID,
    FORCE,
    OPTIONAL,
    REQUIRE,
    add_feature,
    guest_cpu,
    is_host,
    set_feature,
    suggest_feature,
    take_model,
)
from vsh.cpu.result import IDENTICAL, INCOMPATIBLE, SUPERSET, Comparison, other_kind
from vsh.errors import ConfigUnsupported, InternalError, OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vsh.cpu.data import X86Data
    from vsh.cpu.definition import HostCpu
    from vsh.xml.domain.cpu import Cpu

ARCHITECTURES = ("i686", "x86_64")


class X86:
    """What one version of libvirt knows of them: 12.8.0 with ``newest``, else 9.0.0."""

    def __init__(self, *, newest: bool = False) -> None:
        self._known = the_map(newest=newest)

    def models(self) -> list[str]:
        """The names of all models."""
        return list(self._known.models)

    def vendor_of_model(self, name: str) -> str | None:
        """The vendor of a model, if it has one."""
        model = self._known.models.get(name)
        return None if model is None else model.vendor

    def compare(self, host: Cpu | HostCpu | None, cpu: Cpu | HostCpu) -> Comparison:
        """How a host's CPU compares to another."""
        if host is None or not host.model:
            return Comparison(INCOMPATIBLE, "unknown host CPU")
        unlike = other_kind(host, cpu, ARCHITECTURES)
        if unlike is not None:
            return unlike
        known = self._known
        has = all_bits(host, known)
        force, require, optional, disable, forbid = (
            policy_bits(cpu, known, policy)
            for policy in (FORCE, REQUIRE, OPTIONAL, DISABLE, FORBID)
        )
        if forbid & has:
            return _incompatible("Host CPU provides forbidden features", known, forbid & has)
        # what the model has need not be there where the definition says something else about it
        require &= ~(force | optional | disable)
        if require & ~has:
            return _incompatible(
                "Host CPU does not provide required features", known, require & ~has
            )
        extra = has & ~(optional | require | disable | force)
        if not extra:
            return Comparison(IDENTICAL)
        if not is_host(cpu) and cpu.match == "strict":
            return _incompatible(
                "Host CPU does not strictly match guest CPU: Extra features", known, extra
            )
        return Comparison(SUPERSET)

    def baseline(
        self,
        cpus: Sequence[Cpu | HostCpu],
        usable: Mapping[str, Iterable[str]] | None,
        features: Iterable[str] | None,
        migratable: bool,
    ) -> Cpu:
        """The guest's CPU that all the given hosts can provide."""
        known = self._known
        vendor: str | None = None
        common = -1
        names: list[str] = []
        for number, cpu in enumerate(cpus):
            if cpu.model is not None and cpu.model not in names:
                names.append(cpu.model)
            bits = all_bits(cpu, known)
            vendor = _common_vendor(cpu, vendor, known, first=number == 0)
            common &= bits
        if features is not None:
            wanted = 0
            for name in features:
                wanted |= known.features.get(name, 0)
            common &= wanted
        if not common:
            raise OperationFailed("CPUs are incompatible")
        if vendor is not None:
            common |= known.vendors[vendor]
        result = guest_cpu()
        decode_bits(known, result, common, usable, names, migratable=migratable)
        if names == [result.model]:
            result.fallback = "forbid"
        if not all(cpu.vendor for cpu in cpus):
            result.vendor = None
        return result

    def update(self, guest: Cpu, host: Cpu | HostCpu | None, relative: bool, removed: str) -> None:
        """Make a guest's CPU say what it gets on a host."""
        known = self._known
        if relative:
            if host is None:
                raise ConfigUnsupported("unknown host CPU model")
            has = all_bits(host, known)
            for feature in guest.features:
                if feature.policy == OPTIONAL:
                    there = known.has(has, feature.name)
                    feature.policy = REQUIRE if there else DISABLE
            if guest.mode == "host-model" or guest.match == "minimum":
                _become_host(guest, host)
        model = known.models.get(guest.model or "")
        if model is None:
            raise InternalError(f"Unknown CPU model {guest.model}")
        _add_removed(guest, model, removed)

    def update_live(self, cpu: Cpu, turned_on: X86Data | None, turned_off: X86Data | None) -> None:
        """Make a running guest's CPU say what the hypervisor made of it.

        turned_on, turned_off   what the hypervisor did, or None

        Raises OperationFailed where the definition wants no difference (check='full').
        """
        known = self._known
        enabled = 0 if turned_on is None else known.bits_of(turned_on.leaves)
        disabled = 0 if turned_off is None else known.bits_of(turned_off.leaves)
        wide = cpu.mode in ("host-passthrough", "maximum")
        full = cpu.check_mode == "full"
        has = all_bits(cpu, known)
        off = policy_bits(cpu, known, DISABLE)
        model = known.models.get(cpu.model or "")
        added: list[str] = []
        missing: list[str] = []
        for name, bit in known.features.items():
            if enabled & bit and disabled & bit:
                raise OperationFailed(
                    f"hypervisor provided conflicting CPU data: feature '{name}' is both enabled "
                    "and disabled at the same time"
                )
            expected = REQUIRE if has & bit else None
            if expected is None and (off & bit or not wide):
                expected = DISABLE
            if expected == DISABLE and enabled & bit:
                if full:
                    added.append(name)
                else:
                    set_feature(cpu, name, REQUIRE)
            if disabled & bit or (expected == REQUIRE and not enabled & bit):
                if full:
                    missing.append(name)
                else:
                    set_feature(cpu, name, DISABLE)
                    disabled &= ~bit
        if model is not None:
            _add_removed(cpu, model)
        parts = [("extra", added), ("missing", missing)]
        shown = [f"{kind} features: {','.join(names)}" for kind, names in parts if names]
        if shown:
            raise OperationFailed(f"guest CPU doesn't match specification: {', '.join(shown)}")
        if full and disabled:
            raise OperationFailed("guest CPU doesn't match specification")

    def translate(self, cpu: Cpu, usable: Mapping[str, Iterable[str]] | None) -> None:
        """Say the same CPU with the nearest model that the hypervisor can use."""
        known = self._known
        model = known.model(cpu.model)
        bits = all_bits(cpu, known)
        if model.vendor:
            bits |= known.vendors[model.vendor]
        signature = model.signature()
        if signature is not None:
            bits = known.with_signature(bits, signature)
        found = guest_cpu()
        found.fallback = cpu.fallback
        decode_bits(known, found, bits, usable)
        for feature in cpu.features:
            set_feature(found, feature.name, feature.policy)
        take_model(cpu, found, keep_vendor=True)

    def expand_features(self, cpu: Cpu | HostCpu) -> None:
        """List the features of the model, too."""
        known = self._known
        host = is_host(cpu)
        model = known.model(cpu.model, "unknown CPU model {}")
        told = cpu.features
        cpu.features = []
        for name in known.names(model.bits):
            add_feature(cpu, name, REQUIRE)
        for feature in told:
            if host or feature.policy in (REQUIRE, DISABLE):
                set_feature(cpu, feature.name, feature.policy)
        if not host:
            _add_removed(cpu, model)

    def is_compatible(self, name: str) -> bool:
        """Whether a model is compared by what is known of it, not by what QEMU says of it."""
        return name in self._known.compatible

    def knows(self, feature: str) -> bool:
        """Whether there is a feature of that name."""
        return feature in self._known.features

    def is_migratable(self, name: str) -> bool:
        """Whether a guest that has a feature can be migrated."""
        return name not in self._known.rooted

    def is_model_specific(self, name: str) -> bool:
        """Whether a feature is told by a model specific register, not by CPUID."""
        known = self._known
        bits = known.features.get(name, 0)
        return any(
            bits >> (128 * place) & ((1 << 128) - 1)
            for place, leaf in enumerate(known.leaves)
            if leaf[0] == MSR
        )

    def registered(self, cpu: Cpu | HostCpu) -> list[str]:
        """The features in model specific registers that a CPU's definition names, or its model."""
        known = self._known
        bits = known.models[cpu.model].bits if cpu.model in known.models else 0
        for feature in cpu.features:
            bits |= known.features.get(str(feature.name), 0)
        return [name for name in known.names(bits) if self.is_model_specific(name)]

    def has_feature(self, cpu: Cpu | HostCpu, name: str) -> bool:
        """Whether a CPU has a feature.  Raises InternalError where there is no such feature."""
        known = self._known
        return known.has(all_bits(cpu, known), name)

    def validate_features(self, cpu: Cpu | HostCpu) -> None:
        """Raise ConfigUnsupported for a feature that there is not."""
        features = self._known.features
        for feature in cpu.features:
            if feature.name not in features:
                raise ConfigUnsupported(f"unknown CPU feature: {feature.name}")

    def named(self, names: Iterable[str], vendor: str, signature: tuple[int, ...]) -> X86Data:
        """The leaves of a CPU that has features of some names, without those that are not known.

        vendor     its twelve letters, or ""
        signature  family, model and stepping, or nothing
        """
        from vsh.cpu.data import X86Data

        known = self._known
        bits = vendor_value(vendor) if vendor else 0
        for name in names:
            bits |= known.features.get(name, 0)
        if len(signature) == 3:
            bits = known.with_signature(bits, make_signature(*signature))
        return X86Data(known.leaves_of(bits))

    def leaves(self) -> list[tuple[int, int]]:
        """The leaves, with their sub-leaves, that tell of features, of the vendor and the model."""
        return [(leaf, sub) for kind, leaf, sub in self._known.leaves if kind == CPUID]

    def registers(self) -> list[int]:
        """The numbers of the model specific registers that tell of features."""
        return [number for kind, number, _ in self._known.leaves if kind == MSR]

    def decode(
        self, cpu: Cpu | HostCpu, data: X86Data, usable: Mapping[str, Iterable[str]] | None
    ) -> None:
        """Give a CPU's definition the model that fits the leaves of a real CPU."""
        decode_bits(self._known, cpu, self._known.bits_of(data.leaves), usable)

    def encode(self, cpu: Cpu | HostCpu, policy: str) -> dict[Leaf, dict[str, int]]:
        """The leaves that have what a definition says with a policy."""
        known = self._known
        return known.leaves_of(policy_bits(cpu, known, policy))

    def data_has_feature(self, data: X86Data, name: str) -> bool:
        """Whether a real CPU has a feature.  Raises InternalError where there is none."""
        known = self._known
        return known.has(known.bits_of(data.leaves), name)


def all_bits(cpu: Cpu | HostCpu, known: Map) -> int:
    """All that a CPU has: the model's features, with those added and without those taken away."""
    bits = known.model(cpu.model).bits if cpu.model else 0
    for feature in cpu.features:
        if feature.policy == OPTIONAL:
            continue
        bit = known.feature(feature.name)
        if feature.policy in (DISABLE, FORBID):
            bits &= ~bit
        else:
            bits |= bit
    return bits


def policy_bits(cpu: Cpu | HostCpu, known: Map, policy: str) -> int:
    """What a CPU's definition says with a policy; the model's features are required."""
    if is_host(cpu) and policy != REQUIRE:
        return 0
    bits = merged(cpu.features, known, policy)
    if cpu.model and policy == REQUIRE:
        bits |= known.model(cpu.model).bits
    return bits


def _incompatible(why: str, known: Map, bits: int) -> Comparison:
    return Comparison(INCOMPATIBLE, f"{why}: {', '.join(known.names(bits))}")


def _common_vendor(
    cpu: Cpu | HostCpu, vendor: str | None, known: Map, *, first: bool
) -> str | None:
    """The vendor of all CPUs up to this one.  Raises OperationFailed where there are two."""
    told = None if first else known.model(cpu.model).vendor
    if cpu.vendor and told and cpu.vendor != told:
        raise OperationFailed(
            f"CPU vendor {told} of model {cpu.model} differs from vendor {cpu.vendor}"
        )
    name = cpu.vendor or told
    if not name:
        return vendor
    if vendor is not None:
        if vendor != name:
            raise OperationFailed("CPU vendors do not match")
    elif name not in known.vendors:
        raise OperationFailed(f"Unknown CPU vendor {name}")
    return str(name)


def _become_host(guest: Cpu, host: Cpu | HostCpu) -> None:
    told = guest.features
    name = guest.vendor_id
    custom = guest.mode == "custom"
    take_model(guest, host, keep_vendor=custom)
    if not custom:
        guest.vendor_id = name or host.vendor_id
    for feature in told:
        set_feature(guest, feature.name, feature.policy)
    guest.mode = "custom"
    guest.match = "exact"


def _add_removed(cpu: Cpu | HostCpu, model: Model, policy: str = DISABLE) -> None:
    for name in model.removed:
        suggest_feature(cpu, name, policy)


_knowledge: dict[bool, X86] = {}


def knowledge(*, newest: bool = False) -> X86:
    """What a version of libvirt knows."""
    if newest not in _knowledge:
        _knowledge[newest] = X86(newest=newest)
    return _knowledge[newest]
