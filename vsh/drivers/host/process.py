"""A process that runs: it outlives who started it, so it is known by its number and its birth."""

from __future__ import annotations

import os
import time

from vsh.drivers.state.attempts import Ignoring
from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Process:
    """A process of this machine, which need not be our child.

    pid    its number
    birth  when it was born, in clock ticks since the host booted: numbers are used again
    """

    __slots__ = ("birth", "pid")

    def __init__(self, pid: int, birth: int) -> None:
        self.pid = pid
        self.birth = birth

    @classmethod
    def start(
        cls,
        command: Sequence[str],
        log: str,
        *,
        environment: Mapping[str, str],
        descriptors: Sequence[int] = (),
        before: Sequence[str] = (),
    ) -> Process:
        """Start a program that goes on when this process ends.

        log          the file that gets what it says; the command is written there first
        descriptors  what it inherits, under the same numbers
        before       programs that become the command one after the other: setpriv, prlimit

        Raises InternalError where it cannot be run.
        """
        import signal

        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            output = os.open(log, flags, 0o600)
        except OSError as error:
            raise InternalError(f"failed to open logfile {log}: {error.strerror}") from None
        try:
            stamp = time.strftime("%Y-%m-%d %H:%M:%S%z")
            os.write(output, f"{stamp}: starting up\n{_shown(command)}\n".encode())
            for descriptor in descriptors:
                os.set_inheritable(descriptor, True)  # noqa: FBT003
            pid = os.posix_spawn(
                [*before, *command][0],
                [*before, *command],
                environment,
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, output, 1),
                    (os.POSIX_SPAWN_DUP2, output, 2),
                ],
                setsid=True,
                setsigdef=signal.valid_signals(),
            )
        except OSError as error:
            raise InternalError(f"cannot execute binary {command[0]}: {error.strerror}") from None
        finally:
            os.close(output)
        return cls(pid, birth(pid) or 0)

    @property
    def alive(self) -> bool:
        """Whether it still runs; a child of ours that has ended is taken leave of."""
        with Ignoring(ChildProcessError):  # somebody else's child
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                return False
            return birth(self.pid) in (self.birth, None)  # None: it has ended just now
        return birth(self.pid) == self.birth

    def wait(self, timeout: float) -> bool:
        """Wait for its end; False when the time is over first."""
        until = time.monotonic() + timeout
        pause = 0.0005
        while self.alive:
            if time.monotonic() > until:
                return False
            time.sleep(pause)
            pause = min(pause * 2, 0.02)
        return True

    def kill(self, *, gently: bool = False, timeout: float = 10.0) -> bool:
        """End it: asked to first, for ``timeout`` seconds, then made to unless ``gently``.

        Gives whether it has ended.
        """
        import signal

        for number in (signal.SIGTERM, signal.SIGKILL):
            if not self.alive:
                return True
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return True
            if self.wait(timeout):
                return True
            if gently:
                return False
        return not self.alive


def stat_words(pid: int) -> list[bytes]:
    """What /proc/PID/stat says behind the name: proc(5)'s third word and those that follow.

    Raises FileNotFoundError, ProcessLookupError where it has ended.
    """
    file = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(file, 4096).rpartition(b")")[2].split()
    finally:
        os.close(file)


def birth(pid: int) -> int | None:
    """When a process was born (proc(5), stat's starttime); None if it has ended.

    One whose first thread has ended has not as long as another runs: it holds files, and locks.
    """
    try:
        words = stat_words(pid)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if words[0] in (b"Z", b"X") and int(words[17]) <= 1 else int(words[19])


def _shown(command: Sequence[str]) -> str:
    """A command as a shell would take it."""
    import shlex

    return " \\\n".join(shlex.quote(word) for word in command)
