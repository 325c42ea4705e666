"""Where a disk's data is: <source>, <backingStore>, <mirror>, and the secrets they need.

Which parts of a <source> count depends on the ``type`` of the element around it; the others are
dropped.
"""

from __future__ import annotations

from vsh.errors import InvalidArgument, XmlDetail, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Text
from vsh.xml.engine.given import Given
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import UINT_MAX, ULONG_MAX
from vsh.xml.engine.values import Scaled
from vsh.xml.shared.encryption import Auth, Encryption

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading
    from vsh.xml.shared.host_address import HostAddress

STORAGE_TYPES = ("file", "block", "dir", "network", "volume", "nvme", "vhostuser", "vhostvdpa")
FORMATS = (
    "raw", "dir", "bochs", "cloop", "dmg", "iso", "vpc", "vdi", "fat", "vhd", "ploop",
    "cow", "qcow", "qcow2", "qed", "vmdk",
)  # fmt: skip
PROTOCOLS = (
    "nbd", "rbd", "sheepdog", "gluster", "iscsi", "http", "https", "ftp", "ftps", "tftp",
    "ssh", "vxhs", "nfs",
)  # fmt: skip
POLICIES = ("mandatory", "requisite", "optional")
PORTS = {
    "nbd": 10809, "sheepdog": 7000, "gluster": 24007, "iscsi": 3260, "http": 80, "https": 443,
    "ftp": 21, "ftps": 990, "tftp": 69, "ssh": 22, "vxhs": 9999,
}  # fmt: skip


class Label(Element, tag="seclabel"):
    """<seclabel> of one device's source."""

    model = Text("@model")
    labelskip = Flag("@labelskip", unread=True)
    relabel = Flag("@relabel")
    label = Text("label", often=True)

    def parsed(self, reading: Reading) -> Found:
        given = self.relabel
        if self.labelskip:
            self.relabel = None
        else:
            self.labelskip = None
            if self.relabel is None:
                self.relabel = True
        if self.label and not self.relabel:
            yield XmlError(
                f"Cannot specify a label if relabelling is turned off. "
                f"model={self.model or '<null>'}"
            )
        if given and not self.label:
            yield XmlError(
                f"Cannot specify relabel if label is missing. model={self.model or '<null>'}"
            )

    def view(self, flags: int) -> Label | None:
        """Nothing at all where it says nothing."""
        return None if flags & 1 and not self.label and self.relabel else self


def same_labels(models: Iterable[str | None]) -> Iterable[Error]:
    """The complaint about several labels of a model, by the models of all."""
    seen = set()
    for model in models:
        if model in seen:
            yield XmlDetail(f"seclabel for model {model or '(null)'} is already provided")
            return
        seen.add(model)


class _Port(Int):
    """The port of a server."""

    def complaint(self, text: str, element: str) -> Error:
        if self.too_large(text, UINT_MAX):
            return InvalidArgument(f"port '{text}' out of range")
        return super().complaint(text, element)


class Host(Element, tag="host"):
    """A server of network storage."""

    name = Text("@name", shape=shapes.HOST_NAME + "|" + shapes.ADDRESS)
    port = _Port(
        "@port", high=65535, skip=0, wrong=(InvalidArgument, "failed to parse port number '{}'")
    )
    transport = Choice("@transport", ("tcp", "unix", "rdma", "fd"), after="")
    socket = Text("@socket", after="transport")

    def parsed(self, reading: Reading) -> Found:
        if self.transport == "unix":
            self.drop("port")
        if self.transport == "fd":
            yield "socket", XmlError("transport 'fd' is now allowed")  # libvirt's words
        elif self.transport == "unix" and self.socket is None:
            yield "socket", XmlError("missing socket for unix transport")
        elif self.transport != "unix" and self.socket is not None:
            words = f"transport '{self.transport or 'tcp'}' does not support socket attribute"
            yield "socket", XmlError(words)
        elif self.transport != "unix" and self.name is None:
            yield XmlError("missing name for host")
        if self.transport == "tcp":
            self.transport = None
        if self.transport == "unix":
            self.name = self.port = None


class Cookie(Element, tag="cookie"):
    """An HTTP cookie."""

    name = Text[str]("@name")
    value = Text[str](".")


