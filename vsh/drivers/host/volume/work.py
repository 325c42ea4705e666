"""Commands that work on storage: run to their end, followed, and ended where we are.

A command of qemu-img or scrub may take hours.  It is killed when its caller gives up (a Ctrl-C, a
follower that raises), and by the kernel when this process dies: nothing goes on writing into what
the next process cleans up.
"""

from __future__ import annotations

import errno
import functools
import os

from vsh.api.following import followed, tell
from vsh.drivers.host import programs
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import InternalError, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen

_IMAGES = "qemu-img"
_LONG = (_IMAGES, "scrub", "rbd")
_FOLLOWED = ("convert",)
_SPECIAL = frozenset("\r\t\n !\"#$&'()*;<>?[\\]^`{|}~")
_BUSY = "Unable to get accurate CPU usage"
"""What qemu-img says when it could not measure how many rounds a key needs, the host being busy."""
_ATTEMPTS = 10


def run(command: list[str], size: int = 0) -> str:
    """Run a command; gives what it says.  Raises InternalError as libvirt words it.

    size  bytes that it works on, for who follows
    """
    for number in range(_ATTEMPTS):
        status, said, complained = attempt(command, size)
        if _BUSY not in complained or number + 1 == _ATTEMPTS:
            break
    if status:
        program = _program(command[0])
        name = program if command[0] == _IMAGES else command[0]  # as libvirt calls them
        words = as_shown([name, *command[1:]])
        raise InternalError(f"Child process ({words}) unexpected {_ended(status)}: {complained}")
    return said


@functools.cache
def version() -> tuple[int, int]:
    """Of qemu-img.  Raises SystemFailure where there is none, InternalError where it fails."""
    said = run([_IMAGES, "--version"])  # qemu-img version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)
    numbers = next((word.split(".") for word in said.split() if word[:1].isdigit()), ["0", "0"])
    return int(numbers[0]), int(numbers[1])


def _program(name: str) -> str:
    """The path of a program.  Raises SystemFailure."""
    found = programs.find(name)
    if found is None:
        raise SystemFailure(
            f"Cannot find '{name}' in path: {os.strerror(errno.ENOENT)}",
            hint=f"install the package that has {name}",
        )
    return found


def as_shown(words: list[str]) -> str:
    """A command as libvirt's errors show it."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    if word and _SPECIAL.isdisjoint(word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def _ended(status: int) -> str:
    return f"exit status {status}" if status > 0 else f"fatal signal {-status}"


def attempt(
    command: list[str], size: int = 0, given: Iterator[bytes] | None = None
) -> tuple[int, str, str]:
    """Run a command: its status, and what it printed on both streams.

    size   bytes that it works on, for who follows
    given  what it reads, piece by piece

    Raises SystemFailure where it is not installed.
    """
    import subprocess
    import tempfile

    program = _program(command[0])
    # under its path as libvirt runs it, or by its name: it begins its complaints with that
    words = [program if command[0] == _IMAGES else command[0], *command[1:]]
    shows = followed() and command[0] == "qemu-img" and command[1] in _FOLLOWED
    if shows:
        words.insert(2, "-p")
    if command[0] in _LONG and (leash := programs.find("setpriv")):
        # the kernel kills it when this thread has ended
        program, words = leash, [leash, "--pdeathsig", "KILL", program, *words[1:]]
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(
            words,
            executable=program,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            umask=0o077,
        ) as child:
            try:
                if given is not None:
                    _give(child, given)
                said = _heard(child, size if shows else 0)
            except BaseException:
                child.kill()
                raise
        complaints.seek(0)
        return child.returncode, said, complaints.read().decode(errors="replace")


def _give(child: Popen[bytes], given: Iterator[bytes]) -> None:
    """Have a command read something; one that wants no more says why by its status."""
    assert child.stdin is not None
    with Ignoring(BrokenPipeError):
        for piece in given:
            child.stdin.write(piece)
        child.stdin.close()


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
