"""Letting the user that QEMU runs as use files, and giving them back as they were.

An image is owned by that user while a guest has it.  A folder on the way to one, and a device of
the host's, get an entry in their access control lists.  What a file was like is in the state file
before anything is done to it, so that what a killed process left is given back by the next.  The
owner is remembered in libvirt's extended attributes, too: another root, or libvirtd, may have the
same image at the same time, and whoever is last gives it back.
"""

from __future__ import annotations

import os
import stat
from _thread import allocate_lock

from vsh.drivers.host import access_list, remembering
from vsh.drivers.state.attempts import Ignoring
from vsh.drivers.state.record import NotWritten, Record
from vsh.drivers.state.store import Kept, Store
from vsh.errors import InternalError, OperationInvalid, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

    from vsh.drivers.host.account import Account
    from vsh.drivers.qemu.state import State
    from vsh.drivers.state.record import Loan, Text
    from vsh.drivers.state.store import Target
    from vsh.errors import Error

OWN, READ, USE, REACH, FILL = "own", "read", "use", "reach", "fill"
"""A file is to be the user's; readable; readable and writable; got at; or made where it is not."""
_NEEDED = {OWN: 6, READ: 4, USE: 6}


class Lent(Kept):
    """A file that was lent; its name is its path, or ``USER:PATH``.

    loan  what it was like, and who has it
    """

    __slots__ = ("loan",)

    def __init__(self, name: str, loan: Loan) -> None:
        super().__init__(name, "")
        self.loan = loan

    @property
    def path(self) -> str:
        """Where the file is."""
        return self.name[self.name.index("/") :]

    def record(self) -> Record:
        """What the state file keeps."""
        return Record(
            self.name,
            "",
            persistent=True,
            autostart=False,
            planned=None,
            live=None,
            facts={"loan": self.loan},
        )

    def restore(self, kept: Record, planned: Text | None, live: Text | None) -> None:
        self.loan = kept.facts["loan"]

    @classmethod
    def loaded(cls, kept: Record) -> Self:
        """One that was kept."""
        return cls(kept.name, kept.facts["loan"])


class Lending(Store[Lent]):
    """The files that this root has lent.

    account   the user that they are lent to where no other is named
    remember  whether a file that becomes the user's has its owner again then; else root has it
    """

    __slots__ = ("_state", "_turn", "account", "remember")

    def __init__(self, account: Account, state: State, *, remember: bool = True) -> None:
        super().__init__("lent", state)
        self.account = account
        self.remember = remember
        self._state = state
        self._turn = allocate_lock()  # one changes what is lent, and files, at a time

    def missing(self, target: Target | Kept) -> Error:
        return InternalError(f"{target.name} was not lent")

    def lend(
        self, wanted: Iterable[tuple[str, str, str]], guest: str, account: Account | None = None
    ) -> None:
        """Let a user have files: each path, how, and the name of what uses it.

        guest    whose they are, a UUID
        account  the user; None: the usual one

        A path that is not there is left out: QEMU says so, or makes it.  Raises SystemFailure, and
        OperationInvalid where another user has such a file.
        """
        who = account or self.account
        with self._turn:
            new: dict[Lent, bool] = {}
            with self._state.act():
                for path, how, user in wanted:
                    for file, may in _ways(path, how):
                        name = user if file == os.path.realpath(path) else ""
                        self._one(file, may, name, guest, who, new)
            left = dict(new)
            try:
                for lent, more in new.items():
                    _apply(lent, who, more=more)
                    del left[lent]
            except BaseException:
                for lent, more in left.items():
                    if not more:  # nothing has been done to these
                        self.remove(lent)
                raise

    def give_back(self, guest: str, user: str | None = None) -> None:
        """A guest needs what an object of its QEMU used no more; None: nothing at all."""
        with self._turn:
            for lent in self.all():
                users = lent.loan["by"].get(guest)
                if users is not None and (user is None or user in users):
                    self._used_no_more(lent, guest, user)

    def _used_no_more(self, lent: Lent, guest: str, user: str | None) -> None:
        by = lent.loan["by"]
        by[guest] = [] if user is None else [each for each in by[guest] if each != user]
        if not by[guest]:
            del by[guest]
        if not by:
            _return(lent)
        with Ignoring(NotWritten):  # it is so; who opens the root next sees that it is
            if by:
                self.keep(lent)
            else:
                self.remove(lent, ended=True)

    def clean_up(self, running: set[str]) -> None:
        """Give back what guests have that do not run: somebody was killed."""
        for guest in {guest for lent in self.all() for guest in lent.loan["by"]} - running:
            self.give_back(guest)

    # ---- one file

    def _one(
        self, path: str, may: int, user: str, guest: str, who: Account, new: dict[Lent, bool]
    ) -> None:
        """Write down the loan of one file, if it needs one.

        may  what the user has to be able to do with it; 0: own it
        new  those that are to be applied, and whether they were lent before, for less
        """
        other = may and who is not self.account  # beside the entry of the usual user
        known = self.named(f"{who.uid}:{path}" if other else path)
        status, listed = os.stat(path), access_list.read(path)
        has = _has(who, may or (known.loan["may"] if known else 0), status, listed)
        if known is not None and (has or known in new):
            users = known.loan["by"].setdefault(guest, [])
            if user not in users:
                users.append(user)
                self.keep(known)
            return
        if known is not None and may and _has(who, known.loan["may"], status, listed):
            known.loan["may"] |= may
            known.loan["by"].setdefault(guest, []).append(user)
            self.keep(known)
            new[known] = True
            return
        if known is None and has and not _may_be_taken(path, may):
            return
        if known is not None and list(known.loan["to"]) == [status.st_uid, status.st_gid]:
            raise OperationInvalid(
                f"Setting different DAC user or group on {path} which is already in use"
            )
        loan: Loan = {
            "may": may,
            "owner": (status.st_uid, status.st_gid),
            "to": (who.uid, who.gid),
            "mode": stat.S_IMODE(status.st_mode),
            "list": None if listed is None else listed.hex(),
            "by": {guest: [user]},
        }
        if not (may or self.remember):
            loan["owner"], loan["forgotten"] = (0, 0), True
        lent = known or Lent(f"{who.uid}:{path}" if other else path, loan)
        lent.loan = loan  # where it was known, another file has come to its place
        if known is None:
            self.add(lent)
        self.keep(lent)
        new[lent] = False


