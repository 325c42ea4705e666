"""<watchdog>: what notices that the guest hangs."""

from __future__ import annotations

from vsh.xml.domain.devices._info import Device
from vsh.xml.engine.field import Choice


class Watchdog(Device, tag="watchdog"):
    """One watchdog of a domain."""

    model = Choice[str]("@model", ("i6300esb", "ib700", "diag288", "itco"), required=True)
    action = Choice[str]("@action", ("reset", "shutdown", "poweroff", "pause", "dump", "none",
                                "inject-nmi"), default="reset")  # fmt: skip
