"""Hooks: an administrator's programs that a daemon calls at what happens, as libvirt's daemons do.

They are ``hooks/DRIVER`` and, after it and in the order of their names, those in
``hooks/DRIVER.d``: of the root where it has such a folder, else of /etc/libvirt.  Which drivers
have any is looked up when a daemon starts, takes its settings anew and ends; nobody but a daemon
has any.
"""

from __future__ import annotations

import os

from vsh.drivers.host.programs import run_given
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import HookScriptFailed, InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SYSTEM = "/etc/libvirt/hooks"
_DRIVERS = ("daemon", "qemu", "network")
_CHANGING = ("migrate", "restore")


class _Known:
    """What the daemon of this process knows of its hooks.

    folder   where they are
    drivers  which drivers have any
    say      takes what is wrong with one that failed
    """

    folder = SYSTEM
    drivers: frozenset[str] = frozenset()
    say: Callable[[str], object] = staticmethod(lambda _: None)


def look(root: str, say: Callable[[str], object]) -> None:
    """See which hooks there are for a daemon of a root; ``say`` hears of those that fail."""
    own = f"{root}/hooks"
    _Known.folder = own if os.path.isdir(own) else SYSTEM
    _Known.say = staticmethod(say)
    _Known.drivers = frozenset(driver for driver in _DRIVERS if any(_programs(driver)))


def present(driver: str) -> bool:
    """Whether a driver has hooks: only then a document needs to be written for them."""
    return driver in _Known.drivers


def call(driver: str, name: str, operation: str, sub: str, extra: str = "-", text: str = "") -> str:
    """Call a driver's hooks and wait for them; what the last one printed that printed anything.

    name  of the guest or the network, "-": of none
    text  the document that they read; of those that change one (migrate, restore) each reads what
          the one before it printed

    Raises HookScriptFailed where one of them fails; all are called nevertheless.
    """
    if driver not in _Known.drivers:
        return ""
    printed, failure = "", None
    for program in _programs(driver):
        given = printed if printed and operation in _CHANGING else text
        try:
            printed = _run([program, name, operation, sub, extra], given) or printed
        except HookScriptFailed as error:
            _Known.say(str(error))
            failure = failure or error
    if failure is not None:
        raise failure
    return printed


def told(
    driver: str, name: str, operation: str, sub: str, extra: str = "-", text: str = ""
) -> None:
    """Call hooks about what has happened already: that one of them fails changes nothing."""
    with Ignoring(HookScriptFailed):
        call(driver, name, operation, sub, extra, text)


def _programs(driver: str) -> Iterator[str]:
    """The programs of a driver, in their order."""
    first = f"{_Known.folder}/{driver}"
    if os.path.isfile(first) and os.access(first, os.X_OK):
        yield first
    try:
        names = sorted(os.listdir(f"{first}.d"))
    except OSError:
        return
    for name in names:
        path = f"{first}.d/{name}"
        if os.path.isfile(path) and os.access(path, os.X_OK):
            yield path


def _run(command: list[str], text: str) -> str:
    """Run one; what it printed.  Raises HookScriptFailed in libvirt's words."""
    try:
        return run_given(command, text)
    except InternalError as error:
        raise HookScriptFailed(error.message) from None
