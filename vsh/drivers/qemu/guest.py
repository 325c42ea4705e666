"""The guests of a QEMU driver: what is kept of them, and the QEMUs that run them."""

from __future__ import annotations

from vsh.drivers.qemu import outline
from vsh.drivers.qemu.monitor import MonitorClosed, MonitorSilent, NotRunning
from vsh.drivers.state import guest
from vsh.drivers.state.attempts import Attempt, Ignoring
from vsh.drivers.state.locks import Aside
from vsh.drivers.state.record import Record
from vsh.errors import InternalError
from vsh.words.domain.guest import DomainAgentResponseTimeout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Protocol

    from vsh.drivers.qemu.associated import Associated
    from vsh.drivers.qemu.run import Run
    from vsh.drivers.state.moments import MomentTree
    from vsh.drivers.state.record import Ended, Had, Text
    from vsh.drivers.state.record import Run as KeptRun
    from vsh.qmp.message import Event
    from vsh.qmp.value import Struct, Value
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.moment.checkpoint import DomainCheckpoint
    from vsh.xml.moment.snapshot import DomainSnapshot

    class Moments(Protocol):
        """What reads the moments that the state file has of a guest."""

        def snapshots(self) -> MomentTree[DomainSnapshot]: ...
        def checkpoints(self) -> MomentTree[DomainCheckpoint]: ...


ANSWER_TIME = 30.0
"""Seconds that a QEMU has for the answer to a question."""

BANDWIDTH_MAX = (1 << 63) // (1 << 20) - 1
"""MiB a second: as good as no limit."""


