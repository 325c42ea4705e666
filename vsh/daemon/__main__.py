"""``python -m vsh.daemon``, and where the installed vshd starts."""

from __future__ import annotations

import contextlib
import gc
import os
import sys

from vsh.bundle import install

YOUNG = 100_000
"""So many new objects before garbage is looked for: more than five thousand guests make."""
TUNABLES, SHARED = "GLIBC_TUNABLES", "glibc.malloc.tcache_count=0"
"""The C library's settings, and the one that gives threads no stores of small pieces of their own:
those hold more and more of the memory of a long life."""


def begin() -> None:
    """Start anew with that setting, which counts from a process's start only.  What is started
    later does not inherit it; settings that somebody else made stay as they are."""
    given = os.environ.get(TUNABLES)
    if given == SHARED:
        del os.environ[TUNABLES]
    elif given is None and sys.executable:
        again = [sys.executable, *sys.orig_argv[1:]]
        with contextlib.suppress(OSError):  # then it goes on as it is
            os.execve(again[0], again, {**os.environ, TUNABLES: SHARED})


def run() -> None:
    """The whole life of the process."""
    begin()
    gc.set_threshold(YOUNG, 20, 20)
    install()
    from vsh.daemon.command import main

    main()


if __name__ == "__main__":
    run()
