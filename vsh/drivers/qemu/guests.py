"""All guests of a QEMU driver, and the QEMUs that have not been spoken to since it was opened.

A root may have hundreds of guests that run.  Who looks at one speaks to its QEMU alone; who looks
at all, or changes any, speaks to all of them first: one that has ended may be in the way.
"""

from __future__ import annotations

from vsh.drivers.driver import WouldWait, in_a_hurry
from vsh.drivers.qemu.guest import Guest
from vsh.drivers.state import guest
from vsh.drivers.state.attempts import Ignoring
from vsh.drivers.state.record import NotWritten
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vsh.drivers.qemu.guest import Moments
    from vsh.drivers.qemu.run import Run
    from vsh.drivers.state.record import Audit, Record, Records, Text
    from vsh.drivers.state.store import Held, Kept, Taking, Target
    from vsh.xml.domain import Domain as Definition


class Guests(guest.Guests[Guest]):
    """All guests of a hypervisor.

    reader  gives what reads the moments that the state file has of a guest, by its UUID
    digest  called with a guest that is held, to take note of what its QEMU told meanwhile
    audit   takes records of what happens to guests, where somebody wants them; ``compare`` sees
            what a guest has got, or lost
    doubt   called with the UUID of a guest whose QEMU has not answered; ``doubted`` are these if
            something was being done to them
    look    called when a QEMU has come, has gone, or told something to who waited for an answer
    turned  called with a guest that has got a QEMU or has none any more
    most_queued  gives how many acts may wait for one guest; 0: any number
    sought  those whose QEMUs ran when the root was opened and have not been spoken to; ``begin``
            speaks to one, ``learn`` waits for what it says; both with the guest held
    """

    __slots__ = (
        "audit", "begin", "compare", "digest", "doubt", "doubted", "learn", "look", "most_queued",
        "reader", "sought", "turned",
    )  # fmt: skip

    begin: Callable[[Guest], None]
    learn: Callable[[Guest], None]
    digest: Callable[[Guest], None]
    reader: Callable[[str], Moments]

    def __init__(self, kind: str, records: Records | None = None) -> None:
        super().__init__(kind, records)
        self.look: Callable[[], None] | None = None
        self.turned: Callable[[Guest], None] | None = None
        self.most_queued: Callable[[], int] | None = None
        self.audit: Audit | None = None
        self.compare: Callable[[Guest], None] | None = None
        self.doubt: Callable[[str], None] | None = None
        self.doubted: set[str] = set()
        self.sought: Mapping[Guest, object] = {}

    def all(self) -> list[Guest]:
        """All of them at this moment, after a word with each QEMU that has not been spoken to."""
        found = super().all()
        self.seek(found)
        return found

    def as_known(self) -> list[Guest]:
        """All of them, as far as is known without a word with their QEMUs."""
        return super().all()

    def seek(self, guests: list[Guest]) -> None:
        """Have a word with QEMUs that have not been spoken to: with all, before the answer of the
        first is waited for."""
        if not self.sought:
            return
        for step in (self.begin, self.learn):
            for each in guests:
                if each in self.sought:
                    with each:
                        if each in self.sought:  # nobody else was quicker
                            step(each)

    def _seek_all(self) -> None:
        """Before anything is changed: one that has ended may be in the way."""
        if self.sought:
            self.all()

    def keep(self, thing: Guest) -> None:
        if self.compare is not None:
            self.compare(thing)
        super().keep(thing)

    def _insert(self, thing: Guest) -> None:
        super()._insert(thing)
        thing.doubt = self.doubt
        thing.most_queued = self.most_queued

    def refresh(self, thing: Guest) -> None:
        if thing in self.sought:
            if in_a_hurry():
                raise WouldWait
            self.learn(thing)
        run = thing.run
        if run is None and thing.uuid not in self.doubted:
            return
        if in_a_hurry():  # what follows may take its time; the watcher hears of all else
            thing.listen()
            if run is None or run.late or run.monitor.events or run.monitor.closed:
                raise WouldWait
            return
        self.digest(thing)

    def shown(self, flags: int, among: list[Guest] | None = None) -> list[Guest]:
        found = self.as_known() if among is None else among
        self.seek(found)
        for each in found:
            if each.run is not None:
                with each:
                    self.refresh(each)
        return super().shown(flags, [each for each in found if not each.gone])

    def modify(
        self, target: Target | Kept, *, active: bool = False, kind: int | None = None
    ) -> Held[Guest]:
        self._seek_all()
        return super().modify(target, active=active, kind=kind)

    def taking(
        self, name: str, uuid: str, make: Callable[[], Guest], *, kind: int | None = None
    ) -> Taking[Guest]:
        self._seek_all()
        return super().taking(name, uuid, make, kind=kind)

    def note(self, thing: Guest) -> None:
        """Write what happened to a guest, which is gone if it was transient and is off.

        Where that cannot be written it has happened all the same; the next act of it writes it.
        """
        with Ignoring(NotWritten):
            if thing.active or thing.persistent or thing.starting is not None:
                self.keep(thing)
            else:
                self.remove(thing, ended=True)

    def restore(
        self, lost: object, kept: Record | None, planned: Text | None, live: Text | None
    ) -> None:
        thing = self._all.get(lost)
        super().restore(lost, kept, planned, live)
        if thing is not None:
            thing.moments = self.reader(thing.uuid)

    def defining(self, definition: Definition, *, kind: int | None = None) -> Taking[Guest]:
        """Hold the guest that a definition is of, made with it if there is none.

        kind  of the job, as in ``modify``
        """
        name, uuid = str(definition.name), str(definition.uuid)

        def made() -> Guest:
            return Guest(name, uuid, definition=definition)

        return self.taking(name, uuid, made, kind=kind)

    def started(self, thing: Guest, run: Run) -> None:
        """A guest has a QEMU now: its definition runs, a persistent one is planned beside it."""
        thing.run = run
        thing.starting = None
        thing.active = True
        run.monitor.told = self.look
        if self.look is not None:
            self.look()
        if self.turned is not None:
            self.turned(thing)

    def stopped(self, thing: Guest, reason: int) -> None:
        """A guest has no QEMU any more; back to its persistent definition if it has one."""
        if thing.planned is not None:
            thing.definition = thing.planned
            thing.planned = None
        self.unnumber(thing.id)
        thing.id = -1
        thing.run = None
        thing.starting = None
        thing.active = False
        thing.state = DomainState.SHUTOFF
        thing.reason = reason
        thing.taints, thing.deprecations = set(), []
        thing.links = []
        thing.jobs.let_go()
        if self.look is not None:
            self.look()
        if self.turned is not None:
            self.turned(thing)
