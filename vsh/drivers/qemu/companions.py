"""Programs that work beside a guest's QEMU: its TPM, its folders of the host, its user's network.

Each is told by a word in its environment whose it is: so that it can be found and ended, whoever
started it and whatever was killed meanwhile.  They end by themselves when QEMU lets go of them.
"""

from __future__ import annotations

import os
import signal
import socket
import time

from vsh.drivers.host import log_files, programs
from vsh.drivers.host.process import Process, birth
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import InternalError, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vsh.drivers.host.account import Account
    from vsh.drivers.qemu.files import Files
    from vsh.qmp.value import Struct
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.disk import Disk

MARK, FOR = "VSH_BESIDE", "VSH_BESIDE_FOR"
SETTLING = 0.05
"""Seconds within which a program that cannot work says so."""
PATIENCE = 5.0
"""Seconds that a program has to say what it can."""
_ENDING = 5.0


def had(live: Definition) -> bool:
    """Whether a guest that ran may have such programs."""
    return bool(
        any(backend.type == "emulator" for tpm in live.tpms for backend in tpm.backends)
        or any(folder.driver_type == "virtiofs" for folder in live.filesystems)
        or any(card.type == "user" for card in live.interfaces)
        or any(display.type == "dbus" and not display.p2p for display in live.graphics)
        or any(disk.type == "network" or _reserved(disk) for disk in live.disks)
    )


def _reserved(disk: Disk) -> bool:
    return disk.source is not None and disk.source.reservations is not None


def let_reach(files: Files, live: Definition, folder: str) -> None:
    """What such programs need before they start: the way to the guest's folder, their logs."""
    logs = [(card.backend_log, "make", "") for card in live.interfaces if card.backend_log]
    files.lend([(f"{folder}/monitor.sock", "reach", ""), *logs])


def environment(folder: str, what: str) -> dict[str, str]:
    """What tells whose a program is: the folder of its guest, the device that it is for."""
    return {MARK: folder, FOR: what}


def rights(account: Account | None, what: str) -> list[str]:
    """The words before the command of a program that runs as QEMU does."""
    return [] if account is None else account.command(programs.needed("setpriv", what))


def listen(path: str, account: Account | None) -> socket.socket:
    """A socket that QEMU connects to, for a program that is about to start.

    Raises SystemFailure.
    """
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with Ignoring(FileNotFoundError):
            os.unlink(path)
        folder = os.open(os.path.dirname(path), os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:  # by way of its folder: paths of sockets are short
            made.bind(f"/proc/self/fd/{folder}/{os.path.basename(path)}")
        finally:
            os.close(folder)
        os.chmod(path, 0o600)
        if account is not None:
            os.chown(path, account.uid, account.gid)
        made.listen(1)
    except OSError as error:
        made.close()
        raise SystemFailure(
            f"Unable to bind to UNIX socket path '{path}': {error.strerror}"
        ) from None
    return made


def capabilities(program: str) -> Struct | None:
    """What a program of those that QEMU describes says that it can; None where it does not say.

    Raises InternalError where it cannot be run, or hangs.
    """
    import json
    import subprocess

    try:
        done = subprocess.run(
            [program, "--print-capabilities"],
            stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
    except OSError as error:
        raise InternalError(f"cannot execute binary {program}: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise InternalError(f"'{program}' does not say what it can in time") from None
    try:
        said = json.loads(done.stdout) if not done.returncode else None
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def start(
    command: Sequence[str],
    log: str,
    folder: str,
    what: str,
    *,
    descriptors: Sequence[int] = (),
    before: Sequence[str] = (),
    more: Mapping[str, str] | None = None,
) -> Process:
    """Start a program for the guest of a folder.

    what  the device that it is for
    more  of its environment

    Raises InternalError with what it said where it ends at once.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    log_files.roll(log)
    written = os.path.getsize(log) if os.path.exists(log) else 0
    process = Process.start(
        command,
        log,
        environment={"LC_ALL": "C", **kept, **environment(folder, what), **(more or {})},
        descriptors=descriptors,
        before=before,
    )
    if process.wait(SETTLING):
        name = os.path.basename(command[0])
        said = _said(log, written)
        raise InternalError(f"Could not start '{name}': {said or f'see {log}'}")
    return process


def last_line(log: str) -> str:
    """The last line of a log."""
    with open(log, encoding="utf-8", errors="replace") as file:
        return (file.read().splitlines() or [""])[-1]


def _said(log: str, start: int) -> str:
    """The last line that a program wrote."""
    with open(log, encoding="utf-8", errors="replace") as file:
        file.seek(start)
        lines = [line.strip() for line in file if not line.rstrip().endswith("\\")]
    return lines[-1] if len(lines) > 2 else ""  # the time, the command, what it said


def of(folder: str, what: str | None = None) -> list[int]:
    """The numbers of the programs of a guest's folder, or only of those for a device."""
    words = {f"{MARK}={folder}".encode(), *(() if what is None else [f"{FOR}={what}".encode()])}
    found = []
    for number in filter(str.isdecimal, os.listdir("/proc")):
        with Ignoring(OSError), open(f"/proc/{number}/environ", "rb") as file:
            if words <= set(file.read().split(b"\0")):
                found.append(int(number))
    return found


def emulators(folder: str) -> list[Process]:
    """The QEMUs that have their own key in a guest's folder."""
    inside, running = f"{folder}/".encode(), []
    for number in filter(str.isdecimal, os.listdir("/proc")):
        with Ignoring(OSError), open(f"/proc/{number}/cmdline", "rb") as file:
            born = birth(int(number))
            if born is not None and any(
                inside in word and b"masterKey0" in word for word in file.read().split(b"\0")
            ):
                running.append(Process(int(number), born))
    return running


def kept(process: Process, program: str) -> tuple[str, int, int]:
    """What is remembered of a program: its name, its number, its birth."""
    return program, process.pid, process.birth


def found(folder: str, what: str, program: str) -> tuple[str, int, int] | None:
    """The same of one that put itself into the background; None where it is gone already."""
    for pid in of(folder, what):
        born = birth(pid)
        if born is not None:
            return program, pid, born
    return None


def end(folder: str, what: str | None = None) -> None:
    """End the programs of a guest, or of a device of it, that still run; wait until they have."""
    until = time.monotonic() + _ENDING
    number = signal.SIGTERM
    while True:
        left = [pid for pid in of(folder, what) if not _taken_leave_of(pid)]
        if not left:
            return
        if time.monotonic() > until:
            number = signal.SIGKILL
        for pid in left:
            with Ignoring(ProcessLookupError):
                os.kill(pid, number)
        time.sleep(0.01)


def _taken_leave_of(pid: int) -> bool:
    """Whether a child of ours has ended."""
    with Ignoring(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    return False
