"""Lists of CPUs and their maps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsh.commands.domain._cpus import (
    cpu_map,
    in_map,
    map_length,
    parse_list,
    ranges,
    slices,
    to_map,
)
from vsh.errors import CommandError


@pytest.mark.parametrize(
    ("text", "cpus"),
    [
        ("0", {0}),
        ("0-3", {0, 1, 2, 3}),
        ("0-3,^1", {0, 2, 3}),
        ("^1,0-3", {0, 1, 2, 3}),
        (" 0 - 1 ", {0, 1}),
        ("0,", {0}),
        ("1023", {1023}),
        ("0,^0", set()),
    ],
)
def test_lists(text: str, cpus: set[int]) -> None:
    assert parse_list(text) == cpus


@pytest.mark.parametrize("text", ["", ",", "x", "3-1", "1024", "0-", "-1", "^0-1", "0,,1", "٣"])
def test_what_is_no_list(text: str) -> None:
    assert parse_list(text) is None


@given(st.sets(st.integers(0, 1023), min_size=1))
def test_a_list_comes_back(cpus: set[int]) -> None:
    assert parse_list(ranges(cpus)) == cpus
    assert in_map(to_map(cpus)) == sorted(cpus)


def test_maps() -> None:
    assert to_map([0, 1, 9]) == b"\x03\x02"
    assert map_length(8) == 1
    assert map_length(9) == 2
    assert slices(b"abcd", 2) == [b"ab", b"cd"]
    assert slices(b"", 0) == []


def test_a_list_for_a_host() -> None:
    assert cpu_map("r", 4) == b"\x0f"
    assert cpu_map("0-2,^1", 4) == b"\x05"
    with pytest.raises(CommandError, match="CPU 5 in cpulist '0-5' exceed the maxcpu 4"):
        cpu_map("0-5", 4)
    with pytest.raises(CommandError, match="Invalid cpulist '0,\\^0'") as none:
        cpu_map("0,^0", 4)
    assert none.value.__cause__ is None
    with pytest.raises(CommandError, match="Invalid cpulist 'x'") as bad:
        cpu_map("x", 4)
    assert str(bad.value.__cause__) == "invalid argument: Failed to parse bitmap 'x'"
