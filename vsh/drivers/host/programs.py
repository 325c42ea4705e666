"""Running the host's own programs: found where administrators have them, their complaints told."""

from __future__ import annotations

import os

from vsh.errors import InternalError, OperationUnsupported

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
