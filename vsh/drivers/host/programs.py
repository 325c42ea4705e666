"""Running the host's own programs: found where administrators have them, their complaints told."""

from __future__ import annotations

import errno
import os

from vsh.errors import InternalError, OperationUnsupported

_PASSED = ("LD_PRELOAD", "LD_LIBRARY_PATH", "PATH", "HOME", "USER", "LOGNAME", "TMPDIR")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FOLDERS = ("/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin")


def find(name: str) -> str | None:
    """The path of a program, administrators' folders included; None where it is not here."""
    for folder in (*os.environ.get("PATH", "").split(":"), *_FOLDERS):
        path = os.path.join(folder, name)
        if folder and os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return None


def needed(name: str, what: str) -> str:
    """The path of a program.  Raises OperationUnsupported where it is not installed.

    what  what cannot be done without it
    """
    path = find(name)
    if path is None:
        raise OperationUnsupported(
            f"{what} needs the program '{name}', which is not installed here"
        )
    return path


def run(
    command: Sequence[str],
    text: str = "",
    *,
    check: bool = True,
    environment: Mapping[str, str] | None = None,
) -> str | None:
    """Run a program to its end and give what it printed.

    text         what it reads
    check        False: a program that fails gives None
    environment  more of it

    Raises InternalError with libvirt's words where it fails, OperationUnsupported where it is not
    installed.
    """
    import subprocess

    name, *words = command
    path = needed(name, "this")
    more = dict(environment or {})
    done = subprocess.run(
        [path, *words],
        check=False,
        input=text,
        capture_output=True,
        text=True,
        errors="replace",
        env={**os.environ, "LC_ALL": "C", **more},
    )
    if done.returncode == 0:
        return done.stdout
    if not check:
        return None
    shown = " ".join([*(f"{key}={value}" for key, value in more.items()), path, *words])
    said = f": {done.stderr}" if done.stderr else ""
    raise InternalError(f"Child process ({shown}) unexpected exit status {done.returncode}{said}")


def run_given(command: list[str], text: str = "") -> str:
    """Run a program of the administrator's and give what it printed.

    text  what it reads

    It has few of our environment's variables.  Raises InternalError in libvirt's words.
    """
    import subprocess

    environment = {"LC_ALL": "C"}
    environment |= {name: os.environ[name] for name in _PASSED if name in os.environ}
    try:
        done = subprocess.run(
            command, input=text.encode("utf-8", "surrogateescape"), capture_output=True, cwd="/",
            env=environment, check=False,
        )  # fmt: skip
    except OSError as error:
        status = f"exit status {126 if error.errno != errno.ENOENT else 127}"
        said = f"libvirt:  error : cannot execute binary {command[0]}: {error.strerror}\n"
    else:
        if done.returncode == 0:
            return done.stdout.decode("utf-8", "surrogateescape")
        number = done.returncode
        status = f"exit status {number}" if number > 0 else f"fatal signal {-number}"
        said = done.stderr.decode("utf-8", "replace")
    shown = " ".join([*(f"{name}={value}" for name, value in environment.items()), *command])
    raise InternalError(
        f"Child process ({shown}) unexpected {status}" + (f": {said}" if said else "")
    )
