"""Where people connect to: short names of their own and of libvirt.conf, where they were lately,
and the usual URIs."""

from __future__ import annotations

import os

from vsh.cli.options import URIS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from vsh.cli.params import Given
    from vsh.cli.settings import Settings

    class Having(Protocol):
        """Whatever has the user's settings: a session."""

        settings: Settings


SCHEMES = ("qemu", "xen", "lxc", "test", "vbox", "esx", "gsx", "vpx", "hyperv", "bhyve", "vz", "ch")
"""What libvirt has drivers of."""
KEPT = 10
"""How many of the latest places are remembered."""


class Places:
    """A completer of where people connect to."""

    def __call__(self, session: Having, text: str, given: Given) -> Iterable[str]:
        """The words."""
        return [word for word, _ in self.described(session, text, given)]

    def described(self, session: Having, text: str, given: Given) -> Iterable[tuple[str, str]]:
        """The words, each with what it stands for."""
        return places(session)


def places(session: Having) -> list[tuple[str, str]]:
    """The names and URIs, each with what it stands for."""
    from vsh.api.configuration import settings

    entries = settings().values.get("uri_aliases", [])
    listed = entries if isinstance(entries, list) else []
    aliases = [each for each in listed if isinstance(each, str)]
    found = session.settings.table("hosts")
    for name, _, uri in (each.partition("=") for each in aliases):
        found.setdefault(name, uri)
    for uri in recent():
        found.setdefault(uri, "used lately")
    for uri in URIS:
        found.setdefault(uri, "")
    return list(found.items())


def ways_on(session: Having, uri: str | None, *, interactive: bool) -> str | None:
    """What to try where a connection could not be opened; None where the error says it all.

    uri  where to; None is the default
    """
    scheme, colon, rest = (uri or "").partition("://")
    if uri and not colon:
        close = _close(uri, [name for name, _ in places(session)])
        return close or f"'{uri}' is no URI, and no name of the setting hosts: see 'help uris'"
    server = rest.partition("/")[0]
    if server or scheme.partition("+")[0] == "test":
        return None
    path = rest.partition("?")[0]
    if scheme and (
        scheme.partition("+")[0] not in SCHEMES
        or (scheme == "qemu" and path not in ("/system", "/session", "/embed"))
    ):
        close = _close(uri or "", list(URIS))
        if close is not None:
            return close
    how = "connect" if interactive else "vsh -c"
    return (
        "nothing answers there. The ways on:\n"
        f"  {'systemctl start libvirtd':24}  the machines of this host\n"
        f"  {how + ' qemu:///session':24}  machines of your own\n"
        f"  {how + ' test:///default':24}  a host in memory, to try things"
    )


def _close(name: str, known: list[str]) -> str | None:
    from vsh.cli.nearest import nearest

    close = nearest(name, known)
    return None if close is None else f"did you mean '{close}'?"


def recent() -> list[str]:
    """Where prompts were connected to, the latest first."""
    try:
        with open(_path(), encoding="utf-8", errors="surrogateescape") as file:
            return [line for line in file.read().splitlines() if line.isprintable()][:KEPT]
    except OSError:
        return []


def remember(uri: str | None) -> None:
    """Keep where a prompt is connected to; the usual places need not be kept, and a disk that is
    full costs no more than this."""
    known = recent()
    if not uri or uri in URIS or known[:1] == [uri]:
        return
    path = _path()
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.writelines(f"{each}\n" for each in dict.fromkeys([uri, *known[: KEPT - 1]]))
    except OSError:
        return


def _path() -> str:
    """``$XDG_STATE_HOME/vsh/places``."""
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(state, "vsh", "places")
