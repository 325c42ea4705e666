"""Names and passwords: from libvirt's auth.conf, else from the user.

auth.conf is a file of groups.  ``[auth-libvirt-HOST]``, or ``[auth-libvirt-default]`` where the
host has none, says with ``credentials=NAME`` which ``[credentials-NAME]`` to use, and that group
has ``authname``, ``password`` and ``realm``.  The first of these files counts: LIBVIRT_AUTH_FILE,
the URI's ``authfile=``, the user's own, the system's.
"""

from __future__ import annotations

import os

from vsh.errors import AuthFailed, ConfSyntax, OpenFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from vsh.auth import Peer

    Groups: TypeAlias = dict[str, dict[str, str]]

SYSTEM = "/etc/libvirt/auth.conf"
SERVICE = "libvirt"
ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


class Credentials:
    """What we say of ourselves to one daemon; looked up when it is asked for."""

    __slots__ = ("_peer", "_known")

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._known: dict[str, str] | None = None

    @property
    def name(self) -> str:
        """Who we are."""
        return self._get("authname", "Please enter your authentication name", secret=False)

    @property
    def password(self) -> str:
        """What only we know."""
        return self._get("password", "Please enter your password", secret=True)

    @property
    def realm(self) -> str | None:
        """Among whose users we are, where the file says it."""
        return self._file().get("realm")

    def _file(self) -> dict[str, str]:
        if self._known is None:
            self._known = look_up(self._peer.authfile, self._peer.host)
        return self._known

    def _get(self, key: str, question: str, *, secret: bool) -> str:
        known = self._file()
        if key not in known:
            if self._peer.prompt is None:
                raise AuthFailed(
                    "No authentication callback available",
                    hint=f"auth.conf has no {key} for this daemon, and there is nobody to ask",
                )
            known[key] = self._peer.prompt(question, secret=secret)
        return known[key]


def place(authfile: str | None) -> str | None:
    """The file to use, or None."""
    named = os.environ.get("LIBVIRT_AUTH_FILE") or authfile
    if named:
        return named
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    for path in (f"{base}/libvirt/auth.conf", SYSTEM):
        if os.access(path, os.R_OK):
            return path
    return None


def look_up(authfile: str | None, host: str | None) -> dict[str, str]:
    """What the file has for a host.  Raises OpenFailed and ConfSyntax."""
    path = place(authfile)
    if path is None:
        return {}
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            text = file.read()
    except OSError as error:
        raise OpenFailed(f"'{path}': {error.strerror}") from None
    groups = parse(text, path)
    group = f"auth-{SERVICE}-{host or 'localhost'}"
    if group not in groups:
        group = f"auth-{SERVICE}-default"
    if group not in groups:
        return {}
    name = groups[group].get("credentials")
    if name is None:
        raise ConfSyntax(f"Missing item 'credentials' in group '{group}' in '{path}'")
    found = groups.get(f"credentials-{name}")
    if found is None:
        raise ConfSyntax(
            f"Missing group 'credentials-{name}' referenced from group '{group}' in '{path}'"
        )
    return dict(found)


def parse(text: str, path: str) -> Groups:
    """The groups of a key file.  Raises ConfSyntax, which never shows the line: it may be a
    password."""
    groups: Groups = {}
    group: dict[str, str] | None = None
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.removesuffix("\r").lstrip()
        if not line or line[0] == "#":
            continue
        if line[0] == "[":
            name, bracket, rest = line[1:].partition("]")
            if not bracket or rest.strip():
                raise ConfSyntax(f"{path}:{number}: expecting a [group]")
            group = groups.setdefault(name, {})
            continue
        key, equals, value = line.partition("=")
        if not equals or group is None:
            raise ConfSyntax(f"{path}:{number}: expecting a 'key=value' in a group")
        group[key.rstrip()] = _unescaped(value.lstrip(), f"{path}:{number}")
    return groups


def _unescaped(value: str, where: str) -> str:
    characters = iter(value)
    text = ""
    for character in characters:
        if character == "\\":
            letter = next(characters, "")
            if letter not in ESCAPES:
                raise ConfSyntax(f"{where}: a backslash stands before one of s, n, t, r and itself")
            character = ESCAPES[letter]
        text += character
    return text
