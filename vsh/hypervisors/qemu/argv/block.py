"""Block nodes: what is under a disk, from the image's format to the file or server it is on."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu.argv.properties import nonzero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties, Value
    from vsh.xml.shared.encryption import Auth, Encryption, SecretReference
    from vsh.xml.shared.image import Host, Source

CACHES = {
    "none": (True, True, False), "writethrough": (False, False, False),
    "writeback": (True, False, False), "directsync": (False, True, False),
    "unsafe": (True, False, True),
}  # fmt: skip
_PORTS = {
    "http": 80, "https": 443, "ftp": 21, "ftps": 990, "tftp": 69, "iscsi": 3260, "nbd": 10809,
    "gluster": 24007, "sheepdog": 7000, "ssh": 22, "vxhs": 9999, "rbd": 0, "nfs": 2049,
}  # fmt: skip
_DRIVERS = {"ploop": "parallels", "vhd": "vhdx"}
_FORMATS = ("bochs", "cloop", "dmg", "vdi", "vpc", "qed", "vmdk")
_AGAIN = 5
"""Seconds that a guest's requests wait for a program that is started again."""
WITH_BACKING = ("cow", "qcow", "qcow2", "qed", "vmdk")


class Treatment:
    """What a disk says about all of its chain."""

    def __init__(
        self,
        cache: str | None = None,
        io: str | None = None,
        discard: str | None = None,
        floppy: bool = False,
    ) -> None:
        self.cache, self.io, self.discard, self.floppy = cache, io, discard, floppy


def detection(mode: str | None, discard: str | None) -> str | None:
    """What is done about zeroes: they can only be unmapped where discarding is allowed."""
    return "on" if mode == "unmap" and discard != "unmap" else mode


class Given:
    """Open files that somebody gave for an image.

    descriptors  their numbers
    writable     whether they may be written
    set          the number that QEMU knows them by
    """

    def __init__(self, line: Line, source: Source, number: int) -> None:
        self.descriptors, self.writable = line.host.group(str(source.fdgroup))
        self.set = line.file_set(number)

    @property
    def path(self) -> str:
        """The name that they have for QEMU."""
        return f"/dev/fdset/{self.set}"


class Layer:
    """One image of a chain, with the names of its nodes.

    format          the image's format
    detect_zeroes   what is done about zeroes that are written; of the top only
    metadata_cache  the most that QEMU keeps of the image's tables, in bytes
    """

    def __init__(
        self,
        line: Line,
        kind: str | None,
        source: Source,
        format: str | None,
        whole: Treatment | None = None,
        *,
        readonly: bool,
        name: str | None = None,
    ) -> None:
        whole = whole or Treatment()
        self.kind = kind
        self.source = source
        self.format = format or "raw"
        self.readonly = readonly
        self.cache, self.io, self.discard = whole.cache, whole.io, whole.discard
        self.floppy = whole.floppy
        self.cdrom = False
        self.detect_zeroes: str | None = None
        self.metadata_cache: int | None = None
        self.auth: Auth | None = source.auth
        self.encryption: Encryption | None = source.encryption
        self.number = 0 if name else line.node()
        prefix = name or f"libvirt-{self.number}"
        self.files = Given(line, source, self.number) if source.fdgroup else None
        self.storage = f"{prefix}-storage"
        self.node = f"{prefix}-format"

    @property
    def slice(self) -> str | None:
        """The node that is a part of the file only, where there is one."""
        sliced = any(each.type == "storage" for each in self.source.slices)
        raw = self.format == "raw" and not (self.encryption is not None and self.encryption.secrets)
        return f"libvirt-{self.number}-slice-sto" if sliced and not raw else None


def add_layer(line: Line, layer: Layer, below: Layer | None, *, ended: bool = False) -> None:
    """The nodes of one image; ``below`` is what it is backed by, ``ended``: by nothing, surely."""
    _objects(line, layer)
    line.json("-blockdev", storage(line, layer))
    if layer.slice is not None:
        part = layer.source.slices[0]
        line.json("-blockdev", {
            "driver": "raw", "node-name": layer.slice, "offset": part.offset, "size": part.size,
            "file": layer.storage, "auto-read-only": True, "discard": "unmap",
            "cache": _cache(layer),
        })  # fmt: skip
    properties = _format(layer)
    properties["file"] = layer.slice or layer.storage
    line.add("-blockdev", _with_backing(layer, below, properties, ended=ended))


