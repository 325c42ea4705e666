"""What a daemon far away has answered, kept for a minute: Tab is pressed again and again, by a new
process each time.

Only what took long is kept, in a file of the user's own for each question; nothing that goes wrong
with it is of interest to who presses Tab.
"""

from __future__ import annotations

import os
from time import monotonic, time
from zlib import crc32

from vsh.cli import suggest
from vsh.cli.objects import Names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.cli.suggest import Wanted

    Offer = tuple[str, str]

LONG = 0.1
"""Seconds from which on an answer is kept."""
AGE = 60
"""Seconds for which it is taken."""


def values(session: Session, asked: Wanted) -> list[Offer]:
    """As ``suggest.values``, from what is kept where that is young enough."""
    key = _key(session, asked)
    path = os.path.join(folder(), f"{crc32(os.fsencode(key)):08x}")
    found = _read(path, key)
    if found is None:
        start = monotonic()
        found = suggest.values(session, asked)
        if found and monotonic() - start > LONG:
            _write(path, key, found)
    return found


def folder() -> str:
    """Where answers are kept: ``$XDG_CACHE_HOME/vsh/completion``."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "vsh", "completion")


def _key(session: Session, asked: Wanted) -> str:
    """What the answer depends on: the connection, what is listed, and what was typed before."""
    assert asked.param is not None
    complete = asked.param.complete
    what = repr(asked.key)
    if isinstance(complete, Names) and complete.listing:
        what = f"{complete.listing} {complete.flags} {complete.word}"
    place = session.uri or os.environ.get("LIBVIRT_DEFAULT_URI", "")
    return f"{place} {session.readonly} {what}".replace("\0", "")


def _read(path: str, key: str) -> list[Offer] | None:
    try:
        if not 0 <= time() - os.stat(path).st_mtime < AGE:
            return None
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            known, *fields = file.read().split("\0")
    except OSError:
        return None
    if known != key:
        return None
    return list(zip(fields[::2], fields[1::2], strict=False))


def _write(path: str, key: str, found: list[Offer]) -> None:
    """Keep an answer, whole or not at all, and no older ones."""
    try:
        os.makedirs(folder(), mode=0o700, exist_ok=True)
        for name in os.listdir(folder()):
            old = os.path.join(folder(), name)
            if time() - os.stat(old).st_mtime > AGE:
                os.unlink(old)
        part = f"{path}.{os.getpid()}"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write("\0".join([key, *(field for offer in found for field in offer)]))
        os.replace(part, path)
    except OSError:
        return
