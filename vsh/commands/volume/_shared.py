"""What the volume commands share: sizes, types and making volumes."""

from __future__ import annotations

from vsh.cli.params import Option, scale, uint64, wrapping64
from vsh.errors import CommandError, Error
from vsh.words.volume import StorageVolType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.params import Given
    from vsh.cli.session import Session


TYPES = StorageVolType.words()

PREALLOC_HELP = "set the metadata of the whole volume aside at once"
REFLINK_HELP = "share the data with the original until one of them changes"
OFFSET = Option("the byte of the volume to begin at", kind=uint64, by_place=True, default=0)
LENGTH = Option("how many bytes at most; 0 for all", kind=wrapping64, by_place=True, default=0)


def type_word(kind: int) -> str:
    """The word for a type of volumes."""
    return StorageVolType.word_of(kind)


def volume_formats(session: Session, text: str, given: Given) -> list[str]:
    """A completer of the formats of volumes, of files and of partitions."""
    from vsh.xml.storage.kinds import KINDS

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
