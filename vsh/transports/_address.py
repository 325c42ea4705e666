"""A connection URI taken apart: which driver is meant, over which transport, and what the far end is told.

``driver[+transport]://[user@][server][:port]/path[?parameter=value&...][#fragment]``

Parameters that are about the way are taken here; all others go to the far end with the rest of the URI.
"""

from __future__ import annotations

from vsh.errors import InternalError, InvalidArgument

TRANSPORTS = ("tls", "unix", "ssh", "libssh2", "ext", "tcp", "libssh")
MODES = ("auto", "legacy", "direct")
PROXIES = ("auto", "netcat", "native")

TEXTS = ("name", "command", "socket", "auth", "sshauth", "netcat", "keyfile", "pkipath", "known_hosts",
         "known_hosts_verify", "tls_priority", "mode", "proxy", "authfile")
SWITCHES = ("no_sanity", "no_verify", "no_tty")

_SCHEME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")


class Address:
    """One parsed URI.

    driver      the word before "+": "qemu"
    transport   one of TRANSPORTS
    server      host name or address, None for this machine
    port        0 where none is given
    options     the parameters about the way, by name; switches are True where they are set
    name        the URI for the far end; "" lets it choose
    """

    __slots__ = ("text", "driver", "transport", "user", "server", "port", "path", "options", "name",
                 "readonly")

    def __init__(self, text: str, *, readonly: bool = False) -> None:
        self.text = text
        self.readonly = readonly
        self.driver = ""
        self.transport = "unix"
        self.user: str | None = None
        self.server: str | None = None
        self.port = 0
        self.path = ""
        self.options: dict[str, str | bool] = {}
        self.name = ""
        if text:
            self._parse(text)

    def option(self, name: str) -> str | None:
        """A parameter with a value, or None."""
        value = self.options.get(name)
        return value if isinstance(value, str) else None

    def switch(self, name: str) -> bool:
        """Whether a parameter like ``no_verify=1`` is set."""
        return self.options.get(name) is True

    def _parse(self, text: str) -> None:
        rest, _, fragment = text.partition("#")
        rest, _, query = rest.partition("?")
        scheme, colon, rest = rest.partition(":")
        if not colon:
            raise InvalidArgument("missing scheme for URI")
        if not scheme or not scheme[0].isalpha() or not _SCHEME.issuperset(scheme):
            raise _unreadable(text)
        if any(sign in " \t\n\"<>\\^`{|}" for sign in rest + query + fragment):
            raise _unreadable(text)
        if rest.startswith("//"):
            authority, slash, path = rest[2:].partition("/")
            rest = slash + path
            self._parse_authority(authority, text)
        self.path = unescape(rest)
        self._parse_scheme(scheme)
        passed = self._parse_query(query)
        given = self.option("name")
        if given is not None:
            self.name = given
        elif self.driver != "remote":
            self.name = (f"{self.driver}://{rest}" + (f"?{passed}" if passed else "")
                         + (f"#{fragment}" if fragment else ""))
        self._check()

    def _parse_authority(self, authority: str, text: str) -> None:
        user, at, place = authority.rpartition("@")
        if at:
            self.user = unescape(user)
        host, port = place, ""
        if place.startswith("["):
            host, bracket, port = place[1:].partition("]")
            if not bracket or (port and port[0] != ":"):
                raise _unreadable(text)
            port = port[1:]
        elif ":" in place:
            host, _, port = place.partition(":")
        if port and not (port.isascii() and port.isdigit()):
            raise _unreadable(text)
        self.server = unescape(host) or None
        self.port = int(port) if port and self.server else 0

    def _parse_scheme(self, scheme: str) -> None:
        self.driver, plus, transport = scheme.partition("+")
        if not plus:
            self.transport = "unix" if self.server is None else "tls"
            return
        transport = transport.lower()
        if transport not in TRANSPORTS:
            raise InvalidArgument("remote_open: transport in URL not recognised "
                                  "(should be tls|unix|ssh|ext|tcp|libssh2|libssh)")
        if transport == "unix" and self.server is not None:
            raise InvalidArgument(f"using unix socket and remote server '{self.server}' "
                                  "is not supported.")
        self.transport = transport

    def _parse_query(self, query: str) -> str:
        """Take the parameters about the way; answers the others as a query."""
        others = []
        for part in query.replace(";", "&").split("&"):
            name, equals, value = part.partition("=")
            if not name:
                continue
            name, value = unescape(name), unescape(value)
            word = name.lower()
            if word in SWITCHES:
                self.options[word] = _number(name, value) != 0
            elif word in TEXTS:
                self.options[word] = value
            else:
                others.append(f"{name}={escape(value)}")
        return "&".join(others)

    def _check(self) -> None:
        mode = self.option("mode")
        if mode is not None and mode not in MODES:
            raise InvalidArgument(f"Unknown remote mode '{mode}'")
        proxy = self.option("proxy")
        if proxy is not None and proxy not in PROXIES:
            raise InvalidArgument(f"Unnkown proxy type '{proxy}'")  # libvirt's own spelling
        if self.transport == "ext" and self.option("command") is None:
            raise InvalidArgument("remote_open: for 'ext' transport, command is required")


def unescape(text: str) -> str:
    """The text with %XX sequences replaced; a bad sequence stays as it is."""
    if "%" not in text:
        return text
    first, *parts = text.encode().split(b"%")
    found = bytearray(first)
    for part in parts:
        try:
            found.append(int(part[:2], 16) if part[:2].isalnum() and len(part) > 1 else -1)
            found += part[2:]
        except ValueError:
            found += b"%" + part
    return found.decode("utf-8", "replace")


def escape(text: str) -> str:
    """The text as a query value, as libvirt writes it: all but letters, digits and -._~ as %XX."""
    return "".join(chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in text.encode())


def _number(name: str, value: str) -> int:
    try:
        if value != value.strip() or "_" in value:
            raise ValueError
        return int(value)
    except ValueError:
        raise InvalidArgument(f"Failed to parse value of URI component {name}") from None


def _unreadable(text: str) -> InternalError:
    return InternalError(f"Unable to parse URI {text}")
