"""The QEMU driver: real guests, run by this process and outliving it.

``qemu:///embed?root=DIR`` is everything that lives below a folder; without ``root`` it is the
user's own.  All connections of a process to one folder share one ``Hypervisor``.
"""

from __future__ import annotations

from _thread import allocate_lock

from vsh.drivers.driver import Embedded
from vsh.errors import XmlDetail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from vsh.api._call import Call, Object
    from vsh.api.event import Event
    from vsh.api.uri import Uri
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.migration.leaving import Leaving
    from vsh.errors import Error

_opening = allocate_lock()
_open: dict[str, Hypervisor] = {}


class Qemu(Embedded):
    """One connection to a root."""

    name = "QEMU"
    error_domain = 10  # VIR_FROM_QEMU
    parts = "vsh.drivers.qemu"
    hypervisor: Hypervisor

    def __init__(self, hypervisor: Hypervisor, uri: str, *, readonly: bool) -> None:
        super().__init__(hypervisor, uri, readonly=readonly)
        self.arriving: list[Guest] = []  # guests that come in by this connection, and end with it
        self.leaving: dict[Guest, Leaving] = {}  # guests whose moves are held for this connection
        self.given: list[Guest] = []  # guests that were given open files by this connection
        self.autodestroyed: list[Guest] = []  # guests that end with this connection

    def word(
        self, error: Error, call: Call[..., object], target: Object, values: tuple[object, ...]
    ) -> None:
        if isinstance(error, XmlDetail):
            from vsh.drivers.qemu.older_documents import name

            name(error, call, self.hypervisor, target, values)

    def next_event(
        self, timeout: float | None = None, numbers: Collection[int] | None = None
    ) -> Event | None:
        """The oldest event that was registered for; None if none comes within so many seconds."""
        if self._listener is None:
            return None
        import time

        until = None if timeout is None else time.monotonic() + timeout
        while True:
            event = self._listener.next(0)
            left = None if until is None else until - time.monotonic()
            if event is not None or (left is not None and left <= 0):
                return event
            # a QEMU that another thread starts is watched from the next look on
            self.hypervisor.pump(0.2 if left is None else min(left, 0.2))

    def _drop_arriving(self) -> None:
        """Guests that were coming in and whose sender has gone run there."""
        for guest in self.arriving:
            with guest:
                if guest.run is not None and guest.run.moving == "in":
                    from vsh.drivers.qemu import happenings

                    happenings.destroyed(self.hypervisor, guest)

    def _let_go_leaving(self) -> None:
        """Moves that were begun by this connection, and not confirmed, are nobody's."""
        for guest, job in self.leaving.items():
            with guest:
                from vsh.drivers.qemu.migration import confirming

                confirming.orphaned(self.hypervisor, guest, job, self)

    def _close_given(self) -> None:
        """Open files that were given by this connection are closed."""
        for guest in self.given:
            with guest:
                from vsh.drivers.qemu import associated

                associated.forget(guest.associated, self)

    def _end_guests(self) -> None:
        """Guests that were to end with their connection end now."""
        for guest in self.autodestroyed:
            with guest:
                if guest.run is not None and guest.run.ends:
                    from vsh.drivers.qemu import happenings

                    happenings.destroyed(self.hypervisor, guest)

    def close(self) -> None:
        """Let go of the root with its last connection; guests go on."""
        with _opening:
            if self.closed:
                return
            self._drop_arriving()
            self._let_go_leaving()
            self._close_given()
            self._end_guests()
            super().close()
            if not self.hypervisor.openers:
                _open.pop(self.hypervisor.root.path, None)
                self.hypervisor.close()


def serves(parts: Uri) -> bool:
    """Whether a URI is for this driver; ``qemu:///system`` and ``/session`` are a daemon's."""
    return parts.path == "/embed"


def qemu(uri: str, *, readonly: bool = False, ask: Callable[..., str] | None = None) -> Qemu:
    """Connect to ``qemu:///embed?root=DIR``.  Raises Error."""
    from vsh.api.uri import parse
    from vsh.drivers.qemu import root

    return embedded(parse(uri).query.get("root") or root.default(), uri, readonly=readonly)


def embedded(
    path: str, uri: str, *, readonly: bool = False, view: type[Qemu] | None = None
) -> Qemu:
    """A connection to the root at a path; ``uri`` is what it calls itself.  Raises Error.

    view  what answers, where it is not all that a root has: see ``host_only``
    """
    from vsh.drivers.qemu.attending import Attending
    from vsh.drivers.qemu.root import Root

    path = Root(path).path
    with _opening:
        found = _open.get(path)
        if found is None:
            found = _open[path] = Attending(path)
        return (view or Qemu)(found, uri, readonly=readonly)
