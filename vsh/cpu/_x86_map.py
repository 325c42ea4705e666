"""What is known of x86 CPUs: vendors, features, models.

``x86.txt`` is what libvirt 9.0.0 knows, ``x86-newer.txt`` what 12.8.0 knows besides.

The features of a CPU are one number: each CPUID leaf and each model specific register that a
feature stands in has 128 bits of it (eax, ebx, ecx, edx), so that the usual operators compare
CPUs.  Leaf 0 (the vendor) and leaf 1 (the signature) come first.
"""

from __future__ import annotations

from vsh.cpu._data_file import lines
from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vsh.cpu.definition import HostFeature
    from vsh.xml.domain.cpu import CpuFeature

REGISTERS = {"eax": 0, "ebx": 32, "ecx": 64, "edx": 96}
CPUID, MSR = "cpuid", "msr"
VENDOR_LEAF = (CPUID, 0, 0)
SIGNATURE_LEAF = (CPUID, 1, 0)
Leaf = tuple[str, int, int]


class Model:
    """One CPU model: ``removed`` are features that it had once."""

    __slots__ = ("bits", "name", "removed", "signatures", "vendor", "where")

    def __init__(self, name: str) -> None:
        self.name = name
        self.vendor: str | None = None
        self.where: tuple[str, ...] = ("host", "guest")
        self.signatures: list[tuple[int, int, frozenset[int] | None]] = []
        self.bits = 0
        self.removed: list[str] = []

    def matches(self, family: int, model: int, stepping: int) -> bool:
        """Whether a CPU of that signature is of this model."""
        return any(
            known == (family, model) and (steppings is None or stepping in steppings)
            for *numbers, steppings in self.signatures
            for known in (tuple(numbers),)
        )

    def signature(self) -> int | None:
        """Register eax of leaf 1, for the first signature, or None where there is none."""
        if not self.signatures:
            return None
        family, model, steppings = self.signatures[0]
        return make_signature(family, model, min(steppings) if steppings else 0)


