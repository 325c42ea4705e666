"""What a QEMU is told for one move only: it is taken back where the guest stays, or has come."""

from __future__ import annotations

from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.drivers.state.attempts import Ignoring
from vsh.qmp.value import struct, structs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.qmp.value import Ask

EVENTS = "events"
"""The capability that is no way of moving: QEMU tells how it goes."""
_PARAMETERS = frozenset((
    "avail-switchover-bandwidth", "compress-level", "compress-threads", "cpu-throttle-increment",
    "cpu-throttle-initial", "decompress-threads", "downtime-limit", "max-bandwidth",
    "max-postcopy-bandwidth", "multifd-channels", "multifd-compression", "multifd-zlib-level",
    "multifd-zstd-level", "xbzrle-cache-size",
))  # fmt: skip
"""What libvirt knows of QEMU's parameters, but for certificates and what QEMU calls deprecated."""


def before(ask: Ask) -> dict[str, int | str]:
    """A QEMU's parameters, by its own names."""
    found = struct(ask("query-migrate-parameters"))
    return {
        name: value
        for name, value in found.items()
        if name in _PARAMETERS and isinstance(value, int | str)
    }


def take_back(guest: Guest) -> None:
    """The parameters are what they were before the move, and no way of moving is switched on."""
    run = guest.run
    if run is None or not run.tuned:
        return
    values, run.tuned = run.tuned, {}
    with Ignoring(CommandRefused, MonitorClosed, MonitorSilent):
        known = structs(guest.ask("query-migrate-capabilities"))
        off = [
            {"capability": each["capability"], "state": False}
            for each in known
            if each["state"] and each["capability"] != EVENTS
        ]
        if off:
            guest.ask("migrate-set-capabilities", {"capabilities": off})
        guest.ask("migrate-set-parameters", values)
