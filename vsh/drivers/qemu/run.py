"""One run of a guest: its QEMU, and what is known of it as long as it runs."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.drivers.host.process import Process
    from vsh.drivers.qemu.blocks.backup import Backup
    from vsh.drivers.qemu.files import Files
    from vsh.drivers.qemu.known_threads import KnownThreads
    from vsh.drivers.qemu.monitor import Monitor
    from vsh.drivers.qemu.terminal import Terminal
    from vsh.drivers.state.record import Job


class Run:
    """One run of a guest.

    process  the QEMU
    monitor  the conversation with it
    threads  those of its vCPUs and I/O threads
    asked    what it was asked when it was found again and nobody has taken the answers of: by the
             command and its arguments, what the monitor knows them by
    folder   where its sockets and keys are
    fake_reboot  the guest was asked to power off in order to be started again
    paused   why the guest is about to be paused by us: a reason of PAUSED, and an event's detail
    panicking  it crashed, or was off to begin anew: that QEMU stops, of which it tells next, is
             part of that
    resets   how often it began again
    resumed  why the guest is about to run on: a reason of RUNNING, and an event's detail
    saving   the file that it is being saved in
    resumes  whether it ran before, and is to go on where that fails
    dumping  it ran before it was dumped, and is to go on then
    dump_failure  what QEMU said of the last dump that failed
    consoles the streams to its consoles and channels, by alias
    unplugging  the aliases of devices that the guest was asked to let go of
    backup   the backup that is made of it
    gone_vcpus  how many vCPUs have been taken out of it
    thresholds  images whose growth is to be told with their number
    jobs     jobs on its disks, by QEMU's names for them
    refused  those that it did not let go of
    nodes    the highest number that a block node of this run ever had
    plain    the nodes that images without one for their format are read from, by number; None: QEMU
             has not been asked
    stopped  when its CPUs were stopped for a move, in milliseconds since 1970; 0: they were not
    moving   which way it is moving: "in", "out", or "" where it is not
    tuned    QEMU's parameters of a move, as they were before it
    log_start  how long its log was when it was started, in bytes
    cpu      what became of its CPU there: a <cpu>, or ""
    destroying  somebody ends it
    ends     it ends with the connection that started it
    counters  descriptors of the performance events that are counted, by name
    counted   whether those of its definition are
    files    those that it may open; None where it runs as the user that we are
    find_files  gives them when they are first asked for; None: they are known
    beside   the programs beside it, by the devices that they are for: name, number, birth
    lost     the devices whose programs have ended
    io_errors  what there is to say of the last error of each block node
    watched  descriptors that tell of their end
    late     it did not answer in time: what it is doing has yet to be asked
    looked   what the answer to that will be known by
    """

    __slots__ = (
        "asked",
        "asked_cpu",
        "backup",
        "beside",
        "counted",
        "counters",
        "consoles",
        "cpu",
        "destroying",
        "dump_failure",
        "dumping",
        "ends",
        "fake_reboot",
        "find_files",
        "folder",
        "gone_vcpus",
        "io_errors",
        "jobs",
        "late",
        "log_start",
        "looked",
        "lost",
        "monitor",
        "moving",
        "nodes",
        "panicking",
        "paused",
        "plain",
        "process",
        "refused",
        "resets",
        "resumed",
        "resumes",
        "saving",
        "threads",
        "tuned",
        "stopped",
        "thresholds",
        "unplugging",
        "watched",
        "_files",
    )

    def __init__(
        self, process: Process, monitor: Monitor, folder: str, threads: KnownThreads
    ) -> None:
        self.process = process
        self.threads = threads
        self.monitor = monitor
        self.asked: dict[tuple[str, str], str] = {}
        self.folder = folder
        self.fake_reboot = False
        self.paused: tuple[int, int] | None = None
        self.panicking = False
        self.resets = 0
        self.resumed: tuple[int, int] | None = None
        self.saving: str | None = None
        self.resumes = True
        self.dumping = False
        self.dump_failure = ""
        self.consoles: dict[str, Terminal] = {}
        self.gone_vcpus = 0
        self.nodes = 0
        self.plain: dict[int, str] | None = None
        self.unplugging: set[str] = set()
        self.refused: set[str] = set()
        self.jobs: dict[str, Job] = {}
        self.thresholds: set[str] = set()
        self.moving = ""
        self.log_start = 0
        self.tuned: dict[str, int | str] = {}
        self.stopped = 0
        self.backup: Backup | None = None
        self.late = False
        self.looked = ""
        self.destroying = False
        self.ends = False
        self.cpu = ""
        self.asked_cpu = ""
        self.counters: dict[str, int] = {}
        self.counted = False
        self.find_files: Callable[[], Files | None] | None = None
        self._files: Files | None = None
        self.beside: dict[str, tuple[str, int, int]] = {}
        self.lost: list[str] = []
        self.io_errors: dict[str, str] = {}
        self.watched: dict[str, int] = {}

    def forget_asked(self) -> None:
        """Nobody wants the answers that have not been taken."""
        for id in self.asked.values():
            self.monitor.forget(id)
        self.asked = {}

    def end_program(self, what: str) -> None:
        """End the program beside this QEMU that was for a device, if there is one."""
        if self.beside.pop(what, None) is None:
            return
        from vsh.drivers.qemu import companions

        if what in self.watched:
            os.close(self.watched.pop(what))
        if what in self.lost:
            self.lost.remove(what)
        companions.end(self.folder, what)

    def close_descriptors(self) -> None:
        """Count nothing, and watch over no program, any more."""
        for descriptors in (self.counters, self.watched):
            while descriptors:
                os.close(descriptors.popitem()[1])

    @property
    def files(self) -> Files | None:
        """The files that it may open; None where it runs as the user that we are."""
        if self.find_files is not None:
            self._files, self.find_files = self.find_files(), None
        return self._files

    @files.setter
    def files(self, found: Files | None) -> None:
        self._files, self.find_files = found, None
