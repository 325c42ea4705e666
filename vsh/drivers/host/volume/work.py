"""Commands that work on storage: run to their end, followed, and ended where we are.

A command of qemu-img or scrub may take hours.  It is killed when its caller gives up (a Ctrl-C, a
follower that raises), and by the kernel when this process dies: nothing goes on writing into what
the next process cleans up.
"""

from __future__ import annotations

import errno
import os

from vsh.api.following import followed, tell
from vsh.drivers.host import programs
from vsh.errors import InternalError, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from subprocess import Popen

_LONG = ("qemu-img", "scrub", "rbd")
_FOLLOWED = ("convert",)
_SPECIAL = frozenset("\r\t\n !\"#$&'()*;<>?[\\]^`{|}~")
_BUSY = "Unable to get accurate CPU usage"
"""What qemu-img says when it could not measure how many rounds a key needs, the host being busy."""
_ATTEMPTS = 10


def run(command: list[str], size: int = 0) -> str:
    """Run a command; gives what it says.  Raises InternalError as libvirt words it.

    size  bytes that it works on, for who follows
    """
    program = programs.find(command[0])
    if program is None:
        raise SystemFailure(
            f"Cannot find '{command[0]}' in path: {os.strerror(errno.ENOENT)}",
            hint=f"install the package that has {command[0]}",
        )
    for attempt in range(_ATTEMPTS):
        status, said, complained = _run(program, command, size)
        if _BUSY not in complained or attempt + 1 == _ATTEMPTS:
            break
    if status:
        name = program if command[0] == "qemu-img" else command[0]  # as libvirt calls them
        words = as_shown([name, *command[1:]])
        raise InternalError(f"Child process ({words}) unexpected {_ended(status)}: {complained}")
    return said


def as_shown(words: list[str]) -> str:
    """A command as libvirt's errors show it."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    if word and _SPECIAL.isdisjoint(word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def _ended(status: int) -> str:
    return f"exit status {status}" if status > 0 else f"fatal signal {-status}"


def _run(program: str, command: list[str], size: int) -> tuple[int, str, str]:
    """The status, and what was printed on both streams."""
    import subprocess
    import tempfile

    words = [program, *command[1:]]
    shows = followed() and command[0] == "qemu-img" and command[1] in _FOLLOWED
    if shows:
        words.insert(2, "-p")
    if command[0] in _LONG:
        words = [*_leash(), *words]
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints, umask=0o077
        ) as child:
            try:
                said = _heard(child, size if shows else 0)
            except BaseException:
                child.kill()
                raise
        complaints.seek(0)
        return child.returncode, said, complaints.read().decode(errors="replace")


def _heard(child: Popen[bytes], size: int) -> str:
    """What a command prints; how far it is, is told, where it works on so many bytes."""
    assert child.stdout is not None
    said = b""
    while piece := os.read(child.stdout.fileno(), 1 << 16):
        said += piece
        percent = said.rpartition(b"/100%)")[0].rpartition(b"(")[2]
        if size and percent:
            tell(size - int(size * float(percent) / 100), size)
            said = said[-32:]
    return said.decode(errors="replace")


def _leash() -> list[str]:
    """The words before a command that have the kernel kill it when this thread has ended."""
    program = programs.find("setpriv")
    return [] if program is None else [program, "--pdeathsig", "KILL"]
