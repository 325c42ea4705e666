"""The facts about x86 CPUs, and how they are kept."""

from __future__ import annotations

import pytest

from vsh.cpu._x86_map import make_signature, split_signature, the_map, vendor_value
from vsh.errors import InternalError


def test_features_have_bits_of_their_own() -> None:
    known = the_map()
    seen = 0
    for name, bit in known.features.items():
        assert bit.bit_count() == 1, name
        assert not seen & bit, name
        seen |= bit
    assert not seen & known.vendor_mask
    assert len(known.features) > 200


def test_models_are_read_with_all_that_is_said_of_them() -> None:
    known = the_map()
    model = known.models["Cascadelake-Server"]
    assert model.vendor == "Intel"
    assert model.where == ("host", "guest")
    assert model.signatures == [(6, 85, frozenset({5, 6, 7}))]
    assert model.matches(6, 85, 6)
    assert not model.matches(6, 85, 8)
    assert split_signature(model.signature() or 0) == (6, 85, 5)
    assert known.models["cpu64-rhel5"].where == ("-",)
    assert known.models["486"].signature() is None
    assert known.names(known.models["486"].bits) == ["fpu", "vme", "pse"]
    assert known.models["Icelake-Server"].removed == ["intel-pt"]
    assert known.rooted == {"invtsc", "xsaves"}


def test_leaves_and_numbers_are_the_same() -> None:
    known = the_map()
    for model in known.models.values():
        assert known.bits_of(known.leaves_of(model.bits)) == model.bits
    assert known.leaves_of(known.features["vmx"]) == {
        ("cpuid", 1, 0): {"eax": 0, "ebx": 0, "ecx": 1 << 5, "edx": 0}
    }
    assert list(known.leaves_of(known.features["rdctl-no"])) == [("msr", 0x10A, 0)]
    assert known.bits_of({("cpuid", 0x12345, 6): {"eax": 1}}) == 0


@pytest.mark.parametrize(
    ("numbers", "value"),
    [((6, 23, 10), 0x1067A), ((15, 6, 1), 0xF61), ((23, 49, 0), 0x830F10), ((6, 158, 9), 0x906E9)],
)
def test_signatures(numbers: tuple[int, int, int], value: int) -> None:
    assert make_signature(*numbers) == value
    assert split_signature(value) == numbers


def test_vendors() -> None:
    known = the_map()
    assert known.vendor_of(vendor_value("AuthenticAMD")) == "AMD"
    assert known.vendor_of(vendor_value("KVMKVMKVMKVM")) is None
    with pytest.raises(InternalError, match="Invalid CPU vendor string 'Zilog'"):
        vendor_value("Zilog")
