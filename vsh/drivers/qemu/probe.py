"""What the QEMU programs of this machine answer, asked once and kept between runs.

A program is known by its path, size and time of change, and by whether KVM is there; what it was
asked is in ``cache/``.  A question that is new starts the program for as long as this process needs
answers of it: a QEMU that has no guest.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import threading

from vsh.drivers.state.attempts import Attempt, Ignoring
from vsh.errors import InternalError, OperationUnsupported, SystemFailure
from vsh.qmp.session import Session
from vsh.qmp.value import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vsh.qmp.message import Reply
    from vsh.qmp.value import Value

KVM = "/dev/kvm"
_FORM = 2  # of the files


def kvm_usable() -> bool:
    """Whether this process may use KVM."""
    return os.access(KVM, os.R_OK | os.W_OK)


def find(arch: str) -> str | None:
    """The program for guests of an architecture, by its path; None if it is not installed."""
    from vsh.hypervisors.qemu.guests import programs

    return next(filter(None, map(shutil.which, programs(os.uname().machine, arch))), None)


def status_of(program: str) -> os.stat_result:
    """What kind of a file a program is.  Raises SystemFailure where it cannot be run."""
    try:
        status = os.stat(program)
    except OSError as error:
        raise SystemFailure(f"Cannot check QEMU binary {program}: {error.strerror}") from None
    if not os.access(program, os.X_OK):
        raise SystemFailure(f"QEMU binary {program} is not executable: Permission denied")
    return status


class Probe:
    """One program; call it with a QMP command to have QEMU's answer.

    Raises OperationUnsupported where QEMU refuses, InternalError where it cannot be asked;
    making it raises SystemFailure where there is no such program.
    """

    def __init__(self, program: str, cache: str, *, kvm: bool) -> None:
        status = status_of(program)
        self.program = program
        self._kvm = kvm
        key = f"{_FORM} {program} {status.st_size} {status.st_mtime_ns} {kvm}"
        self._path = f"{cache}/{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
        self._lock = threading.Lock()
        self._answers: dict[str, Value] | None = None
        self._changed = False
        self._qemu: subprocess.Popen[bytes] | None = None
        self._session = Session()

    def __call__(self, command: str, arguments: Mapping[str, object] | None = None) -> Value:
        """QEMU's answer to a command."""
        key = f"{command} {json.dumps(arguments or {}, sort_keys=True)}"
        with self._lock:
            if self._answers is None:
                self._answers = _read(self._path)
            if key not in self._answers:
                reply = self._ask(command, arguments)
                self._answers[key] = {"error": list(reply.error)} if reply.error else reply.value
                self._changed = True
            answer = self._answers[key]
        if isinstance(answer, dict) and set(answer) == {"error"}:
            raise OperationUnsupported(f"QEMU refuses '{command}': {texts(answer['error'])[1]}")
        return answer

    def close(self) -> None:
        """Keep what was learnt, and end the program."""
        with self._lock:
            if self._changed and self._answers is not None:
                with Ignoring(OSError):  # it is asked again
                    _write(self._path, self._answers)
                self._changed = False
            self._end()

    def _end(self) -> None:
        if self._qemu is not None:
            self._qemu.kill()
            self._qemu.wait()
            for end in (self._qemu.stdin, self._qemu.stdout):
                with contextlib.suppress(OSError):  # nobody reads the rest any more
                    if end is not None:
                        end.close()
            self._qemu = None
            self._session = Session()

    def _ask(self, command: str, arguments: Mapping[str, object] | None) -> Reply:
        if self._qemu is not None:
            try:
                return self._exchange(command, arguments)
            except InternalError:
                self._end()  # it went with the thread that had started it: another one is asked
        if self._qemu is None:
            accelerators = "kvm:tcg" if self._kvm else "tcg"
            self._qemu = subprocess.Popen(
                [
                    *_bound_to_us(),
                    self.program, "-S", "-no-user-config", "-nodefaults", "-display", "none",
                    "-machine", f"none,accel={accelerators}", "-qmp", "stdio",
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"LC_ALL": "C", "PATH": os.environ.get("PATH", "/usr/bin:/bin")},
            )  # fmt: skip
            self._exchange("qmp_capabilities", None)
            # QEMU loads all its modules then, which adds options, among them those of SPICE
            self._exchange("qom-list-types", None)
        return self._exchange(command, arguments)

    def _exchange(self, command: str, arguments: Mapping[str, object] | None) -> Reply:
        qemu = self._qemu
        assert qemu is not None
        assert qemu.stdin is not None
        assert qemu.stdout is not None
        id, data = self._session.command(command, arguments)
        try:
            qemu.stdin.write(data)
            qemu.stdin.flush()
            while (reply := self._session.answer(id)) is None:
                line = qemu.stdout.readline()
                if not line:
                    raise InternalError(f"Failed to probe QEMU binary {self.program}: it ended")
                self._session.feed(line)
        except OSError as error:
            raise InternalError(
                f"Failed to probe QEMU binary {self.program}: {error.strerror}"
            ) from None
        return reply


def _bound_to_us() -> list[str]:
    """The words before a command that is to end when we are killed (setpriv(1) has them)."""
    setpriv = shutil.which("setpriv")
    return [] if setpriv is None else [setpriv, "--pdeathsig", "KILL"]


def _read(path: str) -> dict[str, Value]:
    """The answers that were kept; a file that cannot be read is as none."""
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: str, answers: dict[str, Value]) -> None:
    """Keep answers: the old file or the new one is there, whatever happens."""
    with (
        tempfile.NamedTemporaryFile(
            "w", dir=os.path.dirname(path), delete=False, encoding="utf-8"
        ) as file,
        Attempt(lambda: os.unlink(file.name)),
    ):
        file.write(json.dumps(answers, separators=(",", ":")))  # by the half of it that is in C
        file.flush()
    os.replace(file.name, path)
