"""The ids that a user may hand out to programs of theirs (subuid(5), subgid(5))."""

from __future__ import annotations

import grp
import pwd

from vsh.errors import SystemFailure
from vsh.xml.domain.devices.filesystem import GidRange, IdMap, UidRange

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def mapped(user: int, group: int, place: str = "/etc") -> IdMap:
    """Ids of a program of a user's: 0 is the user, the others those that the user has been lent.

    place  where the files are

    Raises SystemFailure where one cannot be read, or the user or the group has no name.
    """
    try:
        names = pwd.getpwuid(user).pw_name, grp.getgrgid(group).gr_name
    except KeyError:
        raise SystemFailure(f"Failed to find user record for uid '{user}'") from None
    found = IdMap()
    found.uids = [UidRange(start=0, target=user, count=1)]
    found.gids = [GidRange(start=0, target=group, count=1)]
    for first, count in _lent(f"{place}/subuid", names[0], user):
        found.uids.append(UidRange(start=1, target=first, count=count))
    for first, count in _lent(f"{place}/subgid", names[1], group):
        found.gids.append(GidRange(start=1, target=first, count=count))
    return found


def _lent(path: str, name: str, number: int) -> Iterator[tuple[int, int]]:
    """The first range of ids that a file has for somebody, if any: its first and how many."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = [line.strip().split(":") for line in file]
    except OSError as error:
        raise SystemFailure(f"Failed to open file '{path}': {error.strerror}") from None
    for fields in lines:
        if len(fields) == 3 and fields[0] in (name, str(number)):
            if fields[1].isdecimal() and fields[2].isdecimal():
                yield int(fields[1]), int(fields[2])
            return