def _with_backing(layer: Layer, below: Layer | None, properties: Properties, *, ended: bool) -> str:
    import json

    from vsh.hypervisors.qemu.argv.properties import given

    found = given(properties)
    if below is not None:
        if layer.format not in WITH_BACKING:
            raise ConfigUnsupported(
                f"storage format '{layer.format}' does not support backing store"
            )
        found["backing"] = below.node
    elif ended and layer.format in WITH_BACKING:
        found["backing"] = None
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False)


def add_files(line: Line, layers: list[Layer]) -> None:
    """The open files that were given for the images of a disk."""
    for layer in layers:
        if layer.files is not None:
            for number, descriptor in enumerate(layer.files.descriptors):
                line.add_file(layer.files.set, descriptor, f"{layer.storage}{number}")


def _objects(line: Line, layer: Layer) -> None:
    source = layer.source
    reservations = source.reservations
    if reservations is not None and not reservations.managed:
        line.add_object(
            "pr-manager-helper", f"pr-helper-{layer.storage}", {"path": reservations.source_path}
        )
    network = layer.kind == "network" and not line.host.serves(layer.kind, source)
    if network and layer.auth is not None and layer.auth.secret is not None:
        add_secret(line, f"{layer.storage}-auth-secret0", layer.auth.secret)
    if layer.encryption is not None and layer.encryption.secrets:
        for number, wanted in enumerate(layer.encryption.secrets):
            add_secret(line, f"{layer.node}-encryption-secret{number}", wanted)
    if source.cookies and network:
        text = "; ".join(f"{cookie.name}={cookie.value}" for cookie in source.cookies)
        add_secret(line, f"{layer.storage}-httpcookie-secret0", text)
    if _tls(line, layer):
        name, secret = f"obj{layer.storage}_tls0", None
        if line.host.nbd_secret is not None:
            secret = f"{name}-secret0"
            add_secret(line, secret, line.host.nbd_secret)
        line.add_object("tls-creds-x509", name, {
            "dir": line.host.nbd_certificates, "endpoint": "client", "verify-peer": True,
            "passwordid": secret,
        })  # fmt: skip


def add_secret(line: Line, name: str, wanted: SecretReference | str | None = None) -> None:
    """A secret for QEMU alone."""
    line.add_object("secret", name, {**line.host.secret(name, wanted)})


def _tls(line: Line, layer: Layer) -> bool:
    source = layer.source
    if source.tls is None and source.protocol == "nbd":
        return layer.kind == "network" and line.host.nbd_tls
    return layer.kind == "network" and bool(source.tls)


def _cache(layer: Layer) -> Value:
    if layer.cache is None or layer.cache == "default":
        return None
    _, direct, no_flush = CACHES[layer.cache]
    return {"direct": direct, "no-flush": no_flush}


def storage(line: Line, layer: Layer, *, unmap: bool = True, exact: bool = False) -> Properties:
    """The node of the file or server; ``exact``: read-only or not as it is, not as needed."""
    found = _protocol(line, layer)
    found["node-name"] = layer.storage
    found["cache"] = _cache(layer)
    if exact:
        found["read-only"] = layer.readonly
    elif layer.files is not None and len(layer.files.descriptors) == 1:
        # of several it takes what it needs; one has to do for everything
        found["read-only"] = layer.readonly and not layer.files.writable
    else:
        found["auto-read-only"] = True
    if unmap:
        found["discard"] = "unmap"
    return found