def _ways(path: str, how: str) -> Iterator[tuple[str, int]]:
    """What has to be changed for a path: the folders on the way to it, and itself; and how."""
    try:
        real = os.path.realpath(path, strict=True)
    except OSError:
        real, how = os.path.realpath(path), FILL if how == FILL else REACH
    for folder in dict.fromkeys([*_above(path), *_above(real)]):
        if os.path.isdir(folder):
            yield folder, 1
    if how == FILL:
        yield os.path.dirname(real), 3
    elif how == REACH:
        if os.path.isdir(real):
            yield real, 1
    elif how == OWN and not stat.S_ISCHR(os.stat(real).st_mode):
        yield real, 0
    else:
        yield real, _NEEDED[how]


def _has(who: Account, may: int, status: os.stat_result, listed: bytes | None) -> bool:
    """Whether a user can do that with a file by now; 0: owns it."""
    if not may:
        return (status.st_uid, status.st_gid) == (who.uid, who.gid)
    return who.may(status, may, access_list.allowed(listed, who.uid))


def _may_be_taken(path: str, may: int) -> bool:
    """Whether a file is the user's only for as long as somebody else needs it."""
    return remembering.lent(path) if may else remembering.owned(path)


def _apply(lent: Lent, who: Account, *, more: bool) -> None:
    """Change a file that has been written down.  Raises SystemFailure.

    more  it was lent before, for less
    """
    path, loan = lent.path, lent.loan
    try:
        with remembering.held(path):
            if loan["may"]:
                if not more:
                    remembering.lend(path, loan["mode"], _listed(loan))
                _let(path, loan["may"], who)
            else:
                if not loan.get("forgotten"):
                    remembering.own(path, loan["owner"])
                os.chown(path, who.uid, who.gid)
    except OSError as error:
        if loan["may"]:
            raise SystemFailure(
                f"cannot let the user {who.uid} that QEMU runs as use '{path}' (let it, or name "
                f"another user in qemu.conf): {error.strerror}"
            ) from None
        raise SystemFailure(
            f"unable to set user and group to '{who.uid}:{who.gid}' on '{path}': {error.strerror}"
        ) from None


def _let(path: str, may: int, who: Account) -> None:
    status, listed = os.stat(path), access_list.read(path)
    named = access_list.allowed(listed, who.uid)
    had = sum(bit for bit in (4, 2, 1) if who.may(status, bit, named))
    if had & may != may:
        mode = stat.S_IMODE(status.st_mode)
        changed = access_list.with_user(listed, mode, who.uid, had | may)
        os.setxattr(path, access_list.NAME, changed)


def _return(lent: Lent) -> None:
    """Give a file back, if nobody else has it, and nobody has changed it since.

    One that cannot be changed any more stays as it is: it has gone, or can only be read by now.
    """
    path, loan = lent.path, lent.loan
    with Ignoring(OSError), remembering.held(path):
        status = os.stat(path)
        if loan["may"]:
            before = remembering.returned(path, loan["mode"], _listed(loan))
            if before is not None:
                access_list.put_back(path, *before)
            return
        before_us = loan["owner"]
        owner = before_us if loan.get("forgotten") else remembering.disown(path, before_us)
        if owner is not None and [status.st_uid, status.st_gid] == list(loan["to"]):
            os.chown(path, *owner)


def _listed(loan: Loan) -> bytes | None:
    return None if loan["list"] is None else bytes.fromhex(loan["list"])


def _above(path: str) -> Iterator[str]:
    """The folders on the way to a path, the uppermost first."""
    parts = os.path.abspath(path).split("/")[1:-1]
    yield "/"
    for end in range(1, len(parts) + 1):
        yield "/" + "/".join(parts[:end])
