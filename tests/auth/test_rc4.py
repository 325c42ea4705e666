"""RC4 against the vectors of RFC 6229, and in pieces."""

from __future__ import annotations

import pytest

from vsh.auth._rc4 import Rc4


@pytest.mark.parametrize(
    ("key", "stream"),
    [
        ("0102030405", "b2396305f03dc027ccc3524a0a1118a8"),
        ("01020304050607", "293f02d47f37c9b633f2af5285feb46b"),
        ("0102030405060708090a0b0c0d0e0f10", "9ac7cc9a609d1ef7b2932899cde41b97"),
    ],
)
def test_vectors(key, stream):
    assert Rc4(bytes.fromhex(key)).crypt(bytes(16)).hex() == stream


def test_pieces_make_the_same():
    whole, pieces = Rc4(b"key"), Rc4(b"key")
    data = bytes(range(256)) * 3
    assert whole.crypt(data) == b"".join(
        pieces.crypt(data[start : start + 7]) for start in range(0, len(data), 7)
    )
    assert Rc4(b"key").crypt(b"") == b""
