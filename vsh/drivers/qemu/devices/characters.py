"""What is settled about character devices when they come to a QEMU."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.engine.element import Element


def settle_credentials(devices: Iterable[Element]) -> None:
    """TCP is encrypted where a document says so, and nowhere else."""
    for device in devices:
        for one in (device, *getattr(device, "backends", ())):  # of a generator of random numbers
            if getattr(one, "type", None) == "tcp":
                for source in getattr(one, "sources", ()):
                    if source.tls is None:
                        source.tls = False
