"""<graphics>: a window, VNC, SPICE, RDP or D-Bus display."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.xml.domain.devices._info import is_user_alias
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Field, Flag, Int, Switch, Text
from vsh.xml.engine.flags import INACTIVE, MIGRATABLE
from vsh.xml.engine.structure import Children
from vsh.xml.engine.text import INT_MAX, INT_MIN, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

TYPES = ("sdl", "vnc", "rdp", "desktop", "spice", "egl-headless", "dbus")
CHANNELS = ("main", "display", "inputs", "cursor", "playback", "record", "smartcard", "usbredir")
MODES = ("any", "secure", "insecure")


class Listen(Element, tag="listen"):
    """One place where a display waits for viewers.

    by_settings  no document said where: the driver's settings did, and another host has its own
    """

    by_settings = False

    type = Choice[str]("@type", ("none", "address", "network", "socket"), required=True)
    address = Text("@address")
    network = Text("@network")
    socket = Text("@socket")

    def settle(self, parent: Graphics | None, inactive: int) -> Iterable[Error]:
        """Take over what the display itself says; keep what counts."""
        if parent is not None and self.type == "address":
            if self.address is not None and parent.listen not in (None, self.address):
                yield ConfigUnsupported(
                    f"graphics 'listen' attribute '{parent.listen}' must match 'address' attribute "
                    f"of first listen element (found '{self.address}')"
                )
            self.address = self.address if self.address is not None else parent.listen
        if parent is not None and self.type == "socket":
            if self.socket and parent.socket is not None and parent.socket != self.socket:
                yield ConfigUnsupported(
                    f"graphics 'socket' attribute '{parent.socket}' must match 'socket' attribute "
                    f"of first listen element (found '{self.socket}')"
                )
            self.socket = self.socket if self.socket is not None else parent.socket
        if not (self.type == "address" or (self.type == "network" and not inactive)):
            self.address = None
        if self.network and self.type != "network":
            yield XmlError("'network' attribute is valid only for listen type 'network'")
        if self.socket and self.type != "socket":
            yield XmlError("'socket' attribute is valid only for listen type 'socket'")
        for name in ("address", "network", "socket"):
            if not self.__dict__.get(name):
                self.drop(name)

    def view(self, flags: int) -> Listen:
        """Without the address that a network gave."""
        if self.type == "network" and flags & INACTIVE and self.address:
            import copy

            twin = copy.copy(self)
            twin.address = None
            return twin
        return self


class Channel(Element, tag="channel"):
    """How one SPICE channel is protected."""

    name = Choice[str]("@name", CHANNELS, required=True)
    mode = Choice[str]("@mode", MODES, required=True)


_USED = {
    "vnc": ("socket", "port", "autoport", "websocket", "listen", "keymap", "share_policy",
            "power_control", "wait", "username", "passwd", "passwd_valid_to", "connected",
            "listens", "audio"),
    "sdl": ("display", "xauth", "fullscreen", "gl"),
    "rdp": ("port", "autoport", "username_attribute", "listen", "replace_user", "multi_user",
            "username", "passwd", "passwd_valid_to", "connected", "listens"),
    "desktop": ("display", "fullscreen"),
    "spice": ("port", "tls_port", "autoport", "listen", "keymap", "default_mode", "username",
              "passwd", "passwd_valid_to", "connected", "listens", "channels", "image", "jpeg",
              "zlib", "playback", "streaming", "mouse", "clipboard", "filetransfer", "gl",
              "rendernode"),
    "egl-headless": ("rendernode",),
    "dbus": ("p2p", "address", "fds", "gl", "rendernode", "audio"),
}  # fmt: skip


class Graphics(Element, tag="graphics"):
    """One display of a domain."""

    type = Choice[str]("@type", TYPES, required=True)
    socket = Text("@socket")
    port: Field = Text("@port")  # once it was read, a number
    listens = Children(Listen, "listen")
    tls_port = Int("@tlsPort", INT_MIN, INT_MAX, skip=0)
    autoport = Flag("@autoport")
    websocket = Int("@websocket", INT_MIN, INT_MAX, skip=0)
    replace_user = Flag("@replaceUser", skip=False)
    multi_user = Flag("@multiUser", skip=False)
    display = Text("@display")
    xauth = Text("@xauth")
    fullscreen = Flag("@fullscreen", skip=False)
    p2p = Flag("@p2p", skip=False)
    address = Text("@address")
    listen = Text("@listen")
    keymap = Text("@keymap")
    share_policy = Choice(
        "@sharePolicy", ("allow-exclusive", "force-shared", "ignore"), none="default"
    )
    power_control = Flag("@powerControl")
    wait = Flag("@wait")
    default_mode = Choice("@defaultMode", MODES, skip="any")
    username = Text("@username")
    passwd = Text("@passwd", secure=True)
    passwd_valid_to = Text("@passwdValidTo")
    connected = Choice(
        "@connected",
        ("fail", "disconnect", "keep"),
        wrong=(ConfigUnsupported, "unknown connected value {}"),
    )
    channels = Children(Channel, "channel")
    image = Choice(
        "image/@compression", ("auto_glz", "auto_lz", "quic", "glz", "lz", "off"), required=True
    )
    jpeg = Choice("jpeg/@compression", ("auto", "never", "always"), required=True)
    zlib = Choice("zlib/@compression", ("auto", "never", "always"), required=True)
    playback = Switch("playback/@compression", required=True)
    streaming = Choice("streaming/@mode", ("filter", "all", "off"), required=True)
    mouse = Choice("mouse/@mode", ("server", "client"), required=True)
    clipboard = Flag("clipboard/@copypaste", required=True)
    filetransfer = Flag("filetransfer/@enable", required=True)
    gl = Flag("gl/@enable", required=True, needed=False)  # headless ones have none
    rendernode = Text("gl/@rendernode")
    audio = Int("audio/@id", required=True, nonzero=True)
    alias = Text("alias/@name")

    def parsed(self, reading: Reading) -> Found:
        kind = self.type
        if kind is None:
            return
        inactive = reading.flags & INACTIVE
        self.keep(*_USED[kind], "type", "alias")
        if inactive and not is_user_alias(self.alias):
            self.alias = None
        if kind in ("vnc", "rdp", "spice"):
            yield from self._listens(inactive)
        if kind == "vnc":
            yield from self._vnc(inactive)
        elif kind == "rdp":
            yield from self._rdp(inactive)
        elif kind == "spice":
            yield from self._spice(inactive)
        yield from self._auth()

    def _listens(self, inactive: int) -> Iterable[Error]:
        for number_, listen in enumerate(self.listens):
            yield from listen.settle(None if number_ else self, inactive)
        if self.type == "vnc" and self.socket is not None:
            extra = Listen(type="socket", socket=self.socket)
        else:
            extra = Listen(type="address", address=self.listen or None)
        if not self.listens:
            self.listens = [extra]
        elif extra.type == "socket" and self.listens[0].type in ("address", "network"):
            self.listens[0] = extra
        self.listen = None
        self.socket = None

    def _port(self) -> Generator[Error, None, int]:
        """The port as a number."""
        try:
            port = number(self.port or "")
            if INT_MIN <= port <= INT_MAX:
                return port
        except ValueError:
            pass
        yield XmlError(
            f"Invalid value for attribute 'port' in element 'graphics': '{self.port}'. "
            "Expected integer value"
        )
        return 0

    def _vnc(self, inactive: int) -> Iterable[Error]:
        port, auto = 0, False
        if self.port is not None:
            port = yield from self._port()
            if port == -1:
                auto = True
        else:
            auto = True
        if self.autoport is not None:
            auto = self.autoport
        if auto and inactive:
            port = 0
        self.port, self.autoport = port, auto

    def _rdp(self, inactive: int) -> Iterable[Error]:
        port, auto = 0, False
        if self.port is not None:
            port = yield from self._port()
            auto = port == -1
        else:
            auto = True
        if self.autoport is not None:
            auto = self.autoport
        self.port, self.autoport = (0 if auto and inactive else port), auto

    def _spice(self, inactive: int) -> Iterable[Error]:
        port = 0
        if self.port is not None:
            port = yield from self._port()
        auto = bool(self.autoport) or (port == -1 and self.tls_port == -1)
        if auto and inactive:
            port = self.tls_port = 0
        self.port, self.autoport = port, auto
        last = {channel.name: channel for channel in self.channels}
        self.channels = [
            last[name] for name in CHANNELS if name in last and last[name].mode != "any"
        ]

    def _auth(self) -> Iterable[Error]:
        if self.passwd is None:
            self.drop("username", "passwd_valid_to", "connected")
            return
        if self.passwd_valid_to is not None:
            valid = _time(self.passwd_valid_to)
            if valid is None:
                yield InternalError(
                    f"cannot parse password validity time '{self.passwd_valid_to}', expect "
                    "YYYY-MM-DDTHH:MM:SS"
                )
            else:
                self.passwd_valid_to = valid
        if self.connected is not None and self.type == "vnc" and self.connected != "keep":
            yield ConfigUnsupported("VNC supports connected='keep' only")

    def complete(self) -> None:
        """A SPICE server that has no port does not listen."""
        if self.type == "spice":
            first = self.listens[0]
            if first.type == "address" and not (self.port or self.tls_port or self.autoport):
                self.listens[0] = Listen(type="none")

    def view(self, flags: int) -> Graphics:
        """As it is written: with the old attributes of the first listener."""
        if self.type not in ("vnc", "rdp", "spice") or not self.listens:
            return self
        import copy

        twin = copy.copy(self)
        own = twin.__dict__
        first = self.listens[0]
        if flags & MIGRATABLE:
            own["listens"] = [each for each in self.listens if not each.by_settings]
        elsewhere = bool(flags & MIGRATABLE) and first.by_settings
        shown: dict[str, object] = {
            "port": None,
            "autoport": None,
            "tls_port": None,
            "websocket": None,
        }
        if self.type == "rdp":
            shown["port"] = str(self.port) if self.port else ("0" if self.autoport else None)
            shown["autoport"] = True if self.autoport else None
        elif self.type == "vnc" and first.type == "socket":
            own["socket"] = None if elsewhere else first.socket
        elif self.type == "spice" and first.type == "socket" and elsewhere:
            shown["autoport"] = True
        elif first.type in ("address", "network"):
            shown["autoport"] = bool(self.autoport)
            if self.type == "vnc":
                shown["websocket"] = self.websocket
                if self.port and (not self.autoport or not flags & INACTIVE):
                    shown["port"] = str(self.port)
                elif self.autoport:
                    shown["port"] = "-1"
            else:
                shown["port"] = str(self.port) if self.port else None
                shown["tls_port"] = self.tls_port
        elif first.type == "none" and self.type == "spice" and flags & MIGRATABLE:
            shown["autoport"] = False
        own.update(shown)
        if (
            first.address
            and not elsewhere
            and not (first.type == "network" and flags & (INACTIVE | MIGRATABLE))
            and not (self.type == "vnc" and first.type in ("socket", "none"))
        ):
            own["listen"] = first.address
        return twin


def _time(text: str) -> str | None:
    """A time in its usual form, or None where it is not one."""
    day, letter, clock = text.partition("T")
    parts = [*day.split("-"), *clock.split(":")]
    if letter != "T" or len(parts) != 6:
        return None
    try:
        year, month, date, hour, minute, second = (number(part) for part in parts)
    except ValueError:
        return None
    return f"{year:04d}-{month:02d}-{date:02d}T{hour:02d}:{minute:02d}:{second:02d}"