_NOT_IN_VALUES = frozenset(map(chr, range(1, 0x21))) | frozenset('",;\\')  # RFC 6265, 4.1.1
_NOT_IN_NAMES = _NOT_IN_VALUES | frozenset("()<>@:/[]?={}")


def check_cookies(cookies: Iterable[Cookie]) -> Iterable[Error]:
    """What is wrong with the cookies of an image: they have a name each, of the letters that names
    may have, and a value, which may stand in quotes."""
    for cookie in cookies:
        if not cookie.name:
            yield XmlError("missing cookie name")
            return
        if not cookie.value:
            yield XmlError(f"missing value for cookie '{cookie.name}'")
            return
    last = {cookie.name: cookie for cookie in cookies}
    for cookie in cookies:
        name, value = cookie.name, cookie.value
        if not _NOT_IN_NAMES.isdisjoint(name):
            yield XmlError(f"cookie name '{name}' contains invalid characters")
        quoted = value[:1] == '"'
        bare = value[1:-1] if quoted else value
        if (quoted and value[-1:] != '"') or not _NOT_IN_VALUES.isdisjoint(bare):
            yield XmlError(f"value of cookie '{name}' contains invalid characters")
        if last[name] is not cookie:
            yield XmlError(f"duplicate cookie '{name}'")


class Slice(Element, tag="slice"):
    """A part of an image."""

    type = Text("@type")
    offset = Int("@offset", 0, ULONG_MAX)
    size = Int("@size", 0, ULONG_MAX)


class Reconnect(Element, tag="reconnect"):
    """Whether and how to connect again; nothing where it does not say whether."""

    omit_empty = True

    enabled = Flag("@enabled", needed=True)
    timeout = Int("@timeout")

    def parsed(self, reading: Reading) -> Found:
        if not self.enabled:
            self.drop("timeout")
        elif self.timeout is None:
            yield XmlError("Missing required attribute 'timeout' in element 'reconnect'")


class Reservations(Element, tag="reservations"):
    """SCSI persistent reservations."""

    managed = Flag("@managed", required=True)
    migration = Flag("@migration")
    source_type = Text("source/@type")
    source_path = Text("source/@path")
    source_mode = Text("source/@mode")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        for name in ("source_type", "source_path", "source_mode"):
            self.__dict__[name] = self.__dict__.get(name) or None
        given = (self.source_type, self.source_path, self.source_mode)
        if self.managed is not False and not any(given):
            return
        if self.source_type is None:
            yield XmlError("missing connection type for <reservations/>")
        elif self.source_path is None:
            yield XmlError("missing path for <reservations/>")
        elif self.source_mode is None:
            yield XmlError("missing connection mode for <reservations/>")
        elif self.source_type != "unix":
            kind = self.source_type
            yield XmlError(f"unsupported connection type for <reservations/>: {kind}")
        elif self.source_mode != "client":
            mode = self.source_mode
            yield XmlError(f"unsupported connection mode for <reservations/>: {mode}")


class DataStore(Element, tag="dataStore"):
    """The data of an image that is kept in another file."""

    type = Choice[str](
        "@type", STORAGE_TYPES, required=True, wrong=(XmlError, "unknown storage source type '{}'")
    )
    format_type = Choice(
        "format/@type", FORMATS, none="", wrong=(XmlError, "unknown storage source format '{}'")
    )
    source: Child[Source] = Child("vsh.xml.shared.image:Source", "source")

    def parsed(self, reading: Reading) -> Found:
        if self.source is not None:
            self.source.drop("startup_policy")
        if self.format_type is None:
            yield XmlError("missing data file store format")
        elif self.source is None:
            yield XmlError("missing disk data file store source")
        else:
            yield from self.source.settle(self.type, reading)


_OF_TYPE = {
    "file": ("file", "fdgroup"),
    "block": ("dev",),
    "dir": ("dir",),
    "volume": ("pool", "volume", "mode"),
    "nvme": ("kind", "managed", "namespace", "nvme_address"),
    "vhostuser": ("kind", "path_attribute", "reconnect_enabled", "reconnect_timeout"),
    "vhostvdpa": ("dev",),
    "network": (
        "protocol", "name", "query", "tls", "tls_hostname", "hosts", "identity_user",
        "identity_group", "reconnect_delay", "snapshot", "config_file", "initiator", "ssl_verify",
        "cookies", "readahead", "timeout", "known_hosts", "identity_username", "identity_keyfile",
        "identity_agentsock",
    ),
}  # fmt: skip
_AHEAD = (XmlError, "invalid readahead size or timeout")
_TYPED = frozenset(name for names in _OF_TYPE.values() for name in names)


