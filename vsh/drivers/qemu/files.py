"""The files that a guest's QEMU opens, where it runs as another user than we do."""

from __future__ import annotations

import os

from vsh.drivers.qemu import security
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from vsh.drivers.host.account import Account
    from vsh.drivers.host.lending import Lending
    from vsh.drivers.qemu.settings import Settings
    from vsh.xml.domain import Domain as Definition

NAMING = frozenset((
    "blockdev-add", "blockdev-create", "chardev-add", "device_add", "memsave", "migrate",
    "migrate-incoming", "nbd-server-start", "object-add", "pmemsave", "screendump",
))  # fmt: skip
ENDING = frozenset(("blockdev-del", "chardev-remove", "object-del"))


class Files:
    """The files of one guest; what its definition says of them is read when it is needed.

    guest     whose they are, a UUID
    live      gives the definition of its run
    lending   gives what lends them
    settings  gives what qemu.conf says
    root      the folder of all: in its run/, guests' own folders need no giving back
    named     what QEMU has been told to open since this was made
    """

    __slots__ = (
        "_account",
        "_exceptions",
        "_guest",
        "_lending",
        "_live",
        "_root",
        "_settings",
        "named",
    )

    def __init__(
        self,
        guest: str,
        live: Callable[[], Definition],
        lending: Callable[[], Lending],
        settings: Callable[[], Settings],
        *,
        root: str,
    ) -> None:
        self._guest = guest
        self._live = live
        self._lending = lending
        self._settings = settings
        self._root = root
        self.named: list[str] = []
        self._account: Account | None = None
        self._exceptions: dict[str, Account | None] = {}

    @property
    def account(self) -> Account:
        """Whom the guest's QEMU runs as.  Raises InvalidArgument."""
        if self._account is None:
            live = self._live()
            self._account = security.account(self._lending().account, live)
            self._exceptions = security.exceptions(live)
        return self._account

    def own(self, *paths: str) -> None:
        """Files that were made for QEMU are its user's.  Raises OSError."""
        for path in paths:
            os.chown(path, self.account.uid, self.account.gid)

    def lend(self, wanted: Iterable[tuple[str, str, str]]) -> None:
        """QEMU is to open files.  Raises SystemFailure, OperationInvalid."""
        others: dict[Account, list[tuple[str, str, str]]] = {self.account: []}
        relabelled = security.relabelled(self._settings(), self._live())
        for path, how, user in wanted:
            if path.startswith("/dev/fdset/"):
                continue
            self.named.append(path)
            if how == "make":
                _make(path)
                how = "own"
            inside = path.startswith(f"{self._root}/run/")
            if inside and how == "own":
                with Ignoring(FileNotFoundError):  # QEMU makes it
                    self.own(path)
            elif how == "reach" and inside:
                others[self.account].append((path, how, user))
            elif relabelled:
                account = self._exceptions.get(path, self.account)
                if account is not None:
                    others.setdefault(account, []).append((path, how, user))
        for account, files in others.items():
            self._lending().lend(files, self._guest, account)

    def asked(self, command: str, arguments: Mapping[str, object]) -> None:
        """A command is about to be given to QEMU.  Raises SystemFailure."""
        if command in NAMING:
            from vsh.hypervisors.qemu.argv import opened

            before = len(self.named)
            self.lend(opened.by_command(command, arguments))
            if len(self.named) > before:
                from vsh.drivers.qemu import confinement

                confinement.allow(self._root, self._guest, self.named[before:])

    def done(self, command: str, arguments: Mapping[str, object]) -> None:
        """QEMU has done a command."""
        if command in ENDING:
            from vsh.hypervisors.qemu.argv import opened

            self.give_back(opened.given_up(command, arguments))

    def give_back(self, user: str | None = None) -> None:
        """An object of QEMU's is no more; None: QEMU itself."""
        self._lending().give_back(self._guest, user)


def _make(path: str) -> None:
    """Make a file that QEMU is to write to, if it is not there."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o600))
    except OSError as error:
        raise SystemFailure(f"Failed to create file '{path}': {error.strerror}") from None