def _protocol(line: Line, layer: Layer) -> Properties:
    source, kind = layer.source, layer.kind
    if kind in ("file", "block"):
        driver = "file"
        if kind == "block":
            driver = (
                "host_cdrom" if layer.cdrom and line.host.is_cdrom(source.dev) else "host_device"
            )
        manager = None
        if source.reservations is not None:
            managed = source.reservations.managed
            manager = "pr-helper0" if managed else f"pr-helper-{layer.storage}"
        path = source.file if kind == "file" else source.dev
        if layer.files is not None:
            path = layer.files.path
        return {"driver": driver, "filename": path, "aio": layer.io, "pr-manager": manager}
    if kind == "dir":
        return {
            "driver": "vvfat", "dir": source.dir, "floppy": layer.floppy, "rw": not layer.readonly,
        }  # fmt: skip
    if kind == "nvme":
        address = source.nvme_address
        if address is None:
            raise ConfigUnsupported("NVMe disk source is missing address")
        places = [
            int(str(getattr(address, name) or "0"), 0)
            for name in ("domain", "bus", "slot", "function")
        ]
        return {
            "driver": "nvme", "device": "{:04x}:{:02x}:{:02x}.{:x}".format(*places),
            "namespace": source.namespace,
        }  # fmt: skip
    if kind == "network":
        return network(line, layer)
    raise InternalError(f"unable to create blockdev props for {kind} disk type")


def _address(host: Host, protocol: str) -> Properties:
    if host.transport == "unix":
        return {"type": "unix", "path": host.socket}
    if host.transport not in (None, "tcp"):
        raise InternalError(f"transport protocol '{host.transport}' is not yet supported")
    return {"type": "inet", "host": host.name, "port": str(host.port or _PORTS[protocol])}


def _inet(host: Host, protocol: str) -> Properties:
    return {"host": host.name, "port": str(host.port or _PORTS[protocol])}


def _one_host(layer: Layer, shown: str) -> Host:
    if len(layer.source.hosts) != 1:
        raise InternalError(f"{shown} accepts only one host")
    host: Host = layer.source.hosts[0]
    return host


def network(line: Line, layer: Layer) -> Properties:
    """A node that is a server's."""
    protocol = str(layer.source.protocol)
    if line.host.serves(layer.kind, layer.source):
        path = line.host.nbdkit(layer.source, layer.auth, layer.storage, readonly=layer.readonly)
        server = {"type": "unix", "path": path}
        return {"driver": "nbd", "server": server, "reconnect-delay": _AGAIN}
    make = {
        "gluster": _gluster, "http": _curl, "https": _curl, "ftp": _curl, "ftps": _curl,
        "tftp": _curl, "iscsi": iscsi, "nbd": _nbd, "rbd": _rbd, "sheepdog": _sheepdog, "ssh": _ssh,
        "nfs": _nfs, "vxhs": _vxhs,
    }.get(protocol)  # fmt: skip
    if make is None:
        raise InternalError(f"unexpected storage protocol '{protocol}'")
    return {"driver": protocol, **make(line, layer)}


def _gluster(line: Line, layer: Layer) -> Properties:
    volume, _, path = (layer.source.name or "").partition("/")
    servers = [_address(host, "gluster") for host in layer.source.hosts]
    return {"volume": volume, "path": path, "server": servers, "debug": line.host.gluster_debug}


def _curl(line: Line, layer: Layer) -> Properties:
    source = layer.source
    protocol = str(source.protocol)
    host = _one_host(layer, f"protocol '{protocol}'")
    path = (source.name or "").lstrip("/")
    query = f"?{source.query}" if source.query else ""
    name = f"[{host.name}]" if ":" in (host.name or "") else host.name
    found: Properties = {
        "url": f"{protocol}://{name}:{host.port or _PORTS[protocol]}/{path}{query}",
        "sslverify": source.ssl_verify,
        "timeout": nonzero(source.timeout),
        "readahead": nonzero(source.readahead),
    }
    if layer.auth is not None:
        found["username"] = layer.auth.username
        found["password-secret"] = f"{layer.storage}-auth-secret0"
    if source.cookies:
        found["cookie-secret"] = f"{layer.storage}-httpcookie-secret0"
    return found


def iscsi(line: Line, layer: Layer) -> Properties:
    """A unit of an iSCSI target."""
    source = layer.source
    target, slash, unit = (source.name or "").partition("/")
    if slash and not unit.isdecimal():
        raise InternalError(f"cannot parse target for lunStr '{target}'")
    host = _one_host(layer, "protocol 'iscsi'")
    name = f"[{host.name}]" if ":" in (host.name or "") else host.name
    found: Properties = {
        "portal": f"{name}:{host.port or 3260}", "target": target, "lun": int(unit or 0),
        "transport": "tcp", "initiator-name": source.initiator,
    }  # fmt: skip
    if layer.auth is not None:
        found["user"] = layer.auth.username
        found["password-secret"] = f"{layer.storage}-auth-secret0"
    return found


