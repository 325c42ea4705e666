"""Running a program inside the namespaces of a container."""

from __future__ import annotations

import os

from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CANNOT_ENTER = 125
CANNOT_RUN = 126
NOT_FOUND = 127


def run_inside(files: Sequence[int], words: Sequence[str]) -> None:
    """Run a program and wait for it.  Raises CommandError if it did not end with status 0.

    files  the namespaces; they are closed here
    """
    child = os.fork()
    if child == 0:
        _enter(files, words)
    for file in files:
        os.close(file)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        how = f"exit status {status}" if status > 0 else f"signal {-status}"
        raise CommandError(f"Child process ({words[0]}) ended with {how}")


def _enter(files: Sequence[int], words: Sequence[str]) -> None:
    """In the child: enter, fork once more for the process namespace, run.  Never returns."""
    try:
        import ctypes

        enter = ctypes.CDLL(None, use_errno=True).setns
        for file in files:
            if enter(file, 0) != 0:
                os._exit(CANNOT_ENTER)
        os.chdir("/")
        grandchild = os.fork()
        if grandchild == 0:
            os.execv(words[0], list(words))
        status = os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1])
        os._exit(status if status >= 0 else 128 - status)
    except FileNotFoundError:
        os._exit(NOT_FOUND)
    except OSError:
        os._exit(CANNOT_RUN)
