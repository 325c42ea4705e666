"""What systemd gives a service: sockets that it listens at already, and the wish to be told.

A socket is known by its unit's name (``vshd-ro.socket``, libvirtd's names too); one without a name
by where it listens.
"""

from __future__ import annotations

import os
import socket
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST = 3
ROLES = {"": "rw", "-ro": "ro", "-admin": "admin", "-tcp": "tcp", "-tls": "tls"}


def given() -> list[tuple[str, socket.socket]]:
    """The sockets with what each is for: "rw", "ro", "admin", "tcp" or "tls".

    They are asked for once: children of ours are not to take them for theirs.
    """
    if os.environ.pop("LISTEN_PID", "") != str(os.getpid()):
        return []
    count = int(os.environ.pop("LISTEN_FDS", "0") or 0)
    names = os.environ.pop("LISTEN_FDNAMES", "").split(":")
    names += [""] * (count - len(names))
    return list(_taken(names[:count]))


def _taken(names: list[str]) -> Iterator[tuple[str, socket.socket]]:
    for number, name in enumerate(names, FIRST):
        os.set_inheritable(number, False)  # noqa: FBT003
        end = socket.socket(fileno=number)
        word = name.removesuffix(".socket")
        for prefix in ("vshd", "libvirtd"):
            if word.startswith(prefix) and word[len(prefix) :] in ROLES:
                yield ROLES[word[len(prefix) :]], end
                break
        else:
            yield _guessed(end), end


def _guessed(end: socket.socket) -> str:
    if end.family != socket.AF_UNIX:
        return "tls" if end.getsockname()[1] == 16514 else "tcp"
    path = end.getsockname()
    path = path.decode("utf-8", "surrogateescape") if isinstance(path, bytes) else path
    return "ro" if path.endswith("-ro") else "admin" if path.endswith("admin-sock") else "rw"


def tell(word: str) -> None:
    """Tell systemd how the service is ("READY=1"), where it wants to know."""
    place = os.environ.get("NOTIFY_SOCKET")
    if not place:
        return
    name = "\0" + place[1:] if place.startswith("@") else place
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as end:
        try:
            end.sendto(word.encode(), name)
        except OSError:  # the manager has gone: nobody wants to know any more
            return


def tell_of_reload() -> None:
    """Tell systemd that settings are taken anew, until "READY=1"; the time tells it of which
    SIGHUP."""
    tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")


def watchdog() -> float | None:
    """Every how many seconds systemd wants a sign of life ("WATCHDOG=1"); None: never."""
    wanted = os.environ.pop("WATCHDOG_USEC", "")
    if os.environ.pop("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    return int(wanted) / 2_000_000 if wanted.isdigit() and int(wanted) else None