def _nbd(line: Line, layer: Layer) -> Properties:
    tls = f"obj{layer.storage}_tls0" if _tls(line, layer) else None
    return {
        "server": _address(_one_host(layer, "nbd protocol"), "nbd"), "export": layer.source.name,
        "tls-creds": tls, "tls-hostname": layer.source.tls_hostname,
    }  # fmt: skip


def _vxhs(line: Line, layer: Layer) -> Properties:
    tls = f"obj{layer.storage}_tls0" if _tls(line, layer) else None
    host = _one_host(layer, "VxHS protocol")
    return {"tls-creds": tls, "vdisk-id": layer.source.name, "server": _inet(host, "vxhs")}


def _rbd(line: Line, layer: Layer) -> Properties:
    source = layer.source
    pool, _, image = (source.name or "").partition("/")
    found: Properties = {
        "pool": pool, "image": image, "snapshot": source.snapshot, "conf": source.config_file,
    }  # fmt: skip
    if source.hosts:
        found["server"] = [_inet(host, "rbd") for host in source.hosts]
    encryption = layer.encryption
    if encryption is not None and encryption.engine == "librbd":
        found["encrypt"] = {
            "format": encryption.scheme, "key-secret": f"{layer.node}-encryption-secret0",
        }  # fmt: skip
    if layer.auth is not None:
        found["user"] = layer.auth.username
        found["auth-client-required"] = ["cephx", "none"]
        found["key-secret"] = f"{layer.storage}-auth-secret0"
    return found


def _sheepdog(line: Line, layer: Layer) -> Properties:
    server = _address(_one_host(layer, "sheepdog protocol"), "sheepdog")
    return {"server": server, "vdi": layer.source.name}


def _ssh(line: Line, layer: Layer) -> Properties:
    user = layer.auth.username if layer.auth is not None else layer.source.identity_username
    server = _inet(_one_host(layer, "ssh protocol"), "ssh")
    return {"path": layer.source.name, "server": server, "user": user}


def _nfs(line: Line, layer: Layer) -> Properties:
    source = layer.source
    found: Properties = {
        "server": {"host": _one_host(layer, "protocol 'nfs'").name, "type": "inet"},
        "path": source.name,
    }
    for key, text in (("user", source.identity_user), ("group", source.identity_group)):
        if text is not None:
            found[key] = line.host.account(text, group=key == "group")
    return found


def _format(layer: Layer) -> Properties:
    format = layer.format
    found: Properties = {
        "node-name": layer.node, "read-only": layer.readonly, "discard": layer.discard,
        "detect-zeroes": layer.detect_zeroes, "cache": _cache(layer),
    }  # fmt: skip
    encryption = (
        layer.encryption if layer.encryption is not None and layer.encryption.secrets else None
    )
    own = encryption is not None and encryption.engine in (None, "default", "qemu")
    key = f"{layer.node}-encryption-secret0"
    if format in ("raw", "fat"):
        if own and encryption is not None and encryption.scheme == "luks":
            found |= {"driver": "luks", "key-secret": key}
        else:
            found["driver"] = "raw"
            part = next((s for s in layer.source.slices if s.type == "storage"), None)
            if part is not None:
                found |= {"offset": part.offset, "size": part.size}
    elif format in ("qcow", "qcow2"):
        found["driver"] = format
        if own and encryption is not None:
            if encryption.scheme == "luks2":
                raise ConfigUnsupported(
                    "luks2 is currently not supported by the qemu encryption engine"
                )
            words = {"qcow": "aes"}
            method = words.get(str(encryption.scheme), encryption.scheme)
            found["encrypt"] = {"format": method, "key-secret": key}
        if format == "qcow2":
            found["cache-size"] = nonzero(layer.metadata_cache)
    elif format in (*_DRIVERS, *_FORMATS):
        found["driver"] = _DRIVERS.get(format, format)
    else:
        raise InternalError(f"mishandled storage format '{format}'")
    return found
