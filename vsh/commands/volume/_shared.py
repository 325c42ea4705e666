"""What the volume commands share: sizes, types, making volumes, and streams to and from files."""

from __future__ import annotations

from vsh.api.enums.volume import StorageVolType
from vsh.api.stream import Stream
from vsh.cli.params import Option, scale, uint64, wrapping64
from vsh.commands._words import word, words
from vsh.errors import CommandError, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.cli.session import Session


TYPES = words(StorageVolType)

PIECE = 262120  # what goes in one packet

PREALLOC_HELP = "set the metadata of the whole volume aside at once"
REFLINK_HELP = "share the data with the original until one of them changes"
SPARSE_HELP = "keep holes as holes"
OFFSET: Any = Option("the byte of the volume to begin at", kind=uint64, by_place=True, default=0)
LENGTH: Any = Option("how many bytes at most; 0 for all", kind=wrapping64, by_place=True, default=0)


def type_word(kind: int) -> str:
    """The word for a type of volumes."""
    return word(TYPES, kind)


def volume_formats(session: Session, text: str, given: dict[str, Any]) -> list[str]:
    """A completer of the formats of volumes, of files and of partitions."""
    from vsh.xml.storage import KINDS

    return list(dict.fromkeys(
        word for kind in KINDS.values() for word in kind.volumes if kind.accepts(word)
    ))  # fmt: skip


def volume_size(text: str) -> int:
    """A size in bytes from a number with an optional unit.  Raises CommandError."""
    refused = CommandError(
        f"Malformed size {text}", hint="a number with an optional unit: 512M, 2GiB"
    )
    try:
        return scale(text)
    except ValueError:
        raise refused from None
    except Error as reason:
        raise refused from reason


def upload(
    stream: Stream,
    descriptor: int,
    *,
    sparse: bool,
    moved: Callable[[int], None] = lambda _size: None,
) -> None:
    """Send a file's bytes, with ``sparse`` leaving holes out; ``moved`` hears how many have gone.

    Raises OSError of the file, Error of the stream.
    """
    import os

    position, end = 0, None
    while True:
        if sparse and (end is None or position >= end):
            size = os.fstat(descriptor).st_size
            try:
                start = os.lseek(descriptor, position, os.SEEK_DATA)
            except OSError:  # nothing but a hole up to the end
                start = size
            if start > position:
                stream.send_hole(start - position)
                moved(start - position)
            if start >= size:
                return
            end = os.lseek(descriptor, start, os.SEEK_HOLE)
            position = os.lseek(descriptor, start, os.SEEK_SET)
        piece = os.read(descriptor, PIECE if end is None else min(PIECE, end - position))
        if not piece:
            return
        position += len(piece)
        moved(len(piece))
        while piece:
            piece = piece[stream.send(piece) :]


def download(
    stream: Stream, descriptor: int, moved: Callable[[int], None] = lambda _size: None
) -> None:
    """Write what comes into a file; holes stay holes; ``moved`` hears how many bytes have come.

    Raises OSError of the file, Error of the stream.
    """
    import os

    position = 0
    while True:
        piece = stream.receive()
        if piece:
            position += len(piece)
            moved(len(piece))
            while piece:
                piece = piece[os.write(descriptor, piece) :]
            continue
        hole = stream.receive_hole()
        if not hole:
            return
        position += hole
        moved(hole)
        os.ftruncate(descriptor, position)
        os.lseek(descriptor, position, os.SEEK_SET)


def give_up(stream: Stream) -> None:
    """Tell the daemon that no more comes, if it still listens; whatever the reason, it stands."""
    from contextlib import suppress

    with suppress(Error):
        stream.abort()
