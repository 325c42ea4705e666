"""Attending to the QEMUs of a root: found again when it is opened, heard as long as it is open."""

from __future__ import annotations

import os
import select

from vsh.drivers.host import cgroups
from vsh.drivers.qemu import shares
from vsh.drivers.qemu import status as said
from vsh.drivers.qemu.guest import ANSWER_TIME, Guest
from vsh.drivers.qemu.hypervisor import Hypervisor
from vsh.drivers.qemu.monitor import CommandRefused, Monitor, MonitorClosed, MonitorSilent
from vsh.drivers.qemu.outline import PARTS
from vsh.drivers.qemu.run import Run
from vsh.drivers.qemu.sought import FIND_TIME, Sought, found_again
from vsh.drivers.state.attempts import Attempt, Ignoring
from vsh.qmp.value import integer, struct
from vsh.words.domain.state import (
    DomainPausedReason,
    DomainRunningReason,
    DomainShutoffReason,
    DomainState,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guests import Guests
    from vsh.drivers.qemu.moments import Stored
    from vsh.drivers.qemu.monitor import Questions
    from vsh.drivers.qemu.watcher import Watcher
    from vsh.drivers.state.record import Record
    from vsh.qmp.value import Value
    from vsh.xml.domain import Domain as Definition

_STARTING = (DomainState.PAUSED, DomainPausedReason.STARTING_UP)
_BALLOON = ("query-balloon", "when it is found")

END_TIME = 5.0
"""Seconds that a QEMU without an owner has to say hello, and to end; then it is made to."""


class Attending(Hypervisor):
    """One root, open, with its guests."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._sought: dict[Guest, Sought] = {}
        self._watcher: Watcher | None = None
        folders = {self.root / f"run/{name}" for name in os.listdir(self.root / "run")}
        if self.cut_off or folders != self.state.runs():  # a process was killed: it is cleaned up
            try:
                self.guests.all()
            except BaseException:
                self.state.close()
                self.root.close()
                raise

    def close(self) -> None:
        if self._watcher is not None:
            self.guests.look = None
            self._watcher.close()
        super().close()

    def watch(self) -> None:
        """From now on a thread hears what QEMUs tell, whether or not anybody asks."""
        from vsh.drivers.qemu.watcher import Watcher

        with self.lock:
            if self._watcher is None:
                watcher = self._watcher = Watcher(self)
                self.guests.look = watcher.look
                for guest in self.guests.all():
                    if guest.run is not None:
                        guest.run.monitor.told = watcher.look
                watcher.look()

    # ---- guests that were there before

    def find(self, guests: Guests) -> None:
        """The guests that the state file knows; their QEMUs are found again.

        Those that just ran are spoken to when somebody wants to know of them.
        """
        having = {**self.state.moment_counts("snapshot"), **self.state.moment_counts("checkpoint")}
        guests.reader = self._moments
        self._sought.clear()
        guests.sought, guests.begin, guests.learn = self._sought, self._begin, self._learn
        starting, at_once = [], []
        for record, planned, live in self.state.load("domain"):
            guest = self._loaded(record, planned, live)
            if guest.uuid in having:
                guest.moments = self._moments(guest.uuid)
            guests.add(guest)
            run, folder = record.facts.get("run"), record.facts.get("starting")
            if run is not None:
                sought = self._sought[guest] = found_again(guest, run, self.files)
                guests.renumber(guest, guest.id)
                began = (guest.state, guest.reason) == _STARTING
                if self.cut_off or began or not sought.can_wait:
                    at_once.append(guest)
            elif folder is not None:
                starting.append((guest, folder))
        guests.seek(at_once)
        for guest, folder in starting:
            with guest:
                self._never_started(guest, folder)
        if self.cut_off:
            from vsh.drivers.qemu import cut_off

            cut_off.resolve_all(self, guests.as_known())
        self._clean_up()
        if self.cut_off:  # all is known, and cleaned up, that a start may meet
            cut_off.go_on(self, guests.as_known())
        if self.state.unfinished("network"):
            self.network_host.look()  # to read them is to finish or undo what was begun
        if self.state.unfinished("nwfilter_change"):
            self.filter_host.look()
        if self.state.unfinished("pool"):
            self.pools.all()
        if self.state.unfinished("pci"):
            self.assigning.all()

    def _moments(self, uuid: str) -> Stored:
        from vsh.drivers.qemu.moments import Stored

        return Stored(self.state, uuid)

    def _loaded(self, record: Record, planned: str | None, live: str | None) -> Guest:
        texts = self.state.reader(planned), self.state.reader(live)

        def load(*, active: bool) -> tuple[Definition, Definition | None]:
            from vsh.drivers.qemu import definitions

            later, running = texts
            return definitions.read_back(record, later, running if active or not later else None)

        guest = Guest(record.name, record.uuid, load=load)
        facts = record.facts
        guest.configured(record)
        guest.taints = set(facts["taints"])
        guest.deprecations = facts.get("deprecations", [])
        guest.ended_job = facts.get("ended")
        guest.bandwidth = facts.get("bandwidth", guest.bandwidth)
        guest.agent_timeout = facts.get("agent", guest.agent_timeout)
        guest.links = [(name, mac) for name, mac in facts.get("links", ())]
        guest.state, guest.reason = facts["state"], facts["reason"]
        maximum, current, vcpus = facts["sizes"]
        guest.facts = maximum, current, vcpus
        if "balloon" in facts:
            there, alias = facts["balloon"]
            guest.kept_balloon = there, alias
        if len(facts.get("outline", ())) == PARTS:
            guest.kept_outline = facts.get("run") is not None, facts["outline"]
        return guest

    def _begin(self, guest: Guest) -> None:
        """Speak to the QEMU of a guest that was found again; its answers are waited for later."""

        def besides() -> Questions:
            if guest.kept_balloon is None:
                return {}
            own: Questions = {_BALLOON: ("query-balloon", None)}
            more = {} if self.ahead is None else self.ahead(guest)
            return {**(own if guest.kept_balloon[0] else {}), **more}

        self._sought[guest].begin(besides)

    def _learn(self, guest: Guest) -> None:
        """A guest that was found again: learn from its QEMU what happened meanwhile."""
        self._begin(guest)
        sought = self._sought.pop(guest)
        assert guest.run is not None
        guest.run.asked = sought.asked
        try:
            self._answered(guest, sought)
        except BaseException:  # whoever looks next begins anew
            sought.monitor.close()
            if guest.run is not None:
                again = self._sought[guest] = Sought(sought.kept)
                guest.run.monitor = again.monitor
            raise

    def _answered(self, guest: Guest, sought: Sought) -> None:
        """What the QEMU of a guest says is waited for, and followed."""
        try:
            if sought.alive:
                self._catch_up(guest, sought.status())
                if _BALLOON in sought.asked and guest.active:
                    self._weigh(guest, sought)
            else:
                self.ended(guest)
        except MonitorClosed:
            self.ended(guest)
        except (CommandRefused, MonitorSilent):
            # it hangs, or refuses what would bring it to an end: what was known of it stands
            guest.running.late = True
        if guest.active and sought.kept.get("ends"):  # nobody is left who started it
            from vsh.drivers.qemu import happenings

            happenings.destroyed(self, guest)

    def _weigh(self, guest: Guest, sought: Sought) -> None:
        """What the balloon of a guest leaves it may have changed when nobody listened."""
        with Ignoring(CommandRefused):  # its driver is not there
            told = sought.monitor.answer(sought.asked.pop(_BALLOON), "query-balloon", ANSWER_TIME)
            actual = integer(struct(told)["actual"]) // 1024
            if guest.facts is None or guest.facts[1] != actual:
                from vsh.drivers.qemu.devices import memory

                memory.note_balloon(guest.definition, actual)
                guest.facts = None
                self.guests.note(guest)

    def _catch_up(self, guest: Guest, status: Value) -> None:
        """What became of a guest, by what its QEMU says of its status."""
        assert isinstance(status, dict)
        if (guest.state, guest.reason) == _STARTING:  # it was just about to go on from a file
            try:
                guest.ask("cont")
            except CommandRefused:  # its disks are another QEMU's: whoever wants it resumes it
                guest.reason = DomainPausedReason.API_ERROR
            else:
                guest.state, guest.reason = DomainState.RUNNING, DomainRunningReason.RESTORED
                status = {"status": "running"}
            self.guests.note(guest)
        if status["status"] in ("shutdown", "guest-panicked"):
            from vsh.drivers.qemu import happenings

            happenings.after_the_fact(self, guest, str(status["status"]))
        elif said.catch_up(guest, str(status["status"])):
            self.guests.note(guest)
        if guest.run is not None and (guest.run.unplugging or guest.uuid in self.cut_off):
            from vsh.drivers.qemu import cut_off

            cut_off.resolve(self, guest)
        if guest.run is not None and guest.run.beside:
            from vsh.drivers.qemu import losses

            losses.look(self, guest)
        if guest.run is not None and guest.run.jobs:
            from vsh.drivers.qemu import happenings
            from vsh.drivers.qemu.blocks import jobs

            jobs.catch_up(self, guest)
            happenings.after_backup(self, guest)
        if guest.run is not None and guest.outline.channels:
            from vsh.drivers.qemu import channels

            channels.found_again(self, guest)
        if guest.run is not None and guest.run.moving:
            from vsh.drivers.qemu import migration

            migration.found_again(self, guest)
        if guest.run is not None and guest.run.saving is not None:
            from vsh.drivers.qemu import saved

            saved.found_again(self, guest)
        if guest.run is not None and guest.run.dumping:
            from vsh.drivers.qemu import dumps

            dumps.found_again(self, guest)

    def _look_again(self, guest: Guest, run: Run) -> None:
        """A QEMU that hung: does it answer by now, has it ended?

        Where a thread hears what QEMUs tell nobody waits: it looks again when an answer comes.
        """
        if not run.process.alive:
            guest.listen()  # how it ended
            self.ended(guest)
            return
        try:
            status = self._said_now(guest, run)
            if status is not None:
                job = self.state.settle(guest.uuid)
                if job is not None:
                    self.cut_off[guest.uuid] = job
                self._catch_up(guest, status)
        except MonitorSilent:
            pass  # it still hangs
        except MonitorClosed:
            if guest.run is run:
                self.ended(guest)

    def _said_now(self, guest: Guest, run: Run) -> Value | None:
        """What a QEMU that hung says of its status; None: nothing yet.

        Raises MonitorClosed, MonitorSilent.
        """
        if self._watcher is None:
            run.late, run.looked = False, ""
            return guest.ask("query-status", timeout=FIND_TIME)
        if run.monitor.fileno() < 0 and not run.monitor.closed:  # it hung when it was found
            [run.looked] = run.monitor.begin(0, ("query-status", None))
            self._watcher.look()
        elif not run.looked:
            run.looked = run.monitor.send("query-status")
        status = run.monitor.answered(run.looked, "query-status")
        if status is not None:
            run.late, run.looked = False, ""
        return status

    def _settle(self, guest: Guest) -> None:
        """What was being done to a guest when its QEMU did not answer, and then ended."""
        job = self.state.settle(guest.uuid)
        if job is None and guest.uuid not in self.cut_off:
            return
        from vsh.drivers.qemu import cut_off

        if job is None and cut_off.goes_on(self, guest):  # it hung when the root was opened
            cut_off.go_on(self, [guest])
        elif not guest.gone:
            self.cut_off[guest.uuid] = job or self.cut_off[guest.uuid]
            cut_off.resolve_resting(self, guest)

    def _never_started(self, guest: Guest, folder: str) -> None:
        """A start that was cut off: the QEMU ends, and the guest is as before."""
        from vsh.drivers.qemu import cards, cut_off

        self._end(folder)
        cards.give_up_all(self, guest)
        guest.starting, guest.links = folder if cut_off.goes_on(self, guest) else None, []
        guest.state, guest.reason = DomainState.SHUTOFF, DomainShutoffReason.FAILED
        self.guests.note(guest)

    def _clean_up(self) -> None:
        """Folders of runs that no guest has: a QEMU there has no owner, and ends."""
        running = [guest for guest in self.guests.as_known() if guest.run is not None]
        known = {guest.run.folder for guest in running if guest.run is not None}
        alive = {guest.uuid for guest in running}
        cgroups.clean_up(self.root.path, alive)
        shares.clean_up(self.root.path, alive)
        lent = [record.facts["loan"] for record, _, _ in self.state.load("lent")]
        if {user for loan in lent for user in loan["by"]} - alive and self.lending is not None:
            self.lending.clean_up(alive)
        for name in os.listdir(self.root / "run"):
            folder = self.root / f"run/{name}"
            if folder not in known:
                self._end(folder)
        saves = {f"{guest.name}.save" for guest in self.guests.as_known() if guest.managed_save}
        for name in set(os.listdir(self.root / "save")) - saves:
            if self.guests.named(name.removesuffix(".save")) is not None:  # it was gone on from
                os.unlink(self.root / f"save/{name}")

    def _end(self, folder: str) -> None:
        """End the QEMU that has its sockets in a folder, if there is one, and remove the folder."""
        monitor = Monitor(f"{folder}/monitor.sock")
        with Ignoring(MonitorClosed, MonitorSilent):
            monitor.open(timeout=END_TIME)
            monitor.call("quit", timeout=END_TIME)
        monitor.close()
        import shutil

        from vsh.drivers.qemu import companions

        companions.end(folder)
        for process in companions.emulators(folder):
            process.kill(timeout=0)
        shutil.rmtree(folder, ignore_errors=True)

    # ---- what QEMUs tell

    def digest(self, guest: Guest) -> None:
        """Take note of what a guest's QEMU told; with the guest held."""
        run = guest.run
        if run is None:
            self._settle(guest)
            return
        if run.beside:
            from vsh.drivers.qemu import losses

            losses.look(self, guest)
        if run.late:
            self._look_again(guest, run)
            if guest.run is not run:
                return
        told = guest.told()
        with Attempt(lambda: run.monitor.events.__setitem__(slice(0, 0), told)):
            while told:
                from vsh.drivers.qemu import happenings

                with Ignoring(MonitorClosed):  # it ended while what it told was followed
                    happenings.took_place(self, guest, told.pop(0))
                if guest.run is not run:
                    return
        if run.monitor.closed:
            self.ended(guest)

    def ended(self, guest: Guest) -> None:
        """A guest's QEMU has ended by itself; with the guest held."""
        from vsh.drivers.qemu import cut_off, happenings

        happenings.ended(self, guest, again=cut_off.goes_on(self, guest))
        if self._found and guest.run is None:
            self._settle(guest)

    def pump(self, timeout: float | None) -> None:
        """Wait until some guest's QEMU tells something, and take note of it."""
        poll = select.poll()
        guests: dict[int, Guest] = {}
        for guest in self.guests.all():
            run = guest.run
            number = -1 if run is None else run.monitor.fileno()
            if number >= 0:
                guests[number] = guest
                poll.register(number, select.POLLIN)
            if run is not None and run.beside:
                from vsh.drivers.qemu import losses

                for ending in losses.descriptors(run):
                    guests[ending] = guest
                    poll.register(ending, select.POLLIN)
            if run is not None and run.monitor.events:  # read with an answer, not looked at yet
                with guest:
                    if not guest.gone:
                        self.digest(guest)
                timeout = 0
        for number, _ in poll.poll(None if timeout is None else max(0, round(timeout * 1000))):
            guest = guests[number]
            with guest:
                if not guest.gone:
                    self.digest(guest)
