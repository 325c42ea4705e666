"""AES with keys of 256 bits (FIPS 197), the encrypting direction, in two ways of using it.

For values of some bytes that QEMU is given, or that are kept: its tables make its time depend on
the key, so it is nothing for data that others send by the megabyte.
"""

from __future__ import annotations

BLOCK = 16
KEY = 32
_ROUNDS = 14


def _tables() -> tuple[bytes, list[int]]:
    """The S-box, and what a byte of a column becomes in a round: S-box and mixing in one."""
    box = [0x63] * 256
    p = q = 1
    while True:  # p runs through the field, q is its inverse
        p ^= (p << 1) ^ (0x11B if p & 0x80 else 0)
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xFF
        q ^= 0x09 if q & 0x80 else 0
        turned = q ^ _turn(q, 1) ^ _turn(q, 2) ^ _turn(q, 3) ^ _turn(q, 4)
        box[p] = turned ^ 0x63
        if p == 1:
            break
    mixed = []
    for s in box:
        double = (s << 1) ^ (0x11B if s & 0x80 else 0)
        mixed.append(double << 24 | s << 16 | s << 8 | (double ^ s))
    return bytes(box), mixed


def _turn(value: int, by: int) -> int:
    return (value << by | value >> (8 - by)) & 0xFF


def _turn_word(value: int, by: int) -> int:
    return (value >> by | value << (32 - by)) & 0xFFFFFFFF


_BOX, _MIX_0 = _tables()
_MIX_1, _MIX_2, _MIX_3 = ([_turn_word(each, by) for each in _MIX_0] for by in (8, 16, 24))


class Aes:
    """One key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY:
            raise ValueError("a key of 32 bytes is wanted")
        words = [int.from_bytes(key[n : n + 4], "big") for n in range(0, KEY, 4)]
        constant = 1
        while len(words) < 4 * (_ROUNDS + 1):
            word = words[-1]
            if len(words) % 8 == 0:
                word = _substituted(_turn_word(word, 24)) ^ constant << 24
                constant <<= 1
            elif len(words) % 8 == 4:
                word = _substituted(word)
            words.append(words[-8] ^ word)
        self._words = words

    def block(self, data: bytes) -> bytes:
        """One block, encrypted."""
        keys = self._words
        a, b, c, d = (int.from_bytes(data[4 * n : 4 * n + 4], "big") ^ keys[n] for n in range(4))
        for n in range(4, 4 * _ROUNDS, 4):
            a, b, c, d = (
                _mixed(a, b, c, d) ^ keys[n],
                _mixed(b, c, d, a) ^ keys[n + 1],
                _mixed(c, d, a, b) ^ keys[n + 2],
                _mixed(d, a, b, c) ^ keys[n + 3],
            )
        last = keys[4 * _ROUNDS :]
        rows = ((a, b, c, d), (b, c, d, a), (c, d, a, b), (d, a, b, c))
        return b"".join(
            (_last(*row) ^ key).to_bytes(4, "big") for row, key in zip(rows, last, strict=True)
        )

    def chained(self, data: bytes, start: bytes) -> bytes:
        """Data encrypted in CBC mode with PKCS 7's padding; ``start`` is the first vector."""
        missing = BLOCK - len(data) % BLOCK
        data += bytes([missing]) * missing
        found = []
        before = start
        for place in range(0, len(data), BLOCK):
            before = self.block(_xored(data[place : place + BLOCK], before))
            found.append(before)
        return b"".join(found)

    def streamed(self, data: bytes, start: bytes) -> bytes:
        """Data encrypted, or decrypted, in CTR mode; ``start`` is the first counter."""
        count = int.from_bytes(start, "big")
        stream = b"".join(
            self.block(((count + n) % (1 << 128)).to_bytes(BLOCK, "big"))
            for n in range((len(data) + BLOCK - 1) // BLOCK)
        )
        return _xored(data, stream[: len(data)])


def _mixed(a: int, b: int, c: int, d: int) -> int:
    return _MIX_0[a >> 24] ^ _MIX_1[b >> 16 & 0xFF] ^ _MIX_2[c >> 8 & 0xFF] ^ _MIX_3[d & 0xFF]


def _last(a: int, b: int, c: int, d: int) -> int:
    return (
        _BOX[a >> 24] << 24 | _BOX[b >> 16 & 0xFF] << 16 | _BOX[c >> 8 & 0xFF] << 8 | _BOX[d & 0xFF]
    )


def _substituted(word: int) -> int:
    return int.from_bytes(bytes(_BOX[byte] for byte in word.to_bytes(4, "big")), "big")


def _xored(one: bytes, other: bytes) -> bytes:
    length = len(one)
    value = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    return value.to_bytes(length, "big")
