"""Kinds of values: what is accepted, and the canonical text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsh.errors import InvalidArgument
from vsh.xml.engine.text import escape, number
from vsh.xml.engine.values import (
    Overflow,
    generate_mac,
    generate_uuid,
    parse_mac,
    parse_set,
    parse_uuid,
    scale,
    show_set,
)

UUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"


@pytest.mark.parametrize(
    "text", [UUID, UUID.upper(), UUID.replace("-", ""), f" {UUID}\n", "66-95" + UUID[4:]]
)
def test_uuid_forms(text: str) -> None:
    assert parse_uuid(text) == UUID


@pytest.mark.parametrize("text", ["", UUID[:-1], UUID + "0", UUID.replace("f", "g"), "6-695"])
def test_uuid_refused(text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared below
        parse_uuid(text)
    assert str(caught.value) == text


def test_generated_uuid_is_version_4() -> None:
    one, other = generate_uuid(), generate_uuid()
    assert one != other
    assert one[14] == "4"
    assert one[19] in "89ab"


def test_mac_forms() -> None:
    assert parse_mac("52:54:0:AB:cd:Ef") == "52:54:00:ab:cd:ef"
    for text in (
        "52:54:00:ab:cd",
        "52:54:00:ab:cd:ef:01",
        "52-54-00-ab-cd-ef",
        "5x:54:00:ab:cd:ef",
    ):
        with pytest.raises(ValueError, match=text):
            parse_mac(text)
    assert parse_mac(generate_mac()).startswith("52:54:00:")


@pytest.mark.parametrize(
    ("text", "numbers", "shown"),
    [
        ("1-4,^3,6", [1, 2, 4, 6], "1-2,4,6"),
        ("0", [0], "0"),
        ("3,1,2,0", [0, 1, 2, 3], "0-3"),
        ("1,^1", [], ""),
        (" 1 , 2 ", [1, 2], "1-2"),
    ],
)
def test_sets(text: str, numbers: list[int], shown: str) -> None:
    assert parse_set(text) == numbers
    assert show_set(numbers) == shown


@pytest.mark.parametrize("text", ["", "a", "1-", "-1", "4-2", "^1-2", "1,,2", "99999999"])
def test_sets_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="Failed to parse bitmap"):
        parse_set(text)


@given(st.sets(st.integers(0, 300)))
def test_sets_come_back(numbers: set[int]) -> None:
    if numbers:
        assert parse_set(show_set(sorted(numbers))) == sorted(numbers)


def test_sizes() -> None:
    assert scale(1, "KiB", 1) == 1024
    assert scale(1, "KB", 1) == 1000
    assert scale(2, "g", 1) == 2 * 1024**3
    assert scale(3, None, 1024) == 3072
    assert scale(5, "bytes", 1024) == 5
    with pytest.raises(InvalidArgument, match="unknown suffix 'foo'"):
        scale(1, "foo", 1)
    with pytest.raises(Overflow, match="value too large: 17E"):
        scale(17, "E", 1)


@pytest.mark.parametrize(
    ("text", "base", "value"),
    [
        ("12", 10, 12),
        (" +12", 10, 12),
        ("-3", 10, -3),
        ("0x1f", 16, 31),
        ("1f", 16, 31),
        ("0x1f", 0, 31),
        ("017", 0, 15),
        ("017", 10, 17),
        ("0", 0, 0),
    ],
)
def test_numbers(text: str, base: int, value: int) -> None:
    assert number(text, base) == value


@pytest.mark.parametrize("text", ["", " ", "1 ", "1_0", "0x1", "\u0661", "1.5", "--1", "nan"])
def test_numbers_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any text, even none
        number(text)


def test_escaping_is_libvirts() -> None:
    assert escape("a<b>&'\"c") == "a&lt;b&gt;&amp;&apos;&quot;c"
    assert escape("bell\x07 tab\t\n") == "bell tab\t\n"
    assert escape("plain123") == "plain123"
