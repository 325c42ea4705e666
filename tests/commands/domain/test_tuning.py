"""Sizes and rates of the tuning commands."""

from __future__ import annotations

import pytest

from vsh.commands.domain._tuning import (
    UNLIMITED,
    c_integer,
    io_thread,
    kibibytes,
    memory_limit,
    rate,
    typed_value,
)
from vsh.errors import CommandError, InvalidArgument


def test_kibibytes_are_rounded_up() -> None:
    assert kibibytes.convert("1", "size") == 1
    assert kibibytes.convert("1025b", "size") == 2
    assert kibibytes.convert("1MB", "size") == 977


@pytest.mark.parametrize(("text", "value"), [("-1", UNLIMITED), ("5", 5), ("1GiB", 1048576)])
def test_limits(text: str, value: int) -> None:
    assert memory_limit.convert(text, "hard-limit") == value


@pytest.mark.parametrize("text", ["", "x", "-x", "5x", "9" * 30])
def test_what_is_no_limit(text: str) -> None:
    with pytest.raises(CommandError, match="Unable to parse integer parameter hard-limit"):
        memory_limit.convert(text, "hard-limit")


def test_io_threads_are_counted_from_1() -> None:
    assert io_thread.convert("1", "id") == 1
    for text in ("0", "-3"):
        with pytest.raises(CommandError, match=f"Invalid IOThread id value: '{text}'"):
            io_thread.convert(text, "id")
    with pytest.raises(CommandError, match="Numeric value 'x' for <id> option is malformed"):
        io_thread.convert("x", "id")


def test_rates() -> None:
    given = rate("1,,3")
    assert (given.average, given.peak, given.burst, given.floor) == (1, 0, 3, 0)
    with pytest.raises(CommandError, match="field 'peak' is malformed"):
        rate("1,x")
    with pytest.raises(CommandError, match="Rate string '1,2,3,4,5' has too many fields"):
        rate("1,2,3,4,5")


@pytest.mark.parametrize(
    ("text", "value"), [("10", 10), ("0x1f", 31), ("010", 8), ("-5", -5), ("0", 0), ("+3", 3)]
)
def test_numbers_as_in_c(text: str, value: int) -> None:
    assert c_integer(text) == value


@pytest.mark.parametrize("text", ["", "x", "1_0", "08", "0x", "99999999999"])
def test_what_is_no_number_in_c(text: str) -> None:
    assert c_integer(text) is None


def test_typed_values() -> None:
    assert typed_value("weight", "uint", "-1") == 2**32 - 1
    assert typed_value("n", "llong", "-5") == -5
    assert typed_value("d", "double", "1.5") == 1.5
    assert typed_value("b", "boolean", "1") is True
    assert typed_value("s", "string", "x") == "x"
    for kind in ("int", "uint", "double", "boolean"):
        with pytest.raises(InvalidArgument):
            typed_value("n", kind, "x")
