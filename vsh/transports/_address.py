"""Where a connection URI leads: which transport, with which options, what the far end is told.

Parameters that are about the way are taken here; all others go to the far end with the rest of the
URI.
"""

from __future__ import annotations

from time import monotonic

from vsh.api.configuration import text as setting
from vsh.api.uri import parse
from vsh.errors import InvalidArgument, OperationTimeout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.configuration import Settings
    from vsh.api.uri import Uri

TRANSPORTS = ("tls", "unix", "ssh", "libssh2", "ext", "tcp", "libssh")
MODES = ("auto", "legacy", "direct")
PROXIES = ("auto", "netcat", "native")

TEXTS = (
    "name",
    "command",
    "socket",
    "auth",
    "sshauth",
    "netcat",
    "keyfile",
    "pkipath",
    "known_hosts",
    "known_hosts_verify",
    "tls_priority",
    "mode",
    "proxy",
    "authfile",
)
DEFAULTS = {"mode": "remote_mode", "proxy": "remote_proxy", "tls_priority": "tls_priority"}
"""Parameters that libvirt.conf may give, and their names there."""

SWITCHES = ("no_sanity", "no_verify", "no_tty")

_VALUE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_PATH = _VALUE | frozenset("!*'()/;@&=+$,:")


class Address:
    """One URI, for the transports and the handshake.

    text        the URI as it was given; "" for none: the far end chooses
    driver      the word before "+": "qemu"
    transport   one of TRANSPORTS
    server      host name or address, None for this machine
    port        0 where none is given
    options     the parameters about the way, by name; switches are True where they are set
    name        the URI for the far end; "" lets it choose
    timeout     seconds that the way there may take, None: as long as it takes
    """

    __slots__ = (
        "text",
        "driver",
        "transport",
        "user",
        "server",
        "port",
        "path",
        "options",
        "name",
        "readonly",
        "timeout",
        "_end",
    )

    def __init__(
        self,
        text: str,
        *,
        readonly: bool = False,
        settings: Settings | None = None,
        timeout: float | None = None,
    ) -> None:
        self.text = text
        self.readonly = readonly
        self.timeout = timeout
        self._end = None if timeout is None else monotonic() + timeout
        self.driver = ""
        self.transport = "unix"
        self.user: str | None = None
        self.server: str | None = None
        self.port = 0
        self.path = ""
        self.options: dict[str, str | bool] = {}
        self.name = ""
        if text:
            self._take(parse(text))
        if settings is not None:
            self._default(settings)
        self._check()

    def option(self, name: str) -> str | None:
        """A parameter with a value, or None."""
        value = self.options.get(name)
        return value if isinstance(value, str) else None

    def switch(self, name: str) -> bool:
        """Whether a parameter like ``no_verify=1`` is set."""
        return self.options.get(name) is True

    def left(self) -> float | None:
        """Seconds that are left for the way there; None: as many as it takes.

        Raises OperationTimeout where they are over.
        """
        if self._end is None:
            return None
        left = self._end - monotonic()
        if left <= 0:
            raise self.late()
        return left

    def late(self) -> OperationTimeout:
        """What to say where the way there takes too long."""
        return OperationTimeout(f"no answer within {self.timeout} seconds")

    def with_socket(self) -> str:
        """The URI for a far end that finds the socket by itself, but is told which."""
        given = self.option("socket")
        if given is None:
            return self.name
        return f"{self.name}{'&' if '?' in self.name else '?'}socket={escape(given)}"

    def _take(self, parts: Uri) -> None:
        self.driver = parts.scheme
        self.user = parts.user
        self.server = parts.host
        self.port = (parts.port or 0) if parts.host else 0
        self.path = parts.path
        self.transport = self._transport(parts.transport)
        passed = self._parameters(parts.query)
        given = self.option("name")
        if given is not None:
            self.name = given
        elif self.driver != "remote":
            self.name = f"{self.driver}://{escape(self.path, _PATH)}"
            if passed:
                self.name += f"?{passed}"
            if parts.fragment:
                self.name += f"#{escape(parts.fragment, _PATH)}"

    def _transport(self, given: str | None) -> str:
        if given is None:
            return "unix" if self.server is None else "tls"
        word = given.lower()
        if word not in TRANSPORTS:
            raise InvalidArgument(
                "remote_open: transport in URL not recognised "
                "(should be tls|unix|ssh|ext|tcp|libssh2|libssh)"
            )
        if word == "unix" and self.server is not None:
            raise InvalidArgument(
                f"using unix socket and remote server '{self.server}' is not supported."
            )
        return word

    def _parameters(self, query: dict[str, str]) -> str:
        """Take the parameters about the way; answers the others as a query."""
        others = []
        for name, value in query.items():
            word = name.lower()
            if word in SWITCHES:
                # libvirt takes the number as a truth: no_verify=0 verifies
                self.options[word] = _number(name, value) != 0
            elif word in TEXTS:
                self.options[word] = value
            else:
                others.append(f"{name}={escape(value)}")
        return "&".join(others)

    def _default(self, settings: Settings) -> None:
        """What libvirt.conf says where the URI says nothing."""
        for word, name in DEFAULTS.items():
            if word not in self.options and (word != "tls_priority" or self.transport == "tls"):
                value = setting(settings, name)
                if value is not None:
                    self.options[word] = value

    def _check(self) -> None:
        mode = self.option("mode")
        if mode is not None and mode not in MODES:
            raise InvalidArgument(f"Unknown remote mode '{mode}'")
        proxy = self.option("proxy")
        if proxy is not None and proxy not in PROXIES:
            raise InvalidArgument(f"Unnkown proxy type '{proxy}'")  # libvirt's own spelling
        if self.transport == "ext" and self.option("command") is None:
            raise InvalidArgument("remote_open: for 'ext' transport, command is required")


def escape(text: str, plain: frozenset[str] = _VALUE) -> str:
    """The text as part of a URI: all but the plain characters as %XX."""
    raw = text.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if chr(byte) in plain else f"%{byte:02X}" for byte in raw)


def _number(name: str, value: str) -> int:
    try:
        if value != value.strip() or "_" in value:
            raise ValueError
        return int(value)
    except ValueError:
        raise InvalidArgument(f"Failed to parse value of URI component {name}") from None
