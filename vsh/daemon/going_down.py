"""What becomes of guests that run when the host goes down, or a user's session ends.

The ``auto_shutdown`` settings of qemu.conf say it, with libvirt's meaning: each guest is saved;
where that is not wanted or fails it is shut down, and ended where it does not follow in time.
"""

from __future__ import annotations

import contextlib
import time
from functools import partial

from vsh.errors import Error
from vsh.words.connection import ListAllDomains
from vsh.words.domain.lifecycle import DomainSaveRestore
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.drivers.qemu.settings import Settings

USUAL_WAIT = 30
"""Seconds that guests may take to shut down where no others are set."""


class Plan:
    """What is wanted, of guests in each of libvirt's words: "none", "persistent", "transient" or
    "all".

    wait     seconds that guests may take to shut down
    restore  those that are persistent are started again after the next boot
    bypass   saved guests do not go through the host's cache of files
    """

    def __init__(self, settings: Settings, *, privileged: bool) -> None:
        self.save = settings.auto_shutdown_try_save or ("none" if privileged else "persistent")
        usual = "none" if privileged else "all"
        self.shut_down = settings.auto_shutdown_try_shutdown or usual
        self.power_off = settings.auto_shutdown_poweroff or usual
        self.wait = settings.auto_shutdown_wait or USUAL_WAIT
        self.restore = settings.auto_shutdown_restore
        self.bypass = settings.auto_save_bypass_cache

    def __bool__(self) -> bool:
        return {self.save, self.shut_down, self.power_off} != {"none"}

    def carry_out(self, connection: Connection, say: Callable[[str], object]) -> None:
        """Do it; what could not be done is said.  Raises Error where guests cannot be listed."""
        left = connection.list_all_domains(ListAllDomains.ACTIVE)
        if self.restore:
            for domain in left:
                if domain.is_persistent():
                    _tried(
                        domain,
                        "marked for the next start",
                        partial(domain.set_autostart_once, 1),
                        say,
                    )
        self._save(_of(left, self.save), say)
        for domain in (running := _of(left, self.shut_down)):
            _tried(domain, "shut down", domain.shutdown, say)
        until = time.monotonic() + self.wait
        while any(map(_runs, running)) and time.monotonic() < until:
            time.sleep(0.05)
        for domain in _of(left, self.power_off):
            _tried(domain, "ended", domain.destroy, say)

    def _save(self, domains: list[Domain], say: Callable[[str], object]) -> None:
        """Save guests, all stopped first, so that each is saved in less time."""
        stopped = []
        for domain in domains:
            how = DomainSaveRestore.RUNNING
            if domain.get_state().state == DomainState.PAUSED:
                how = DomainSaveRestore.PAUSED
            else:
                with contextlib.suppress(Error):
                    domain.suspend()
            stopped.append((domain, how))
        more = DomainSaveRestore.BYPASS_CACHE if self.bypass else 0
        for domain, how in stopped:
            saved = _tried(domain, "saved", partial(domain.managed_save, how | more), say)
            if not saved and how == DomainSaveRestore.RUNNING:
                with contextlib.suppress(Error):
                    domain.resume()


def _of(domains: list[Domain], scope: str) -> list[Domain]:
    """Those that still run, of the kind that a setting's word means."""
    wanted = {"none": (), "persistent": (1,), "transient": (0,), "all": (0, 1)}[scope]
    return [each for each in domains if wanted and _runs(each) and each.is_persistent() in wanted]


def _runs(domain: Domain) -> bool:
    try:
        return bool(domain.is_active())
    except Error:  # a transient one that has gone
        return False


def _tried(
    domain: Domain, what: str, act: Callable[[], object], say: Callable[[str], object]
) -> bool:
    try:
        act()
    except Error as error:
        say(f"domain '{domain.name}' is not {what}: {error}")
        return False
    return True
