"""Which threads may run on the two halves of one core: ``sched_core`` of qemu.conf.

The kernel lets threads share a core's hardware threads only if they have the same cookie
(Documentation/admin-guide/hw-vuln/core-scheduling.rst): a guest's vCPUs have one of their own, or
all of its QEMU has, or the programs beside it as well.
"""

from __future__ import annotations

import ctypes
import os
import threading
from errno import EINVAL

from vsh.errors import ConfigUnsupported, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from vsh.errors import Error

    Threads: TypeAlias = dict[int, int]
    """Threads by the numbers of their vCPUs."""

MODES = ("none", "vcpus", "emulator", "full")
_PR_SCHED_CORE = 62
_GET, _CREATE, _SHARE_TO, _SHARE_FROM = range(4)
_THREAD, _PROCESS = 0, 1


def _prctl(act: int, process: int, scope: int, place: int = 0) -> None:
    """One request to the kernel.  Raises OSError."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_PR_SCHED_CORE, act, process, scope, ctypes.c_ulong(place)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def problems(mode: str) -> Iterator[Error]:
    """What is wrong with the setting, in libvirt's words."""
    if mode in ("", "none"):
        return
    if mode not in MODES:
        yield ConfigUnsupported(f"Unknown sched_core value {mode}")
        return
    cookie = ctypes.c_ulong()
    try:
        _prctl(_GET, 0, _THREAD, ctypes.addressof(cookie))
    except OSError as error:
        if error.errno == EINVAL:
            yield ConfigUnsupported("SCHED_CORE not supported by kernel")
        else:
            yield SystemFailure(f"Unable to detect SCHED_CORE: {error.strerror}")


def start(mode: str, process: int, beside: Iterable[int], vcpus: Callable[[], Threads]) -> None:
    """Give a QEMU that has just been started its cookie.  Raises SystemFailure.

    beside  the programs that were started with it
    vcpus   gives the threads of its vCPUs
    """
    if mode in ("", "none"):
        return
    if mode == "vcpus":
        _share_vcpus(vcpus())
        return
    _do(_CREATE, process, _PROCESS, "Unable to set SCHED_CORE")
    if mode == "full":
        _share(process, [(each, _PROCESS) for each in beside])


def follow(mode: str, vcpus: Callable[[], Threads]) -> None:
    """vCPUs have come: they are with the others.  Raises SystemFailure."""
    if mode == "vcpus":
        _share_vcpus(vcpus(), new=False)


def _share_vcpus(found: Threads, *, new: bool = True) -> None:
    threads = list(found.values())
    if not threads:
        return
    if new:
        _do(_CREATE, threads[0], _THREAD, "Unable to set SCHED_CORE")
    _share(threads[0], [(each, _THREAD) for each in threads[1:]])


def _share(source: int, others: Iterable[tuple[int, int]]) -> None:
    """Give a cookie to others: by way of a thread that has it, and ends."""
    refused: list[SystemFailure] = []

    def carry() -> None:
        what = "unable to share scheduling cookie"
        try:
            _do(_SHARE_FROM, source, _THREAD, f"{what} from {source}")
            for process, scope in others:
                _do(_SHARE_TO, process, scope, f"{what} to {process}")
        except SystemFailure as error:
            refused.append(error)

    thread = threading.Thread(target=carry, name="vsh-cookie")
    thread.start()
    thread.join()
    for error in refused:
        raise error


def _do(act: int, process: int, scope: int, what: str) -> None:
    try:
        _prctl(act, process, scope)
    except OSError as error:
        raise SystemFailure(f"{what}: {error.strerror}") from None