class Source(Element, tag="source"):
    """<source> of a disk and its relatives."""

    omit_empty = True

    pool = Text("@pool")
    volume = Text("@volume")
    mode = Choice("@mode", ("host", "direct"))
    file = Text("@file")
    fdgroup = Text("@fdgroup")
    protocol = Choice("@protocol", PROTOCOLS, none="none")
    name = Text("@name", skip="")
    query = Text("@query")
    tls = Flag("@tls")
    tls_hostname = Text("@tlsHostname")
    kind = Text("@type")
    managed = Flag("@managed")
    namespace = Int("@namespace", 0, ULONG_MAX)
    path_attribute = Text("@path")
    dev = Text("@dev")
    dir = Text("@dir")
    startup_policy = Choice("@startupPolicy", POLICIES)
    index = Int("@index", unread=True, skip=0, wrong=(XmlError, "invalid disk index '{}'"))
    hosts = Children(Host, "host")
    reconnect_enabled = Flag("reconnect/@enabled")
    reconnect_timeout = Int("reconnect/@timeout", when=lambda s: s.reconnect_enabled)
    reconnect_delay = Int("reconnect/@delay", skip=0)
    snapshot = Given("snapshot/@name")
    config_file = Given("config/@file")
    initiator = Given("initiator/iqn/@name")
    ssl_verify = Flag("ssl/@verify")
    cookies = Children(Cookie, "cookies/cookie", secure=True)
    readahead = Int("readahead/@size", 0, ULONG_MAX, skip=0, blank=True, wrong=_AHEAD)
    timeout = Int("timeout/@seconds", 0, ULONG_MAX, skip=0, blank=True, wrong=_AHEAD)
    known_hosts = Text("knownHosts/@path", required=True)
    identity_user = Text("identity/@user")
    identity_group = Text("identity/@group")
    identity_username = Text("identity/@username", required=True, needed=False)
    identity_keyfile = Text("identity/@keyfile")
    identity_agentsock = Text("identity/@agentsock")
    nvme_address: Child[HostAddress] = Child("vsh.xml.shared.host_address:HostAddress", "address")
    slices = Children(Slice, "slices/slice")
    seclabels = Children(Label, "seclabel")
    auth = Child(Auth, "auth")
    encryption = Child(Encryption, "encryption")
    reservations = Child(Reservations, "reservations")
    data_store = Child(DataStore, "dataStore")

    storage_type = "file"

    def settle(self, kind: str | None, reading: Reading) -> Iterable[Error]:
        """Keep what counts for a type, and find what is wrong with it."""
        own = self.__dict__
        own["storage_type"] = kind = kind or "file"
        self.slices = [each for each in self.slices if each.type == "storage"][:1]
        if len(self.seclabels) > 1:
            yield from same_labels(label.model for label in self.seclabels if label.model)
        used = _OF_TYPE[kind]
        self.drop(*[name for name in _TYPED if name not in used])
        if kind == "network":
            yield from self._network()
            self.seclabels = []
        elif kind == "volume":
            if (self.pool is None) != (self.volume is None):
                yield XmlError(
                    "'pool' and 'volume' must be specified together for 'pool' type source"
                )
            if self.pool is None or self.volume is None:
                self.drop("mode")
        elif kind == "nvme":
            yield from self._nvme()
        elif kind == "vhostuser":
            yield from self._vhostuser()
            if not self.reconnect_enabled:
                self.drop("reconnect_timeout")
            elif self.reconnect_timeout is None:
                yield XmlError("Missing required attribute 'timeout' in element 'reconnect'")
        elif kind == "vhostvdpa" and self.dev is None:
            yield XmlError("Missing required attribute 'dev' in element 'source'")
        for name in ("file", "dev", "dir"):
            if own.get(name) == "" and kind != "vhostvdpa":
                own[name] = None

    def _network(self) -> Iterable[Error]:
        protocol = self.protocol
        if protocol is None:
            yield XmlError("Missing required attribute 'protocol' in element 'source'")
            return
        if self.name is None and protocol != "nbd":
            yield XmlError("missing name for disk source")
        if protocol in ("gluster", "rbd") and self.name is not None:
            parts = self.name.split("/", 2 if protocol == "rbd" else 1)
            if len(parts) < 2 or not all(parts):
                yield XmlError(
                    f"failed to split path '{self.name}' into 'pool/image' or "
                    "'pool/namespace/image' components"
                )
        if protocol in ("http", "https"):
            yield from check_cookies(self.cookies)
        else:
            self.drop("query", "cookies")
        if protocol not in ("https", "ftps"):
            self.drop("ssl_verify")
        if protocol not in ("http", "https", "ftp", "ftps"):
            self.drop("readahead", "timeout")
        if protocol != "nbd":
            self.drop("reconnect_delay")
        if protocol != "nfs":
            self.drop("identity_user", "identity_group")
        if protocol != "ssh":
            self.drop("known_hosts", "identity_username", "identity_keyfile", "identity_agentsock")
        for host in self.hosts:
            if host.transport is None and not host.port:
                host.port = PORTS.get(protocol)

    def _nvme(self) -> Iterable[Error]:
        if self.kind is None:
            yield XmlError("missing 'type' attribute to disk source")
        elif self.kind != "pci":
            yield XmlError(f"unsupported source type '{self.kind}'")
        elif self.namespace is None:
            yield XmlError("Missing required attribute 'namespace' in element 'source'")
        elif self.nvme_address is None:
            yield XmlError("NVMe disk source is missing address")
        else:
            yield from self.nvme_address.settle("pci")

    def _vhostuser(self) -> Iterable[Error]:
        if self.kind is None:
            yield XmlError("missing 'type' attribute for vhostuser disk source")
        elif self.kind != "unix":
            yield XmlError("invalid 'type' attribute for vhostuser disk source")
        elif self.path_attribute is None:
            yield XmlError("missing 'path' attribute for vhostuser disk source")

    @property
    def path(self) -> str | None:
        """Where the image is, whatever the type calls it."""
        for name in ("file", "dev", "dir", "name"):
            value = self.__dict__.get(name)
            if value is not None:
                return str(value)
        return None

    @path.setter
    def path(self, value: str | None) -> None:
        name = {"block": "dev", "dir": "dir", "network": "name"}.get(self.storage_type, "file")
        self.__dict__[name] = value

    def empty(self) -> bool:
        """Whether there is no image: an empty drive."""
        kind = self.storage_type
        if kind in ("file", "block", "dir"):
            return not self.path
        if kind == "volume":
            return self.pool is None
        return False


