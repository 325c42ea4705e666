"""Signals as C programs take them: what must be cleaned up first, and an end by the signal."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType
    from typing import NoReturn, TypeAlias

    Handler: TypeAlias = "Callable[[int, FrameType | None], object] | int | None"

ENDING = (signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """The program is asked to end by a signal; whoever must clean up does, on its way out."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def end_by(number: int) -> NoReturn:
    """End the program by a signal, so that whoever waits for it sees which."""
    signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os.kill(os.getpid(), number)
    os._exit(128 + number)


def broken_pipe() -> NoReturn:
    """The reader of our output has left."""
    end_by(signal.SIGPIPE)


@contextmanager
def cleaning_up() -> Iterator[None]:
    """While this lasts SIGTERM and SIGHUP are an exception, ``Ended``: what stands in ``finally``
    is done, and then the program ends by the signal.  One that is ignored stays ignored."""

    def end(number: int, _frame: object) -> None:
        raise Ended(number)

    before = _set({each: end for each in ENDING if signal.getsignal(each) != signal.SIG_IGN})
    try:
        yield
    except Ended as ended:
        end_by(ended.number)
    finally:
        _set(before)


@contextmanager
def restoring_terminal(handle: int) -> Iterator[None]:
    """While this lasts SIGTERM and SIGHUP put a terminal back as it was at the beginning, whatever
    has been made of it meanwhile, and end the program."""
    import termios

    before = termios.tcgetattr(handle)

    def end(number: int, _frame: object) -> None:
        with suppress(OSError, termios.error):  # the terminal itself may have gone
            termios.tcsetattr(handle, termios.TCSANOW, before)
            if os.environ.get("TERM", "dumb") != "dumb":
                # pasting as ever, the cursor on, the window's title as it was
                os.write(handle, b"\x1b[?2004l\x1b[?25h\x1b[23;2t\r\n")
        end_by(number)

    handlers = {each: end for each in ENDING if signal.getsignal(each) != signal.SIG_IGN}
    old = _set(handlers)
    try:
        yield
    finally:
        _set(old)


@contextmanager
def interruptible() -> Iterator[None]:
    """While this lasts SIGINT is a KeyboardInterrupt, also in a job that a shell has started in the
    background, where it is ignored from the start."""
    before = {}
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        before = _set({signal.SIGINT: signal.default_int_handler})
    try:
        yield
    finally:
        _set(before)


def await_input(handle: int) -> None:
    """Wait until something can be read.

    A read that waits does not hear of a Ctrl-C that came a moment before it: here it ends the
    waiting, too.  Nothing is waited for outside the main thread, which alone hears of signals.
    """
    import select
    from threading import current_thread, main_thread

    if current_thread() is not main_thread():
        return
    woken, waking = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    before = signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    try:
        while handle not in select.select([handle, woken], [], [])[0]:
            os.read(woken, 64)  # what the signal is for has been done when this goes on
    finally:
        signal.set_wakeup_fd(before)
        os.close(woken)
        os.close(waking)


def _set(handlers: Mapping[signal.Signals, Handler]) -> dict[signal.Signals, Handler]:
    """Set handlers; what was there before.  Only the main thread may: another leaves all as is."""
    from threading import current_thread, main_thread

    if current_thread() is not main_thread():
        return {}
    return {number: signal.signal(number, handler) for number, handler in handlers.items()}
