"""The words for libvirt's numbers, where they are those of its enumerations."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def words(enumeration: type) -> tuple[str, ...]:
    """The members of an enumeration that counts from 0, as users write them ("add-last")."""
    members = {value: name for name, value in vars(enumeration).items() if name.isupper()}
    return tuple(members[number].lower().replace("_", "-") for number in range(len(members)))


def word(words: Sequence[str], number: int, other: str = "unknown") -> str:
    """The word for a number; ``other`` for one that is newer than this program."""
    return words[number] if 0 <= number < len(words) else other