class BackingStore(Element, tag="backingStore"):
    """<backingStore>: the image below; with nothing in it, the end of the chain.

    found  no document gave it: it was read from an image, and is shown of a running guest only
    """

    found = False

    type = Choice("@type", STORAGE_TYPES, wrong=(XmlError, "unknown storage source type '{}'"))
    index = Int(
        "@index", unread=True, skip=0, wrong=(XmlError, "invalid storage source index '{}'")
    )
    format_type = Choice(
        "format/@type", FORMATS, blank=True, wrong=(XmlError, "unknown storage source format '{}'")
    )
    format_cache = Scaled(
        "format/metadata_cache/max_size", unit="bytes", step=1, bare=1, zero=False
    )
    source = Child(Source, "source")
    backing_store: Child[BackingStore] = Child("vsh.xml.shared.image:BackingStore", "backingStore")

    def parsed(self, reading: Reading) -> Found:
        if self.type is None and not self.refused(reading, "type"):
            self.drop("index", "format_type", "format_cache", "source", "backing_store")
        elif self.format_type is None and not self.refused(reading, "format_type"):
            self.drop("type", "index")  # it is looked for first
            yield XmlError("missing disk backing store format")
        elif self.source is None and not self.refused(reading, "source"):
            self.drop("type", "index", "format_type")
            yield XmlError("missing disk backing store source")
        elif self.type is None or self.source is None:
            return
        else:
            self.source.drop("index", "startup_policy")
            for error in self.source.settle(self.type, reading):
                yield ("source", error)
