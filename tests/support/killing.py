"""Killing a vsh before every write that an act makes: to the state file, to a QEMU, to the disk.

Each attempt is a fork that opens the root, does the act, and is killed before its next write than
the attempt before it.  The walk ends with the attempt that nothing is left to be killed in.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import traceback
from typing import TYPE_CHECKING

import vsh
from vsh.drivers.host.process import Process
from vsh.drivers.qemu.monitor import Monitor
from vsh.drivers.qemu.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vsh.api.connection import Connection

    Act = Callable[[Connection], object]

MOST = 120
"""More writes than any act has."""
LOOKS = ("query-", "qom-get", "qom-list", "device-list-properties", "qmp_capabilities")
"""Commands of QEMU's that change nothing."""


def walk(root: str, act: Act) -> Iterator[int]:
    """Do the act again and again, each time killed one write later; gives how many there were.

    After each kill, and after the act was done wholly, whoever walks looks at what there is and
    brings it back to where the act can be done.  Nobody holds the root while the act is done.
    """
    for place in range(1, MOST):
        child = os.fork()
        if not child:
            _attempt(root, act, place)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in (0, -signal.SIGKILL), f"write {place}: the act failed"
        yield place
        if status == 0:
            assert place > 1, "the act wrote nothing"
            return
    raise AssertionError("the act does not end")


def _attempt(root: str, act: Act, place: int) -> None:
    """In the child: the act, until its write number ``place``."""
    status = 1
    try:
        with vsh.connect(root) as connection:
            _count(place)
            act(connection)
            _count(0)
        status = 0
    except vsh.Error:
        traceback.print_exc()
    finally:
        os._exit(status)


_left = 0
_counted = False


def _write() -> None:
    """Something is about to be written: the process ends if its turn has come."""
    global _left
    if _left:
        _left -= 1
        if not _left:
            os.kill(os.getpid(), signal.SIGKILL)


def _count(place: int) -> None:
    global _left, _counted
    _left = place
    if _counted:
        return
    _counted = True
    plain = Monitor.call

    def call(self: Monitor, command: str, *arguments: object, **named: object) -> object:
        if not command.startswith(LOOKS):
            _write()
        return plain(self, command, *arguments, **named)

    Monitor.call = call
    end = State.end

    def ended(self: State, *, well: bool) -> None:
        if well and self._depth == 1:
            _write()
        end(self, well=well)

    State.end = ended
    for owner, name in (
        (os, "unlink"), (os, "rename"), (os, "replace"), (os, "link"), (os, "mkdir"),
        (os, "write"), (os, "pwrite"), (os, "truncate"), (os, "rmdir"), (os, "posix_spawn"),
        (shutil, "rmtree"), (subprocess.Popen, "__init__"), (Process, "kill"),
    ):  # fmt: skip
        setattr(owner, name, _before(getattr(owner, name)))
    opened = os.open

    def creating(path: str, flags: int, *arguments: int, **named: int) -> int:
        if flags & os.O_CREAT:
            _write()
        return opened(path, flags, *arguments, **named)

    os.open = creating


def _before(plain: Callable[..., object]) -> Callable[..., object]:
    def instead(*arguments: object, **named: object) -> object:
        _write()
        return plain(*arguments, **named)

    return instead


def killed_at_step(
    steps: int, places: Iterable[tuple[object, str]], act: Callable[[], object]
) -> bool:
    """Do something in a child of this process that dies before its call number ``steps`` of any of
    these functions, each named by what has it; whether it died."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    left = [steps]

    def counted(before: Callable[..., object]) -> Callable[..., object]:
        def call(*values: object, **more: object) -> object:
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return before(*values, **more)

        return call

    try:
        for where, name in places:
            setattr(where, name, counted(getattr(where, name)))
        act()
    finally:
        os._exit(0)
