"""What is in a storage pool of this machine, as far as it is known: its definition, its volumes."""

from __future__ import annotations

import os
from itertools import islice

from vsh.drivers.host.file_systems import LOCAL, file_system
from vsh.drivers.state import pools
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import Error, InternalError, NoStorageVolume, OperationInvalid
from vsh.xml.engine.flags import INACTIVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.drivers.state.record import Record, Text
    from vsh.xml.storage.pool import BackedPool
    from vsh.xml.storage.volume import StorageVolume

    class Kind(Protocol):
        """What the contents of a pool are asked of: its backend."""

        folder: bool

        def look(self, pool: Contents) -> dict[str, StorageVolume | None]: ...
        def measure(self, pool: Contents) -> None: ...
        def room(self, path: str) -> tuple[int, int, int] | None: ...
        def place_of(self, pool: Contents, name: str) -> str: ...
        def read(self, pool: Contents, name: str) -> StorageVolume: ...
        def update(self, pool: Contents, volume: StorageVolume) -> None: ...


AHEAD_MAX = 256
"""How many volumes are read at once, at most."""


class Contents(pools.Pool):
    """A pool as its backend knows it.

    planned     what it will be when it is started next, where that is something else
    step        what is being done to the host: "building", "starting", or "using" what was there
                before, which is not ours to take away; None between acts
    making      the names of volumes that are being made
    used        the names of volumes that are being worked with, once for each work
    vault       gives the secrets that it may log in with
    near        whether its folder answers without another machine, once somebody has looked
    """

    __slots__ = (
        "_ahead", "_definition", "_known", "_rest", "_room", "_unread", "_volumes", "making",
        "near", "planned", "step", "used", "vault",
    )  # fmt: skip

    def __init__(self, name: str, uuid: str, definition: BackedPool | None = None) -> None:
        super().__init__(name, uuid)
        self._definition = definition
        self._known: tuple[str, str] = ("", "")
        self._unread: Callable[[], BackedPool] | None = None
        self._room: tuple[int, int, int] | None = None  # as seen before that was read
        self.planned: BackedPool | None = None
        self.step: str | None = None
        self.making: list[str] = []
        self.used: list[str] = []
        self.vault: Callable[[], Secrets] | None = None
        self._volumes: dict[str, StorageVolume | None] | None = None
        self.near = False
        self._ahead = 0
        self._rest: Iterator[str] = iter(())

    @property
    def measured(self) -> bool:
        """Whether its sizes are known without a look at the host."""
        return self._definition is not None or (self.active and self._room is not None)

    @property
    def definition(self) -> BackedPool:
        """What it is.  One that was kept is read when it is first asked for: a listing is not."""
        if self._definition is None:
            assert self._unread is not None
            self._definition = self._unread()
            if self.active:
                with Ignoring(Error):  # it is no more what it was: its next refresh says so
                    self.backend.measure(self)
        return self._definition

    @definition.setter
    def definition(self, definition: BackedPool) -> None:
        self._definition = definition

    def restore(self, kept: Record, planned: Text | None, live: Text | None) -> None:
        from vsh.xml.engine.reader import read
        from vsh.xml.storage.pool import BackedPool

        self.persistent, self.autostart = kept.persistent, kept.autostart
        if self.step is not None and kept.facts.get("step") is None:  # nothing was begun
            self.step = None
        self.making = list(kept.facts.get("making", ()))
        definition = None if planned is None else read(planned(), BackedPool)
        if not self.active and definition is not None:
            self._definition, self.planned = definition, None
        else:
            self.planned = definition if kept.facts["replaced"] else None

    def defer(self, kind: str, path: str, unread: Callable[[], BackedPool]) -> None:
        """Say how its definition is read when it is asked for, and what is in it."""
        self._definition, self._known, self._unread = None, (kind, path), unread

    @property
    def kind(self) -> str:
        """Its type."""
        return str(self.definition.type) if self._definition is not None else self._known[0]

    @property
    def path(self) -> str:
        """Where its volumes are."""
        if self._definition is None:
            return self._known[1]
        target = self.definition.target
        return "" if target is None or target.path is None else str(target.path)

    @property
    def backend(self) -> Kind:
        """What pools of its type can do.  Raises InternalError where there are none here."""
        raise NotImplementedError

    @property
    def volumes(self) -> dict[str, StorageVolume | None]:
        """Its volumes by name, looked for when they are first asked for.  Raises Error.

        None for one of a folder that nobody has looked at: ``volume`` does.
        """
        return self.look() if self._volumes is None else self._volumes

    def look(self) -> dict[str, StorageVolume | None]:
        """Look for its volumes, unless that was done already.  Raises Error."""
        if self._volumes is None:
            self._volumes = self.backend.look(self)
            self.near = self.backend.folder and file_system(self.path) in LOCAL
            self._ahead, self._rest = 0, iter(tuple(self._volumes))
        return self._volumes

    def forget(self) -> None:
        """Its volumes are to be looked for again."""
        self._volumes = None

    def volume(self, name: str) -> StorageVolume:
        """The volume of that name.  Raises NoStorageVolume."""
        self.check(name)
        found = self.volumes[name]
        if found is None:
            from vsh.drivers.host.volume import files

            try:
                found = self.volumes[name] = self.backend.read(self, name)
            except files.NotAVolume:
                return files.unknown(self.path, name)
        return found

    def fresh(self, name: str) -> StorageVolume:
        """The volume of that name, its sizes up to date.  Raises NoStorageVolume."""
        self.check(name)
        known = self.volumes[name]
        found = self.volume(name)
        if known is not None or self.volumes[name] is None:
            self.update(found)
        else:  # it was read this moment
            self._look_ahead()
        return found

    def _look_ahead(self) -> None:
        """Read volumes that nobody has asked about, more each time: whoever asks goes on asking."""
        from vsh.drivers.host.volume.files import NotAVolume

        for name in islice(self._rest, self._ahead if self.near else 0):
            if self.volumes.get(name, self) is None:
                with Ignoring(NotAVolume, Error):  # who asks about that one is told
                    self.volumes[name] = self.backend.read(self, name)
        self._ahead = min(2 * self._ahead + 1, AHEAD_MAX)

    def at_hand(self, name: str) -> bool:
        """Whether the sizes of a volume are seen without waiting: a known file of this machine."""
        known = self._volumes
        found = known.get(name) if known is not None and self.near else None
        if found is None or found.type != "file" or found.backing is not None:
            return False
        return not os.path.islink(self.backend.place_of(self, name))

    def update(self, volume: StorageVolume) -> None:
        """Bring a volume's sizes up to date.  Raises NoStorageVolume where it has gone."""
        from vsh.drivers.host.volume import files

        try:
            self.backend.update(self, volume)
        except files.NotAVolume:
            path = files.located(volume)[1]
            raise NoStorageVolume.whole(
                f"Storage volume not found: no storage vol with matching path '{path}'"
            ) from None

    def free(self, name: str, *, to_read: bool = False) -> StorageVolume:
        """The volume of that name, which nobody makes or works with.

        to_read  others may work with it as well

        Raises NoStorageVolume, OperationInvalid.
        """
        found = self.volume(name)
        if name in self.used and not to_read:
            raise OperationInvalid(f"volume '{name}' is still in use.")
        if name in self.making:
            raise OperationInvalid(f"volume '{name}' is still being allocated.")
        return found

    def check_idle(self) -> None:
        """Refuse what is for a pool that nobody works in.  Raises InternalError."""
        if self.making or self.used:
            raise InternalError(f"pool '{self.name}' has asynchronous jobs running.")

    def check(self, name: str) -> None:
        """Raise NoStorageVolume where there is no volume of that name."""
        if name not in self.volumes:
            text = f"no storage vol with matching name '{name}'"
            raise NoStorageVolume.whole(f"Storage volume not found: {text}")

    def key(self, name: str) -> str:
        """The key of a volume that is there: its path, where nobody has looked at it."""
        found = self.volumes[name]
        return self.backend.place_of(self, name) if found is None else str(found.key)

    def known_path(self, name: str) -> str | None:
        """The path of a volume that it is known to have; None where that takes a look.

        Of a folder that nobody has looked at since the daemon began, whoever asks has seen it.
        """
        known = self._volumes
        if known is None:
            return self.backend.place_of(self, name) if self.backend.folder else None
        if name not in known:
            return None
        found = known[name]
        target = None if found is None else found.target
        return self.backend.place_of(self, name) if target is None else str(target.path)

    def path_of(self, name: str) -> str:
        """The path of a volume.  Raises NoStorageVolume."""
        self.check(name)
        known = self.known_path(name)
        assert known is not None  # its pool was looked at
        return known

    @property
    def sizes(self) -> tuple[int | None, int | None, int | None]:
        """Its capacity, allocation and free room in bytes, as last seen.

        Its document is not read for them where the system has them.
        """
        if self._definition is None and self.active:
            if self._room is None:
                with Ignoring(Error):
                    self._room = self.backend.room(self.path)
            if self._room is not None:
                return self._room
        definition = self.definition
        return definition.capacity, definition.allocation, definition.available

    def record(self) -> Record | None:
        """What the state file keeps; None for a transient pool that is not active."""
        from vsh.drivers.state.record import Record

        if not (self.persistent or self.active):
            return None
        planned = self.planned or self.definition
        return Record(
            self.name,
            self.uuid,
            persistent=self.persistent,
            autostart=self.autostart,
            planned=planned.format(INACTIVE) if self.persistent else None,
            live=self.definition.format() if self.active else None,
            facts={
                "active": self.active,
                "replaced": self.planned is not None,
                "step": self.step,
                "making": self.making,
                "sizes": [size or 0 for size in self.sizes],
                "kind": self.kind,
                "path": self.path,
            },
        )