class Map:
    """All that is known.

    newest  whether to libvirt 12.8.0; else to 9.0.0
    """

    def __init__(self, *, newest: bool = False) -> None:
        self.vendors: dict[str, int] = {}
        self.features: dict[str, int] = {}
        self.rooted: set[str] = set()
        self.hypervisor: dict[str, int] = {}
        self.models: dict[str, Model] = {}
        self.compatible: set[str] = set()
        """Models that libvirt compares by what it knows of them; QEMU tells of the others."""
        self.leaves: list[Leaf] = []
        self._places: dict[Leaf, int] = {}
        for leaf in (VENDOR_LEAF, SIGNATURE_LEAF):
            self._place(leaf)
        self.vendor_mask = ((1 << 128) - 1) << self._places[VENDOR_LEAF]
        self._registers: list[int] = []
        for words in lines("x86"):
            getattr(self, f"_read_{words[0]}")(words[1:])
        self.compatible.update(self.models)
        if newest:
            self._registers.clear()
            for words in lines("x86-newer"):
                getattr(self, f"_read_{words[0]}")(words[1:])
            ranks = {place // 32: rank for rank, place in enumerate(self._registers)}
            self.features = dict(
                sorted(self.features.items(), key=lambda each: _place_of(each[1], ranks))
            )

    def _place(self, leaf: Leaf) -> int:
        if leaf not in self._places:
            self._places[leaf] = 128 * len(self.leaves)
            self.leaves.append(leaf)
        return self._places[leaf]

    def _read_vendor(self, words: list[str]) -> None:
        name, letters = words
        self.vendors[name.replace("_", " ")] = vendor_value(letters) << self._places[VENDOR_LEAF]

    def _read_register(self, words: list[str]) -> None:
        for name, bits in self._bits(words):
            if name[-1] == "!":
                name = name[:-1]
                self.rooted.add(name)
            self.features[name] = bits

    def _read_hypervisor(self, words: list[str]) -> None:
        self.hypervisor.update(self._bits(words))

    def _bits(self, words: list[str]) -> Iterator[tuple[str, int]]:
        kind, number = words[0], int(words[1], 16)
        sub = int(words[2]) if kind == CPUID else 0
        first = 3 if kind == CPUID else 2
        start = self._place((kind, number, sub)) + REGISTERS[words[first]]
        self._registers.append(start)
        for word in words[first + 1 :]:
            name, _, places = word.partition("=")
            yield name, sum(1 << start + int(place) for place in places.split(","))

    def _read_model(self, words: list[str]) -> None:
        model = Model(words[0])
        for word in words[1:]:
            sign, name = word[0], word[1:]
            if sign == "+":
                model.bits |= self.features[name]
            elif sign == "-":
                model.bits &= ~self.features[name]
            elif sign == "~":
                model.removed.append(name)
            else:
                key, _, value = word.partition("=")
                if key == "vendor":
                    model.vendor = value.replace("_", " ")
                elif key == "decode":
                    model.where = tuple(value.split(","))
                elif key == "like":
                    model.bits = self.models[value].bits
                else:
                    model.signatures = [_signature(text) for text in value.split(",")]
        self.models[model.name] = model

    def _read_lost(self, words: list[str]) -> None:
        feature, *names = words
        for name in names:
            self.models[name].bits &= ~self.features[feature]
            self.models[name].removed.append(feature)

    def _read_same(self, words: list[str]) -> None:
        for word in words:
            name, _, of = word.partition("=")
            known = self.models[of]
            model = self.models[name] = Model(name)
            model.vendor, model.bits = known.vendor, known.bits
            model.signatures, model.where = known.signatures, ("host",)

    def _read_compatible(self, words: list[str]) -> None:
        self.compatible.update(words)

    def _read_order(self, words: list[str]) -> None:
        self.models = {name: self.models[name] for name in words}

    def model(self, name: str | None, words: str = "Unknown CPU model {}") -> Model:
        """A model by its name.  Raises InternalError with these words."""
        found = self.models.get(name or "")
        if found is None:
            raise InternalError(words.format(name))
        return found

    def feature(self, name: str) -> int:
        """The bit of a feature.  Raises InternalError."""
        try:
            return self.features[name]
        except KeyError:
            raise InternalError(f"Unknown CPU feature {name}") from None

    def names(self, bits: int) -> list[str]:
        """The features that are in a number, in order."""
        return [name for name, bit in self.features.items() if bits & bit]

    def vendor_of(self, bits: int) -> str | None:
        """The vendor that a CPU says it is from."""
        told = bits & self.vendor_mask
        for name, letters in self.vendors.items():
            if told & letters == letters:
                return name
        return None

    def signature_of(self, bits: int) -> int:
        """Register eax of leaf 1, without the reserved bits."""
        return bits >> self._places[SIGNATURE_LEAF] & 0x0FFF3FFF

    def with_signature(self, bits: int, signature: int) -> int:
        """A CPU that says it has that signature."""
        return bits | signature << self._places[SIGNATURE_LEAF]

    def bits_of(self, leaves: dict[Leaf, dict[str, int]]) -> int:
        """The number that stands for the leaves of a CPU; those that no feature is in are lost."""
        bits = 0
        for leaf, registers in leaves.items():
            place = self._places.get(leaf)
            if place is not None:
                for name, value in registers.items():
                    bits |= value << place + REGISTERS[name]
        return bits

    def leaves_of(self, bits: int) -> dict[Leaf, dict[str, int]]:
        """The leaves that a number stands for."""
        found: dict[Leaf, dict[str, int]] = {}
        for leaf in sorted(self.leaves):
            value = bits >> self._places[leaf] & (1 << 128) - 1
            if value:
                found[leaf] = {
                    name: value >> shift & 0xFFFFFFFF for name, shift in REGISTERS.items()
                }
        return found

    def has(self, bits: int, name: str) -> bool:
        """Whether a CPU has a feature.  Raises InternalError where there is no such feature."""
        wanted = self.features.get(name) or self.hypervisor.get(name)
        if wanted is None:
            raise InternalError(f"unknown CPU feature {name}")
        return bits & wanted == wanted


def _place_of(bit: int, ranks: dict[int, int]) -> tuple[int, int]:
    """Where the feature of one bit stands in answers."""
    register, number = divmod(bit.bit_length() - 1, 32)
    return ranks[register], number


def _signature(text: str) -> tuple[int, int, frozenset[int] | None]:
    numbers, _, listed = text.partition(":")
    family, _, model = numbers.partition(".")
    if not listed:
        return int(family), int(model), None
    steppings: set[int] = set()
    for part in listed.split("/"):
        low, _, high = part.partition("-")
        steppings.update(range(int(low), int(high or low) + 1))
    return int(family), int(model), frozenset(steppings)


def vendor_value(letters: str) -> int:
    """Registers ebx, edx and ecx of leaf 0 for a vendor's twelve letters."""
    raw = letters.encode("ascii", "replace")
    if len(raw) != 12:
        raise InternalError(f"Invalid CPU vendor string '{letters}'")
    return sum(
        int.from_bytes(raw[start : start + 4], "little") << REGISTERS[name]
        for start, name in ((0, "ebx"), (4, "edx"), (8, "ecx"))
    )


def make_signature(family: int, model: int, stepping: int) -> int:
    """Register eax of leaf 1."""
    extended = max(family - 15, 0)
    return (
        extended << 20
        | model >> 4 << 16
        | min(family, 15) << 8
        | (model & 15) << 4
        | (stepping & 15)
    )


def split_signature(signature: int) -> tuple[int, int, int]:
    """Family, model and stepping."""
    return (
        (signature >> 20 & 0xFF) + (signature >> 8 & 15),
        (signature >> 12 & 0xF0) + (signature >> 4 & 15),
        signature & 15,
    )


_maps: dict[bool, Map] = {}


def the_map(*, newest: bool = False) -> Map:
    """What is known, read on first use."""
    if newest not in _maps:
        _maps[newest] = Map(newest=newest)
    return _maps[newest]


def merged(features: Iterable[CpuFeature | HostFeature], known: Map, policy: str) -> int:
    """The bits of the features that a definition has with a policy."""
    bits = 0
    for feature in features:
        if (feature.policy or "require") == policy:
            bits |= known.feature(feature.name)
    return bits
