"""What is settled about character devices when they come to a QEMU."""

from __future__ import annotations

import os

from vsh.errors import SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.chardev import Character
    from vsh.xml.engine.element import Element

_WAYS = (".in", ".out")  # of a pipe


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


def given_path(device: Character) -> str | None:
    """The path of what has to be there before a character device can be opened."""
    source = device.sources[0] if device.sources else None
    if source is None or not (
        device.type in ("dev", "pipe") or (device.type == "unix" and source.mode == "connect")
    ):
        return None
    if device.type == "pipe" and all(os.path.exists(f"{source.path}{way}") for way in _WAYS):
        return None
    if any(label.relabel is False and label.model in (None, "dac") for label in source.seclabels):
        return None
    return source.path


def check_there(path: str) -> None:
    """Refuse what is not there to be given to QEMU's user.  Raises SystemFailure."""
    if os.geteuid() != 0:
        return  # nothing is given to anybody
    try:
        os.stat(path)
    except OSError as error:
        raise SystemFailure(f"unable to stat: {path}: {error.strerror}") from None


def check_given(definition: Definition) -> None:
    """Refuse to start where what is to be given to QEMU's user is not there, as libvirt does.

    Raises SystemFailure.
    """
    for device in (
        *definition.serials, *definition.parallels, *definition.channels, *definition.consoles
    ):  # fmt: skip
        path = given_path(device)
        if path is not None:
            check_there(path)
