"""The kinds of values, with virsh's checks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsh.cli import params
from vsh.errors import CommandError


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (params.int32, "12", 12),
        (params.int32, "-12", -12),
        (params.int32, " +7", 7),
        (params.int32, "2147483648", None),
        (params.int32, "1x", None),
        (params.int32, "", None),
        (params.int32, "0x10", None),
        (params.uint32, "4294967295", 4294967295),
        (params.uint32, "4294967296", None),
        (params.uint32, "-1", None),
        (params.wrapping32, "-1", 4294967295),
        (params.wrapping64, "-1", 2**64 - 1),
        (params.uint64, "18446744073709551615", 2**64 - 1),
        (params.int64, "-9223372036854775808", -(2**63)),
        (params.int64, "9223372036854775808", None),
    ],
)
def test_whole_numbers(kind: params.Kind, text: str, value: int | None) -> None:
    if value is None:
        with pytest.raises(CommandError) as refused:
            kind.convert(text, "count")
        assert refused.value.message == (
            f"Numeric value '{text}' for <count> option is malformed or out of range"
        )
    else:
        assert kind.convert(text, "count") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1024),
        ("1b", 1),
        ("1k", 1024),
        ("1KiB", 1024),
        ("1KB", 1000),
        ("3MiB", 3 << 20),
        ("3 MiB", None),
        ("3 ", None),
        (" 3M", 3 << 20),
        ("1GiB", 1 << 30),
        ("2T", 2 << 40),
        ("1e", 1 << 60),
        ("1bytes", 1),
        ("1.5G", None),
        ("-1", None),
        ("1x", None),
        ("1kx", None),
        ("17E", None),
        ("1 G", None),
        (" 1", 1024),
        ("9" * 5000, None),
        ("0" * 5000 + "1", 1024),
        ("", None),
    ],
)
def test_scaled_sizes(text: str, value: int | None) -> None:
    kind = params.size(1024)
    if value is None:
        with pytest.raises(CommandError) as refused:
            kind.convert(text, "size")
        assert refused.value.message == (
            f"Scaled numeric value '{text}' for <size> option is malformed or out of range"
        )
    else:
        assert kind.convert(text, "size") == value


@given(st.text())
def test_any_text_is_a_number_or_a_clear_error(text: str) -> None:
    for kind in (params.int32, params.uint64, params.wrapping32, params.size(1)):
        try:
            value = kind.convert(text, "n")
        except CommandError as error:
            assert text in error.message
        else:
            assert isinstance(value, int)


def test_an_empty_string_is_refused_where_one_is_needed() -> None:
    with pytest.raises(CommandError, match="Failed to get option 'x': Option argument is empty"):
        params.string.convert("", "x")
    assert params.anything.convert("", "x") == ""


def test_flags_spread_into_options() -> None:
    class Bits:
        REDEFINE = 1
        NO_METADATA = 4
        HALT_IT = 8

    flags = params.Flags(Bits, redefine="a", no_metadata="b", halt=("c", "HALT_IT"))
    assert [(flag.name, flag.number) for flag in flags.flags] == [
        ("redefine", 1),
        ("no-metadata", 4),
        ("halt", 8),
    ]


def test_options_that_go_together_are_named_each() -> None:
    group = params.Options(
        rate_max=params.Option("a", kind=params.uint32), now=params.Flag("b"), in_=params.Flag("c")
    )
    assert [(option.name, option.parameter) for option in group.options] == [
        ("rate-max", "rate_max"),
        ("now", "now"),
        ("in", "in_"),
    ]
    assert group.default == {"rate_max": None, "now": False, "in_": False}
    assert group.named("limits").options is group.options
