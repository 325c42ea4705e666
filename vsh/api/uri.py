"""Connection URIs: ``driver[+transport]://[user@][host][:port]/path[?name=value&...]``."""

from __future__ import annotations

from vsh.api.types import Record
from vsh.errors import ConfigUnsupported, InternalError, NoConnect

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
_SCHEME = frozenset(_LETTERS + _DIGITS + "+-.")
_PLAIN = frozenset(_LETTERS + _DIGITS + "-._~!$&'()*+,;=:@/?")
_HEXADECIMAL = frozenset(_DIGITS + "abcdefABCDEF")


LONGEST_PORT = 20
PORT_MAX = 2147483647
"""What the readers of URIs in C take; whether there is such a port is seen when it is used."""


class Uri(Record):
    """The parts of a URI, decoded; ``text`` is the whole as it was given.

    ``transport``, ``user``, ``host`` and ``port`` are None where they are not given; ``query`` has
    the parameters by name, "" for one without a value.
    """

    text: str
    scheme: str
    transport: str | None
    user: str | None
    host: str | None
    port: int | None
    path: str
    query: dict[str, str]
    fragment: str


def parse(text: str) -> Uri:
    """Take a URI apart.  Raises InternalError if it is none, NoConnect if it names no driver."""
    rest, _, fragment = text.partition("#")
    rest, _, query = rest.partition("?")
    scheme, colon, rest = rest.partition(":")
    if not colon or "/" in scheme:
        scheme, rest = "", scheme + colon + rest
    elif not scheme or scheme[0] not in _LETTERS or not _SCHEME.issuperset(scheme):
        raise _no_uri(text)
    user = host = port = None
    if rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        rest = slash + path
        user, host, port = _authority(authority, text)
    path = _decoded(rest, text)
    if not scheme:
        raise NoConnect(f"URI '{text}' does not include a driver name")
    name, plus, transport = scheme.partition("+")
    return Uri(
        text,
        name,
        transport if plus else None,
        user,
        host,
        port,
        path,
        _parameters(query, text),
        _decoded(fragment, text),
    )


def check_path(uri: Uri) -> None:
    """Raises InternalError where a slash was forgotten: qemu://system is a host called system."""
    plain = uri.transport is None and uri.scheme in ("qemu", "vbox", "vz")
    if plain and uri.host in ("session", "system"):
        raise InternalError(f"invalid URI {uri.text} (maybe you want {uri.scheme}:///{uri.host})")


CLIENT_SIDE = frozenset(
    (
        "esx",
        "gsx",
        "hyperv",
        "openvz",
        "parallels",
        "vmwarefusion",
        "vmwareplayer",
        "vmwarews",
        "vpx",
    )
)
"""Drivers that no libvirt daemon has: in libvirt they are part of the client."""


def check_driver(uri: Uri) -> None:
    """Raises ConfigUnsupported where only a driver of the client's own could answer."""
    if uri.transport is None and uri.scheme.lower() in CLIENT_SIDE:
        raise ConfigUnsupported(
            f"vsh has no '{uri.scheme}' driver",
            hint="it is part of libvirt's client: use virsh, or a host with a libvirt daemon",
        )


def _no_uri(text: str) -> InternalError:
    return InternalError(f"Unable to parse URI {text}")


def _decoded(part: str, text: str) -> str:
    """A part without its percent signs, checked to have only what a URI may have."""
    pieces = part.split("%")
    if not all(map(_PLAIN.issuperset, pieces)):
        raise _no_uri(text)
    if len(pieces) == 1:
        return part
    raw = pieces[0].encode()
    for piece in pieces[1:]:
        if len(piece) < 2 or not _HEXADECIMAL.issuperset(piece[:2]) or piece[:2] == "00":
            raise _no_uri(text)
        raw += bytes.fromhex(piece[:2]) + piece[2:].encode()
    return raw.decode("utf-8", "surrogateescape")


def _authority(authority: str, text: str) -> tuple[str | None, str | None, int | None]:
    """User, host and port; an IPv6 address loses its brackets."""
    before, at, place = authority.rpartition("@")
    user = _decoded(before, text) if at else None
    if place.startswith("["):
        host, bracket, rest = place[1:].partition("]")
        colon, number = rest[:1], rest[1:]
        if not bracket or colon not in ("", ":"):
            raise _no_uri(text)
    else:
        host, colon, number = place.partition(":")
    if colon and not (number.isascii() and number.isdigit()):
        raise _no_uri(text)
    if len(number) > LONGEST_PORT or int(number or "0") > PORT_MAX:
        raise _no_uri(text)
    return user, _decoded(host, text) or None, int(number) if number else None


def _parameters(query: str, text: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for part in query.replace(";", "&").split("&"):
        name, _, value = part.partition("=")
        if name:
            parameters[_decoded(name, text)] = _decoded(value, text)
    return parameters
