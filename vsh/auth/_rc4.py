"""RC4, the stream cipher: the standard library has none.  Too weak for anything new."""

from __future__ import annotations


class Rc4:
    """One direction of a conversation: each byte is encrypted, or decrypted, once and in order."""

    __slots__ = ("_state", "_first", "_second")

    def __init__(self, key: bytes) -> None:
        state = list(range(256))
        other = 0
        for place in range(256):
            other = (other + state[place] + key[place % len(key)]) & 255
            state[place], state[other] = state[other], state[place]
        self._state = state
        self._first = 0
        self._second = 0

    def crypt(self, data: bytes) -> bytes:
        """The bytes in the other form."""
        state, first, second = self._state, self._first, self._second
        stream = bytearray()
        append = stream.append
        for _ in range(len(data)):
            first = (first + 1) & 255
            one = state[first]
            second = (second + one) & 255
            other = state[second]
            state[first] = other
            state[second] = one
            append(state[(one + other) & 255])
        self._first, self._second = first, second
        mixed = int.from_bytes(data, "little") ^ int.from_bytes(stream, "little")
        return mixed.to_bytes(len(data), "little")
