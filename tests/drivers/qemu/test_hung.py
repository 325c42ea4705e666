"""A QEMU that hangs in the middle of an act on its guest's storage: before and after everything it
is told.  Then it goes on, or is killed, or the vsh is and another one opens the root meanwhile: all
that can be known of the guest is what it was before the act, or what it is after it, and the act
can be done."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

import pytest
from killed_guest import qemus
from killing import LOOKS, MOST
from picture import Picture, difference
from storage_acts import ACTS, AGAIN, Storage, do

import vsh
from vsh.drivers.qemu import attending, sought
from vsh.drivers.qemu.blocks import jobs
from vsh.drivers.qemu.devices import detach as detach_module
from vsh.drivers.qemu.monitor import Monitor
from vsh.errors import NoSnapshot

if TYPE_CHECKING:
    from pathlib import Path

    from storage_acts import Step

    from vsh.api.connection import Connection

WAYS = ("goes on", "is killed", "vsh is killed", "both are killed")
ALWAYS = (("checkpoint", "goes on"), ("throttle", "vsh is killed"), ("resize", "both are killed"))
"""What is walked in every run: all acts in all ways where VSH_WALKS=all."""
STARTING = {
    "restore", "restore-transient", "revert-from-off", "revert-inside", "revert-memory-off",
    "revert-running", "revert-transient", "transient",
}  # fmt: skip
"""Acts that start a QEMU: where that hangs the start fails, and the guest is off."""
PATIENCE = 0.2
"""Seconds that a QEMU which hangs has to answer."""


class Hanging:
    """Inside ``with`` the guest's QEMU hangs from a moment on.

    moment   1: when it is told the first thing; 2: when it has done that; 3: when it is told the
             second ...
    instead  what it is sent where somebody would wait for ever
    dies     whether this process ends then
    """

    def __init__(self, moment: int, instead: int = signal.SIGCONT, *, dies: bool = False) -> None:
        self.left = moment
        self.instead = instead
        self.dies = dies
        self.process = 0
        self.path = ""
        self.call, self.answer, self.wait = Monitor.call, Monitor.answer, jobs.wait_for

    def __enter__(self) -> None:
        def call(monitor: Monitor, command: str, *words: object, **named: object) -> object:
            if command.startswith(LOOKS):
                return self.call(monitor, command, *words, **named)
            self._comes(monitor, command, words)
            answer = self.call(monitor, command, *words, **named)
            self._comes(monitor)
            return answer

        def answered(monitor: Monitor, id: str, name: str, timeout: float | None) -> object:
            if self.path == monitor.path and self.process in qemus(os.path.dirname(self.path)):
                if timeout is None:
                    self.send(self.instead)
                else:
                    timeout = PATIENCE
            return self.answer(monitor, id, name, timeout)

        def waits(*words: object) -> None:
            if self.path:  # for ever
                self.send(self.instead)
            self.wait(*words)

        Monitor.call, Monitor.answer, jobs.wait_for = call, answered, waits

    def __exit__(self, *raised: object) -> None:
        Monitor.call, Monitor.answer, jobs.wait_for = self.call, self.answer, self.wait

    def _comes(self, monitor: Monitor, command: str = "", words: tuple[object, ...] = ()) -> None:
        """Something is told, or was done."""
        self.left -= 1
        if self.left:
            return
        [self.process], self.path = qemus(os.path.dirname(monitor.path)), monitor.path
        os.kill(self.process, signal.SIGSTOP)
        if self.dies:
            if command:
                monitor.send(command, *words)
            os.kill(os.getpid(), signal.SIGKILL)

    def send(self, number: int) -> None:
        """Send the QEMU that hangs a signal, if there is one, and it is still there."""
        if self.process in qemus(os.path.dirname(self.path)):
            os.kill(self.process, number)
        if number == signal.SIGCONT:
            self.path = ""


@pytest.fixture
def world(root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Storage:
    from tiny_guest import TinyGuest

    monkeypatch.setattr(detach_module, "WAIT", 0.1)  # the guest does not answer
    monkeypatch.setattr(attending, "END_TIME", PATIENCE)
    for module in (attending, sought):
        monkeypatch.setattr(module, "FIND_TIME", PATIENCE)
    return Storage(root, TinyGuest(tmp_path, "tiny", disks=2))


def _act(
    world: Storage, connection: Connection, act: Step, hanging: Hanging, number: int
) -> Picture:
    """An act in which a QEMU hangs, which is sent a signal then; gives what there is."""
    with hanging, contextlib.suppress(vsh.Error):
        act(world, connection)
    return _after(world, connection, number)


def _look(world: Storage, connection: Connection) -> Picture:
    """What there is, but for what QEMU opens for writing: it leaves the base of a commit so that
    was taken back."""
    found = world.look(connection)
    qemu = found.get("qemu")
    if isinstance(qemu, dict):
        qemu["nodes"] = [(driver, file) for driver, file, *_ in qemu["nodes"]]
    return found


def _after(world: Storage, connection: Connection, number: int, *, told: bool = True) -> Picture:
    """QEMUs are sent a signal; gives what there is then.

    told  they do all that they were told: what was told by who is killed may be lost
    """
    for process in qemus(f"{world.path}/run"):
        os.kill(process, number)
    guests = connection.driver.hypervisor.guests.all()
    while connection.list_all_domains(1) and (
        number == signal.SIGKILL
        or any(
            each.run is not None and (each.run.late or (each.run.unplugging and told))
            for each in guests
        )
    ):
        pass
    return _look(world, connection)


def _die(world: Storage, act: Step, hanging: Hanging) -> bool:
    """An act in another process, which dies when a QEMU hangs in it; whether it has."""
    child = os.fork()
    if not child:
        try:
            with vsh.connect(world.root) as connection, hanging:
                act(world, connection)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _again(world: Storage, connection: Connection, act: Step) -> Picture:
    with contextlib.suppress(NoSnapshot):  # it has been done
        act(world, connection)
    return _look(world, connection)


@pytest.mark.parametrize(
    ("name", "way"),
    [(name, way) for name in sorted(ACTS) for way in WAYS if "vsh" in way or name not in STARTING]
    if os.environ.get("VSH_WALKS") == "all"
    else ALWAYS,
)
def test_hangs_in_everything_it_is_told(world: Storage, name: str, way: str) -> None:
    before, act = ACTS[name]
    number = signal.SIGKILL if way in ("is killed", "both are killed") else signal.SIGCONT
    found: list[tuple[Picture, Picture]] = []
    with vsh.connect(world.root) as connection:
        world.renew(connection, before)
        first = _after(world, connection, number)
    hung = True
    while hung:
        assert len(found) < 2 * MOST, "the act does not end"
        hanging = Hanging(len(found) + 1, number, dies="vsh" in way or "both" in way)
        with vsh.connect(world.root) as connection:
            world.renew(connection, before)
            if not hanging.dies:
                one = _act(world, connection, act, hanging, number)
                hung = hanging.left <= 0
        if hanging.dies:
            hung = _die(world, act, hanging)
        with vsh.connect(world.root) as connection:
            if hanging.dies:
                for each in connection.list_all_domains(0):
                    each.get_state()
                one = _after(world, connection, number, told=False)
            then = one
            if number == signal.SIGKILL:
                for each in connection.list_all_domains(0):
                    each.create()
                    each.destroy()
            elif name in AGAIN or one == first:
                then = _again(world, connection, act)
        found.append((one, then))
    last = found[-1][0]
    for moment, (one, then) in enumerate(found, 1):
        assert one in (first, last) or name in AGAIN, (
            f"moment {moment} of {len(found)}, neither before nor after:\n"
            f"from before:\n{difference(first, one)}to after:\n{difference(one, last)}"
        )
        assert then in (first if number == signal.SIGKILL else last, last), (
            f"moment {moment} of {len(found)}, done again:\n{difference(then, last)}"
        )


def test_hangs_when_a_root_is_opened_and_watched(world: Storage) -> None:
    """It is heard when it goes on, though nobody asks for its guest."""
    with vsh.connect(world.root) as connection:
        connection.domain_define_xml(world.xml).create()
    [process] = qemus(f"{world.path}/run")
    os.kill(process, signal.SIGSTOP)
    with vsh.connect(world.root) as connection:
        hypervisor = connection.driver.hypervisor
        [guest] = hypervisor.guests.all()
        assert guest.run.late
        hypervisor.watch()
        os.kill(process, signal.SIGCONT)
        while guest.run.late:
            pass
        connection.domain_lookup_by_name("tiny").destroy()


def test_hangs_while_it_is_started_by_who_is_killed(world: Storage) -> None:
    """The start never was: there is no such QEMU any more, and the guest can be started."""
    with vsh.connect(world.root) as connection:
        connection.domain_define_xml(world.xml)
    assert _die(world, do("create"), Hanging(1, dies=True))
    assert len(qemus(f"{world.path}/run")) == 1
    with vsh.connect(world.root) as connection:
        assert not connection.list_all_domains(1)
        assert not qemus(f"{world.path}/run")
        world.domain(connection).create()
        world.domain(connection).destroy()
