"""XDR primitives: right bytes, bounds, and nothing but RpcError for bad input."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsh.errors import RpcError
from vsh.rpc.xdr import Reader, Writer

NUMBERS = {
    "i32": (4, -(2**31), 2**31 - 1),
    "u32": (4, 0, 2**32 - 1),
    "i64": (8, -(2**63), 2**63 - 1),
    "u64": (8, 0, 2**64 - 1),
}


@pytest.mark.parametrize("word", NUMBERS)
def test_numbers_at_their_limits(word: str) -> None:
    size, lowest, highest = NUMBERS[word]
    for value in (lowest, highest, 1):
        writer = Writer()
        getattr(writer, word)(value)
        assert len(writer.data) == size
        assert bytes(writer.data) == value.to_bytes(size, "big", signed=lowest < 0)
        assert getattr(Reader(bytes(writer.data)), word)() == value
    for value in (lowest - 1, highest + 1, "1", None):
        with pytest.raises(RpcError, match="Unable to encode message payload"):
            getattr(Writer(), word)(value)


@pytest.mark.parametrize("word", NUMBERS)
def test_a_number_that_is_cut_off(word: str) -> None:
    size = NUMBERS[word][0]
    with pytest.raises(RpcError, match="Unable to decode message payload: it ends at byte 0"):
        getattr(Reader(b"\0" * (size - 1)), word)()


def test_text_is_padded_with_zeros() -> None:
    writer = Writer()
    writer.text("vm-1a")
    assert bytes(writer.data) == b"\0\0\0\5vm-1a\0\0\0"
    reader = Reader(bytes(writer.data))
    assert reader.text() == "vm-1a"
    reader.finish()


def test_bytes_that_are_no_utf_8_come_back() -> None:
    reader = Reader(b"\0\0\0\2\xff\xfe\0\0")
    text = reader.text()
    writer = Writer()
    writer.text(text)
    assert bytes(writer.data) == reader.data


@pytest.mark.parametrize("text", ["a\0b", "\ud800", None, 5])
def test_what_is_no_text_for_c(text: object) -> None:
    with pytest.raises(RpcError):
        Writer().text(text)  # type: ignore[arg-type]


def test_a_length_is_not_believed() -> None:
    with pytest.raises(RpcError, match="4294967295 bytes are more than 4194304 at byte 0"):
        Reader(b"\xff\xff\xff\xff").blob()
    with pytest.raises(RpcError, match="100 bytes do not fit at byte 4"):
        Reader(b"\0\0\0\x64abc").blob()
    with pytest.raises(RpcError, match="3 bytes do not fit at byte 4"):
        Reader(b"\0\0\0\3abc").blob()  # its padding is missing


def test_a_count_is_not_believed() -> None:
    with pytest.raises(RpcError, match="17 elements are more than 16"):
        Reader(b"\0\0\0\x11" + bytes(400)).count(16, 4)
    with pytest.raises(RpcError, match="16 elements do not fit"):
        Reader(b"\0\0\0\x10" + bytes(63)).count(16, 4)
    assert Reader(b"\0\0\0\x10" + bytes(64)).count(16, 4) == 16


def test_a_flag_is_any_number_but_0() -> None:
    """DigitalOcean's Go client opens with 0x01000000, and libvirtd takes it."""
    assert Reader(b"\0\0\0\1").flag() is True
    assert Reader(b"\0\0\0\0").flag() is False
    assert Reader(b"\1\0\0\0").flag() is True


def test_small_numbers_keep_their_range() -> None:
    assert Reader(b"\xff\xff\xff\xff").small(-128, 127) == -1
    with pytest.raises(RpcError, match="256 is not between 0 and 255"):
        Reader(b"\0\0\1\0").small(0, 255)
    with pytest.raises(RpcError):
        Writer().small(-1, 0, 255)


def test_nothing_may_be_left() -> None:
    with pytest.raises(RpcError, match="2 bytes too many at byte 0"):
        Reader(b"ab").finish()


def test_too_much_to_send() -> None:
    with pytest.raises(RpcError, match="5 bytes are more than 4"):
        Writer().blob(b"12345", 4)
    with pytest.raises(RpcError, match="5 elements are more than 4"):
        Writer().count(5, 4)


@given(
    st.binary(max_size=64),
    st.lists(
        st.sampled_from(["i32", "u32", "i64", "u64", "f64", "flag", "blob", "text", "finish"]),
        max_size=20,
    ),
)
def test_any_bytes_are_values_or_an_rpc_error(data: bytes, words: list[str]) -> None:
    reader = Reader(data)
    for word in words:
        before = reader.position
        try:
            getattr(reader, word)()
        except RpcError:
            break
        assert before <= reader.position <= len(data)


@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    st.binary(),
    st.floats(allow_nan=False),
)
def test_values_come_back(text: str, blob: bytes, number: float) -> None:
    writer = Writer()
    writer.text(text)
    writer.blob(blob)
    writer.f64(number)
    assert len(writer.data) % 4 == 0
    reader = Reader(bytes(writer.data))
    assert (reader.text(), reader.blob(), reader.f64()) == (text, blob, number)
    reader.finish()