class Guest(guest.Guest):
    """One guest.

    run       its QEMU, while it has one
    moments   what reads those that the state file has; None where it has none
    starting  the folder of a QEMU that is being started: kept, so that a crash can be cleaned up
    kept_balloon  ``balloon`` as the state file has it; None: it does not say
    kept_outline  ``outline`` as it has it, of the guest as it ran or as it did not
    doubt     called with its UUID where its QEMU has not answered
    becoming  what is to be planned when what its QEMU is being asked for is done
    audited   what the system's audit has been told that it has; None: nothing
    links     links of the host that were made for it and stay when its QEMU ends: name and address
    taints    what makes its behaviour unlike that of others (virDomainTaintFlags)
    associated  open files that it was given, by the names that its document has for them
    deprecations  what of the configuration that runs is going away, in words
    agent_timeout  seconds that its agent has for an answer, or a DomainAgentResponseTimeout
    bandwidth  MiB a second at which it may move to another host
    ended_job  the last long act that was done, until somebody has asked
    """

    __slots__ = (
        "agent_timeout",
        "associated",
        "audited",
        "bandwidth",
        "becoming",
        "deprecations",
        "doubt",
        "ended_job",
        "kept_balloon",
        "kept_outline",
        "links",
        "moments",
        "run",
        "starting",
        "taints",
    )

    def __init__(
        self,
        name: str,
        uuid: str,
        *,
        definition: Definition | None = None,
        load: guest.Load | None = None,
    ) -> None:
        super().__init__(name, uuid, definition=definition, load=load)
        self.run: Run | None = None
        self.audited: Had | None = None
        self.starting: str | None = None
        self.becoming: Definition | None = None
        self.doubt: Callable[[str], None] | None = None
        self.links: list[tuple[str, str]] = []
        self.bandwidth = BANDWIDTH_MAX
        self.agent_timeout = int(DomainAgentResponseTimeout.BLOCK)
        self.taints: set[int] = set()
        self.deprecations: list[str] = []
        self.associated: dict[str, Associated] = {}
        self.ended_job: Ended | None = None
        self.moments: Moments | None = None
        self.kept_balloon: tuple[bool, str | None] | None = None
        self.kept_outline: tuple[bool, outline.KeptOutline] | None = None

    def configured(self, kept: Record) -> None:
        """It is as it was kept, in what was said of it beside its documents."""
        self.persistent, self.autostart = kept.persistent, kept.autostart
        self.autostart_once, self.managed_save = kept.facts["once"], kept.facts["saved"]

    def restore(self, kept: Record, planned: Text | None, live: Text | None) -> None:
        from vsh.drivers.qemu import definitions

        self.configured(kept)
        self._snapshots = self._checkpoints = None
        self.starting = kept.facts.get("starting")
        if not self.active:
            self.planned = None
            self.definition, _ = definitions.read_back(kept, planned, None)
        elif not self.unread:
            told, self.planned = definitions.read_back(kept, planned, live or planned)
            for name in ("title", "description", "metadata"):  # no QEMU knows of these
                setattr(self._definition, name, getattr(told, name))

    @property
    def running(self) -> Run:
        """Its run.  Raises NotRunning where it has none (any more: it may have ended meanwhile)."""
        if self.run is None:
            raise NotRunning
        return self.run

    @property
    def balloon(self) -> tuple[bool, str | None]:
        """Whether it has a memory balloon, and its alias; if possible, its document is not read."""
        if self.unread and self.kept_balloon is not None:
            return self.kept_balloon
        for one in self.definition.memballoon:
            if one.model != "none":
                return True, one.alias
        return False, None

    @property
    def outline(self) -> outline.Outline:
        """What is counted of it; if possible, its document is not read."""
        if self.unread and self.kept_outline is not None:
            active, known = self.kept_outline
            if active == self.active:
                return outline.Outline(known)
        return outline.Outline(outline.kept(self.definition))

    @property
    def snapshots(self) -> MomentTree[DomainSnapshot]:
        """The guest's snapshots, read when they are first asked for."""
        if self._snapshots is None and self.moments is not None:
            self._snapshots = self.moments.snapshots()
        return super().snapshots

    @property
    def checkpoints(self) -> MomentTree[DomainCheckpoint]:
        """The guest's checkpoints, read when they are first asked for."""
        if self._checkpoints is None and self.moments is not None:
            self._checkpoints = self.moments.checkpoints()
        return super().checkpoints

    @property
    def has_snapshots(self) -> bool:
        """Whether there are any snapshots."""
        return len(self.snapshots) > 0

    @property
    def has_checkpoints(self) -> bool:
        """Whether there are any checkpoints."""
        return len(self.checkpoints) > 0

    def starting_as(self, definition: Definition) -> Attempt:
        """It is to run with another definition than its own, which is planned then.

        Where the start fails its own stands again.
        """
        before = self.definition
        self.definition, self.planned = definition, before

        def failed() -> None:
            self.definition, self.planned = before, None

        return Attempt(failed)

    def ask(
        self,
        command: str,
        arguments: Mapping[str, object] | None = None,
        *,
        timeout: float | None = ANSWER_TIME,
        descriptors: Sequence[int] = (),
    ) -> Value:
        """Ask the guest's QEMU something; the guest can be looked at by others meanwhile.

        Raises NotRunning, CommandRefused, MonitorClosed, MonitorSilent.
        """
        if self.run is None:
            raise NotRunning
        monitor, files, given = self.run.monitor, self.run.files, dict(arguments or {})
        if files is not None:
            files.asked(command, given)
        try:
            with Aside(self.lock):
                answer = monitor.call(command, given, timeout=timeout, descriptors=descriptors)
        except MonitorSilent:
            self._hangs()
            raise
        self._done(command, given)
        return answer

    def ask_as_given(self, command: Value, descriptors: Sequence[int]) -> Struct:
        """Ask its QEMU what somebody else has written; gives the whole answer.  Raises as
        ``Monitor.call_as_given`` does."""
        if self.run is None:
            raise NotRunning
        if not isinstance(command, dict):
            raise InternalError("Unable to append command 'id' string")
        monitor, files = self.run.monitor, self.run.files
        name, given = command.get("execute"), command.get("arguments")
        if not isinstance(name, str) or not isinstance(given, dict):
            name, given = "", {}
        if files is not None:
            files.asked(name, given)
        with Aside(self.lock):
            answer = monitor.call_as_given(command, descriptors)
        if "return" in answer:
            self._done(name, given)
        return answer

    def _done(self, command: str, given: Mapping[str, object]) -> None:
        """Its QEMU has done a command."""
        if self.run is None:
            return
        if self.run.files is not None:
            self.run.files.done(command, given)
        if command == "blockdev-del" and self.run.beside:
            self.run.end_program(str(given["node-name"]))

    def answer(self, id: str, command: str, timeout: float) -> Value:
        """What its QEMU answers to what it was sent (``Monitor.send``).  Raises as ``ask`` does."""
        if self.run is None:
            raise NotRunning
        monitor = self.run.monitor
        try:
            with Aside(self.lock):
                return monitor.answer(id, command, timeout)
        except MonitorSilent:
            self._hangs()
            raise

    def _hangs(self) -> None:
        """Its QEMU does not answer; it may yet do what it was asked."""
        if self.run is not None:
            self.run.late = True
        if self.doubt is not None:
            self.doubt(self.uuid)

    def listen(self) -> None:
        """Take in what its QEMU has sent, without waiting."""
        if self.run is not None:
            with Ignoring(MonitorClosed):  # ``closed`` says so
                self.run.monitor.pump()

    def told(self) -> list[Event]:
        """What its QEMU told and nobody has looked at yet."""
        self.listen()
        if self.run is None:
            return []
        monitor = self.run.monitor
        found = monitor.events[:]
        del monitor.events[: len(found)]  # more may come meanwhile
        return found

    def record(self) -> Record | None:
        """What the state file keeps; None for a transient guest that is off."""
        from vsh.drivers.qemu import definitions

        if not self.persistent and not self.active and self.starting is None:
            return None
        definition = self.definition
        planned = self.planned if self.active or self.planned is not None else definition
        run: KeptRun | None = None
        if self.active and self.run is not None:
            process = self.run.process
            run = {
                "id": self.id,
                "pid": process.pid,
                "birth": process.birth,
                "folder": self.run.folder,
                "saving": self.run.saving,
                "resumes": self.run.resumes,
                "again": self.run.fake_reboot,
                "dumping": self.run.dumping,
                "nodes": self.run.nodes,
                "unplugging": sorted(self.run.unplugging),
                "jobs": list(self.run.jobs.values()),
                "backup": None if self.run.backup is None else self.run.backup.kept(),
                "given": definitions.given(definition),
                "filters": {
                    str(disk.target): [each.number for each in disk.throttle_filters]
                    for disk in definition.disks
                    if disk.throttle_filters
                },
                "own": definitions.own(definition),
                "moving": self.run.moving,
                "tuned": self.run.tuned,
                "ends": self.run.ends,
                "cpu": self.run.cpu,
                "asked_cpu": self.run.asked_cpu,
                "gone_vcpus": self.run.gone_vcpus,
                "beside": dict(self.run.beside),
                "lost": list(self.run.lost),
                "io_errors": dict(self.run.io_errors),
            }
        return Record(
            self.name,
            self.uuid,
            persistent=self.persistent,
            autostart=self.autostart,
            planned=None if planned is None else definitions.stored(planned),
            live=definitions.stored(definition, live=True) if self.active else None,
            facts={
                "sizes": list(self.sizes()),
                "balloon": self.balloon,
                "outline": outline.kept(definition),
                "state": int(self.state),
                "reason": int(self.reason),
                "once": self.autostart_once,
                "saved": self.managed_save,
                "taints": sorted(self.taints),
                "deprecations": self.deprecations,
                "ended": self.ended_job,
                "run": run,
                "starting": self.starting,
                "links": self.links,
                "bandwidth": self.bandwidth,
                "agent": self.agent_timeout,
            },
        )
