"""``python -m vsh``, and where the installed program starts.

A process is made fit here before anything else runs: libvirt's strings are UTF-8 or bytes as they
are, whatever the locale and Python's own variables say, and a standard stream that is closed must
not be the next file or socket that is opened.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, TextIO

INTERRUPTED = 130
YOUNG = 100_000
"""So many new objects before garbage is looked for: more than most commands make."""


def main(*, ending: bool = False) -> int:
    """Run the program on the process's arguments.  Returns the exit status.

    ending  the process ends right after
    """
    _open_streams()
    _speak_utf8()
    from vsh.main import main as program

    return program(ending=ending)


def run() -> NoReturn:
    """The whole life of the process: run the program, then end without taking it apart.

    What has to be done at the end is done when the program has returned: its session is closed, and
    whoever has registered for the end is told.  Only the memory is not tidied up, for nobody.
    A user who interrupts it while it starts or leaves sees no line of Python's.
    """
    gc.set_threshold(YOUNG, 20, 20)
    try:
        _open_streams()  # before the first file is opened, which would take a closed stream's place
        from vsh.bundle import install

        bundle = install()
        status = main(ending=True)
        if bundle.missing:
            from vsh.bundling import keep

            keep(bundle)
        if "threading" in sys.modules:
            vars(sys.modules["threading"])["_shutdown"]()  # waits for threads, as Python itself
    except KeyboardInterrupt:
        status = INTERRUPTED
    if "atexit" in sys.modules:  # else nobody has registered for the end
        import atexit

        atexit._run_exitfuncs()  # what the interpreter itself would call
    for stream in (sys.stdout, sys.stderr):
        try:  # noqa: SIM105 - contextlib is more than this is worth
            stream.flush()
        except OSError:
            pass  # nobody reads it any more, as the program has said where that matters
    os._exit(status)


def _open_streams() -> None:
    """What stands for a closed standard stream reads as empty and takes all that is written."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            try:
                os.fstat(number)
            except OSError:
                os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - for the process
            setattr(sys, name, stream)


def _speak_utf8() -> None:
    """Names, arguments and streams are UTF-8, bytes that are none pass through."""
    if sys.getfilesystemencoding() != "utf-8" and sys.executable:
        # only a new interpreter can read the arguments and name files in another way
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])
    sys.stdin.reconfigure(newline=None)  # type: ignore[union-attr]  # CR LF ends a line, too
    streams: tuple[TextIO, ...] = (sys.stdin, sys.stdout, sys.stderr)
    for stream in streams:
        encoding, errors = stream.encoding, stream.errors
        if (encoding, errors) != ("utf-8", "surrogateescape"):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[attr-defined]


if __name__ == "__main__":
    run()
