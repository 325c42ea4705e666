"""What is settled about character devices when they come to a QEMU."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.domain import Domain as Definition
    from vsh.xml.engine.element import Element


def settle_credentials(devices: Iterable[Element]) -> None:
    """TCP is encrypted where a document says so, and nowhere else."""
    for device in devices:
        for one in (device, *getattr(device, "backends", ())):  # of a generator of random numbers
            if getattr(one, "type", None) == "tcp":
                for source in getattr(one, "sources", ()):
                    if source.tls is None:
                        source.tls = False


def logs(definition: Definition) -> set[str]:
    """The files that what comes from character devices is added to (``<log append='on'>``)."""
    found = set()
    for device in definition.devices():
        for one in (device, *getattr(device, "backends", ())):
            if getattr(one, "log_append", None) and one.log_file:
                found.add(str(one.log_file))
    return found
