"""<hub>: a USB hub."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.xml.domain.devices._info import Device
from vsh.xml.engine.field import Choice


class Hub(Device, tag="hub"):
    """One hub of a domain."""

    type = Choice[str](
        "@type",
        ("usb",),
        required=(InternalError, "missing hub device type"),
        wrong=(ConfigUnsupported, "unknown hub device type '{}'"),
    )
