"""XDR, the encoding of everything on the wire: big-endian words, padded to four bytes.

A ``Reader`` never believes a length: it is compared with what the protocol allows and with the
bytes that are really there before anything is made of it.  Whatever is wrong with the bytes is an
RpcError that says where.
"""

from __future__ import annotations

from _struct import Struct
from _struct import error as BadNumber  # type: ignore[attr-defined] # noqa: N812 - a class

from vsh.errors import RpcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, NoReturn, TypeAlias

    Bounds: TypeAlias = Sequence[tuple[int, int, int]]
    """The places among several numbers of those with fewer bits, with the lowest and highest."""

STRING_MAX = 4194304

WORDS_MAX = 1 << 14
"""How many texts of a message are kept only once; a message of other texts gains nothing by it."""

I32 = Struct(">i")
U32 = Struct(">I")
I64 = Struct(">q")
U64 = Struct(">Q")
F64 = Struct(">d")
_PADDING = (b"", b"\0\0\0", b"\0\0", b"\0")


class Reader:
    """Takes values off a message's payload, one after the other.

    ``files`` are the file descriptors that came with the message, and are taken off the same way;
    ``words`` are the texts that ``word`` has read, by their bytes.
    Text that is not UTF-8 is kept with surrogate escapes, so that it can be sent back as it came.
    """

    __slots__ = ("data", "position", "end", "files", "words")

    def __init__(self, data: bytes, files: Iterable[int] = ()) -> None:
        self.words: dict[bytes, str] = {}
        self.data = bytes(data)
        self.position = 0
        self.end = len(data)
        self.files = list(files)

    def fail(self, reason: str) -> NoReturn:
        """Raise RpcError: the payload is malformed here."""
        raise RpcError(f"Unable to decode message payload: {reason} at byte {self.position}")

    def _take(self, form: Struct) -> Any:
        position = self.position
        if position + form.size > self.end:
            self.fail("it ends")
        self.position = position + form.size
        return form.unpack_from(self.data, position)[0]

    def i32(self) -> int:
        """A signed word."""
        value: int = self._take(I32)
        return value

    def u32(self) -> int:
        """An unsigned word."""
        value: int = self._take(U32)
        return value

    def i64(self) -> int:
        """A signed hyper."""
        value: int = self._take(I64)
        return value

    def u64(self) -> int:
        """An unsigned hyper."""
        value: int = self._take(U64)
        return value

    def f64(self) -> float:
        """A double."""
        value: float = self._take(F64)
        return value

    def numbers(self, form: Struct, bounds: Bounds) -> tuple[int, ...] | None:
        """Several numbers at once; None, and nothing is taken, where one of them is wrong."""
        following = self.position + form.size
        if following > self.end:
            return None
        values: tuple[int, ...] = form.unpack_from(self.data, self.position)
        if not all(low <= values[place] <= high for place, low, high in bounds):
            return None
        self.position = following
        return values

    def small(self, lowest: int, highest: int) -> int:
        """A number of fewer bits than the word that it travels in."""
        value: int = self._take(I32 if lowest < 0 else U32)
        if not lowest <= value <= highest:
            self.position -= 4
            self.fail(f"{value} is not between {lowest} and {highest}")
        return value

    def flag(self) -> bool:
        """Whether something optional follows: any number but 0 says so, as to libvirt."""
        return self.u32() != 0

    def fixed(self, size: int) -> bytes:
        """That many bytes, and their padding."""
        position = self.position
        stop = position + size
        following = stop + (-size & 3)
        if following > self.end:
            self.fail(f"{size} bytes do not fit")
        self.position = following
        return self.data[position:stop]

    def blob(self, most: int = STRING_MAX) -> bytes:
        """Bytes after their length."""
        size = self.u32()
        if size > most:
            self.position -= 4
            self.fail(f"{size} bytes are more than {most}")
        return self.fixed(size)

    def text(self, most: int = STRING_MAX) -> str:
        """A text after its length."""
        return str(self.blob(most), "utf-8", "surrogateescape")

    def word(self) -> str:
        """A text that comes many times, such as a name: each is kept once."""
        raw = self.blob()
        found = self.words.get(raw)
        if found is None:
            found = str(raw, "utf-8", "surrogateescape")
            if len(self.words) < WORDS_MAX:
                self.words[raw] = found
        return found

    def count(self, most: int, smallest: int) -> int:
        """The length of a list whose elements take at least ``smallest`` bytes each."""
        number = self.u32()
        if number > most:
            self.position -= 4
            self.fail(f"{number} elements are more than {most}")
        if number * smallest > self.end - self.position:
            self.position -= 4
            self.fail(f"{number} elements do not fit")
        return number

    def finish(self) -> None:
        """Nothing may be left."""
        if self.position != self.end:
            self.fail(f"{self.end - self.position} bytes too many")


class Writer:
    """Appends values to a message's payload, and file descriptors to what goes beside it.

    A value that the wire cannot carry is an RpcError.
    """

    __slots__ = ("data", "files")

    def __init__(self) -> None:
        self.data = bytearray()
        self.files: list[int] = []

    def fail(self, reason: str) -> NoReturn:
        """Raise RpcError: the value cannot be sent."""
        raise RpcError(f"Unable to encode message payload: {reason}")

    def _put(self, form: Struct, value: object) -> None:
        try:
            self.data += form.pack(value)
        except (BadNumber, OverflowError, TypeError):
            self.fail(f"{value!r} is no number of {form.size} bytes")

    def i32(self, value: int) -> None:
        """A signed word."""
        self._put(I32, value)

    def u32(self, value: int) -> None:
        """An unsigned word."""
        self._put(U32, value)

    def i64(self, value: int) -> None:
        """A signed hyper."""
        self._put(I64, value)

    def u64(self, value: int) -> None:
        """An unsigned hyper."""
        self._put(U64, value)

    def f64(self, value: float) -> None:
        """A double."""
        self._put(F64, value)

    def numbers(self, form: Struct, values: tuple[int, ...], bounds: Bounds) -> bool:
        """Several numbers at once; False, and nothing is put, where one of them is wrong."""
        try:
            for place, low, high in bounds:
                if not low <= values[place] <= high:
                    return False
            self.data += form.pack(*values)
        except (BadNumber, OverflowError, TypeError):
            return False
        return True

    def small(self, value: int, lowest: int, highest: int) -> None:
        """A number of fewer bits than the word that it travels in."""
        if not lowest <= value <= highest:
            self.fail(f"{value} is not between {lowest} and {highest}")
        self._put(I32 if lowest < 0 else U32, value)

    def flag(self, value: bool) -> None:
        """Whether something optional follows."""
        self._put(U32, 1 if value else 0)

    def fixed(self, value: bytes) -> None:
        """Bytes of a length that both sides know, and their padding."""
        self.data += value
        self.data += _PADDING[len(value) & 3]

    def blob(self, value: bytes, most: int = STRING_MAX) -> None:
        """Bytes after their length."""
        if len(value) > most:
            self.fail(f"{len(value)} bytes are more than {most}")
        self._put(U32, len(value))
        self.fixed(value)

    def text(self, value: str, most: int = STRING_MAX) -> None:
        """A text after its length; it may not contain NUL, where C would end it."""
        try:
            raw = value.encode("utf-8", "surrogateescape")
        except (UnicodeEncodeError, AttributeError):
            self.fail(f"{value!r} is no text")
        if b"\0" in raw:
            self.fail("a text contains NUL")
        self.blob(raw, most)

    def count(self, number: int, most: int) -> None:
        """The length of a list."""
        if number > most:
            self.fail(f"{number} elements are more than {most}")
        self._put(U32, number)
