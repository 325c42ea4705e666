"""The QEMUs that ran when the state of their guests was kept."""

from __future__ import annotations

from vsh.drivers.host.process import Process
from vsh.drivers.qemu.guest import ANSWER_TIME
from vsh.drivers.qemu.known_threads import KnownThreads
from vsh.drivers.qemu.monitor import Monitor, MonitorClosed, MonitorSilent
from vsh.drivers.qemu.run import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.drivers.qemu.files import Files
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.monitor import Questions
    from vsh.drivers.state.record import Run as KeptRun
    from vsh.qmp.value import Value

FIND_TIME = 2.0
"""Seconds that a QEMU which ran before has to say hello to who opens the root."""
_IN_THE_MIDDLE = (
    "saving", "again", "dumping", "unplugging", "jobs", "backup", "moving", "ends",
)  # fmt: skip


class Sought:
    """The QEMU of a guest that ran when the state was kept: it is asked for its status when it is
    first spoken to, and the answer is waited for later.

    kept     what is known of its run
    alive    whether there is such a process
    asked    what it was asked besides, and what its monitor knows the answers by
    """

    __slots__ = ("_begun", "_silent", "_status", "alive", "asked", "kept", "monitor", "process")

    def __init__(self, kept: KeptRun) -> None:
        self.kept = kept
        self.process = Process(kept["pid"], kept["birth"])
        self.monitor = Monitor(f"{kept['folder']}/monitor.sock")
        self.alive = self.process.alive
        self.asked: dict[tuple[str, str], str] = {}
        self._begun = False
        self._status = ""
        self._silent: MonitorSilent | None = None

    @property
    def can_wait(self) -> bool:
        """Whether it just ran, and nobody was in the middle of anything."""
        return self.alive and not any(self.kept.get(each) for each in _IN_THE_MIDDLE)

    def begin(self, besides: Callable[[], Questions]) -> None:
        """Speak to it, if nobody has, and ask it some more."""
        if self._begun or not self.alive:
            return
        self._begun = True
        questions = besides()
        try:
            self._status, *ids = self.monitor.begin(
                FIND_TIME, ("query-status", None), *questions.values()
            )
            self.asked = dict(zip(questions, ids, strict=True))
        except MonitorClosed:
            pass  # ``status`` says so
        except MonitorSilent as error:
            self._silent = error

    def status(self) -> Value:
        """What it says.  Raises MonitorClosed, MonitorSilent."""
        if self._silent is not None:
            raise self._silent
        self.monitor.open(FIND_TIME)
        if not self._status:
            self._status = self.monitor.send("query-status")
        return self.monitor.answer(self._status, "query-status", ANSWER_TIME)


def found_again(guest: Guest, kept: KeptRun, files: Callable[[Guest], Files | None]) -> Sought:
    """A guest is as it was when the state was kept, and it ran.  Gives its QEMU.

    files  gives those that a guest's QEMU may open
    """
    sought = Sought(kept)
    guest.id = kept["id"]
    guest.active = True
    guest.run = Run(
        sought.process,
        sought.monitor,
        kept["folder"],
        KnownThreads(sought.process.pid, guest.outline.most),
    )
    guest.run.find_files = lambda: files(guest)
    guest.run.saving = kept.get("saving")
    guest.run.resumes = kept.get("resumes", True)
    guest.run.fake_reboot = kept.get("again", False)
    guest.run.dumping = kept.get("dumping", False)
    guest.run.nodes = kept.get("nodes", 0)
    guest.run.unplugging = set(kept.get("unplugging", ()))
    backup = kept.get("backup")
    if backup is not None:
        from vsh.drivers.qemu.blocks.backup import Backup

        guest.run.backup = Backup.loaded(backup)
    if kept.get("jobs"):
        from vsh.drivers.qemu.blocks.starting import whole

        guest.run.jobs = {job["name"]: whole(job) for job in kept["jobs"]}
    guest.run.moving = kept.get("moving", "")
    guest.run.tuned = kept.get("tuned", {})
    guest.run.ends = kept.get("ends", False)
    guest.run.cpu = kept.get("cpu", "")
    guest.run.asked_cpu = kept.get("asked_cpu", "")
    guest.run.gone_vcpus = kept.get("gone_vcpus", 0)
    for what, (program, pid, born) in kept.get("beside", {}).items():
        guest.run.beside[what] = program, pid, born
    guest.run.lost = kept.get("lost", [])
    guest.run.io_errors = kept.get("io_errors", {})
    return sought
