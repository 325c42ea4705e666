"""<panic>: how the guest says that it crashed."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.xml.domain.devices._info import Device
from vsh.xml.engine.field import Choice


class Panic(Device, tag="panic"):
    """One panic notifier of a domain."""

    omit_empty = True

    model = Choice(
        "@model",
        ("isa", "pseries", "hyperv", "s390", "pvpanic"),
        none="default",
        wrong=(ConfigUnsupported, "unknown panic model '{}'"),
    )
