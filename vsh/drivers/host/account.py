"""The user that other programs run as where we are root: its numbers, and a program's rights."""

from __future__ import annotations

import os

from vsh.errors import InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


class Account:
    """A user with its groups.

    uid, gid  its numbers
    groups    all groups that it is in, ``gid`` among them
    """

    __slots__ = ("gid", "groups", "uid")

    def __init__(self, uid: int, gid: int, groups: Collection[int] = ()) -> None:
        self.uid = uid
        self.gid = gid
        self.groups = frozenset((gid, *groups))

    @classmethod
    def named(cls, user: str, group: str | None = None) -> Account:
        """A user and a group by names, ``NUMBER`` or ``+NUMBER``.  Raises InvalidArgument.

        group  None: the user's own
        """
        import grp
        import pwd

        try:
            uid = _number(user)
            uid = pwd.getpwnam(user).pw_uid if uid is None else uid
        except KeyError:
            raise InvalidArgument(f"Failed to parse user '{user}'") from None
        try:
            entry: pwd.struct_passwd | None = pwd.getpwuid(uid)
        except KeyError:
            entry = None  # a number without a name: it is in no other group
        try:
            gid = None if group is None else _number(group)
            if group is None:
                gid = uid if entry is None else entry.pw_gid
            elif gid is None:
                gid = grp.getgrnam(group).gr_gid
        except KeyError:
            raise InvalidArgument(f"Failed to parse group '{group}'") from None
        return cls(uid, gid, os.getgrouplist(entry.pw_name, gid) if entry is not None else ())

    @property
    def elevated(self) -> bool:
        """Whether it is root, or in root's group."""
        return 0 in (self.uid, self.gid)

    @property
    def label(self) -> str:
        """How documents name it."""
        return f"+{self.uid}:+{self.gid}"

    def command(self, program: str, keep: Sequence[str] = ()) -> list[str]:
        """The words before a command that is to run as this user with no capability at all.

        program  the path of setpriv(1)
        keep     capabilities that it is to have all the same: ``sys_rawio``
        """
        kept = "".join(f",+{name}" for name in keep)
        groups = ",".join(map(str, sorted(self.groups)))
        return [
            program, "--reuid", str(self.uid), "--regid", str(self.gid), "--groups", groups,
            f"--inh-caps=-all{kept}", f"--ambient-caps=-all{kept}", f"--bounding-set=-all{kept}",
        ]  # fmt: skip

    def may(self, status: os.stat_result, wanted: int, named: int | None = None) -> bool:
        """Whether the user can use a file: 4 to read, 2 to write, 1 to run or search it.

        named  what an access control list says of the user by name
        """
        mode = status.st_mode
        if status.st_uid == self.uid:
            found = mode >> 6
        elif named is not None:
            found = named
        else:
            found = mode >> 3 if status.st_gid in self.groups else mode
        return found & wanted == wanted


def _number(text: str) -> int | None:
    digits = text.removeprefix("+")
    return int(digits) if digits.isdecimal() and digits.isascii() else None
