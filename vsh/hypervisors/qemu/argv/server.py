"""Block nodes that are a server's: what each protocol calls its servers, files and users."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu.argv.properties import given, nonzero
from vsh.xml.shared.image import PORTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.layer import Layer
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties
    from vsh.xml.shared.image import Host, Source

_PORTS = {**PORTS, "rbd": 0, "nfs": 2049}
_AGAIN = 5
"""Seconds that a guest's requests wait for a program that is started again."""


def has_tls(line: Line, layer: Layer) -> bool:
    """Whether the way to a server is encrypted."""
    source = layer.source
    own = {"nbd": line.host.nbd_tls, "vxhs": line.host.vxhs_tls}
    if source.tls is None and source.protocol in own:
        return layer.kind == "network" and own[source.protocol]
    return layer.kind == "network" and bool(source.tls)


def _address(host: Host, protocol: str) -> Properties:
    if host.transport == "unix":
        return {"type": "unix", "path": host.socket}
    if host.transport not in (None, "tcp"):
        raise InternalError(f"transport protocol '{host.transport}' is not yet supported")
    return {"type": "inet", "host": host.name, "port": str(host.port or _PORTS[protocol])}


def _inet(host: Host, protocol: str) -> Properties:
    if host.transport not in (None, "tcp"):
        raise InternalError("only TCP protocol can be converted to InetSocketAddress")
    return {"host": host.name, "port": str(host.port or _PORTS[protocol])}


def _one_host(layer: Layer, shown: str) -> Host:
    if len(layer.source.hosts) != 1:
        raise InternalError(f"{shown} accepts only one host")
    host: Host = layer.source.hosts[0]
    return host


def network(line: Line, layer: Layer) -> Properties:
    """A node that is a server's."""
    protocol = str(layer.source.protocol)
    if layer.source.tls and protocol not in ("nbd", "vxhs"):
        raise ConfigUnsupported(f"TLS transport is not supported for disk protocol '{protocol}'")
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
    name = f"[{host.name}]" if ":" in (host.name or "") else host.name or ""
    way, port = "", host.port or _PORTS[protocol]
    if host.transport not in (None, "tcp"):  # which QEMU knows nothing of
        way, port = f"+{host.transport}", host.port or 0
    place = f"{name}:{port}" if port else name
    found: Properties = {
        "url": f"{protocol}{way}://{place}/{path}{query}",
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
    host = _one_host(layer, "iSCSI protocol" if layer.modern else "protocol 'iscsi'")
    name = f"[{host.name}]" if ":" in (host.name or "") else host.name or "(null)"
    found: Properties = {
        "portal": f"{name}:{host.port or 3260}", "target": target, "lun": int(unit or 0),
        "transport": "tcp", "initiator-name": source.initiator,
    }  # fmt: skip
    if layer.auth is not None:
        found["user"] = layer.auth.username
        found["password-secret"] = f"{layer.storage}-auth-secret0"
    return found


def _nbd(line: Line, layer: Layer) -> Properties:
    tls = f"obj{layer.storage}_tls0" if has_tls(line, layer) else None
    return {
        "server": _address(_one_host(layer, "nbd protocol"), "nbd"), "export": layer.source.name,
        "tls-creds": tls, "tls-hostname": layer.source.tls_hostname,
        "reconnect-delay": nonzero(layer.source.reconnect_delay),
    }  # fmt: skip


def _vxhs(line: Line, layer: Layer) -> Properties:
    tls = f"obj{layer.storage}_tls0" if has_tls(line, layer) else None
    host = _one_host(layer, "VxHS protocol")
    return {"tls-creds": tls, "vdisk-id": layer.source.name, "server": _inet(host, "vxhs")}


def _rbd(line: Line, layer: Layer) -> Properties:
    source = layer.source
    pool, _, image = (source.name or "").partition("/")
    space = None
    if layer.modern and "/" in image:
        space, _, image = image.partition("/")
    found: Properties = {
        "pool": pool, "namespace": space, "image": image, "snapshot": source.snapshot,
        "conf": source.config_file,
    }  # fmt: skip
    if source.hosts:
        found["server"] = [_inet(host, "rbd") for host in source.hosts]
    encryption = layer.encryption
    if encryption is not None and encryption.engine == "librbd":
        inner: Properties | None = None  # the last secret is of the image furthest below
        for number in reversed(range(len(encryption.secrets))):
            inner = given({
                "format": encryption.scheme, "key-secret": layer.key(number), "parent": inner,
            })  # fmt: skip
        found["encrypt"] = inner
    if layer.auth is not None:
        found["user"] = layer.auth.username
        found["auth-client-required"] = ["cephx", "none"]
        found["key-secret"] = f"{layer.storage}-auth-secret0"
    return found


def _sheepdog(line: Line, layer: Layer) -> Properties:
    server = _address(_one_host(layer, "sheepdog protocol"), "sheepdog")
    return {"server": server, "vdi": layer.source.name}


def beyond_qemu(source: Source) -> str | None:
    """What of a source only nbdkit can do, by its place in the document."""
    for name, value in (
        ("knownHosts path", source.known_hosts),
        ("identity keyfile", source.identity_keyfile),
        ("identity agentsock", source.identity_agentsock),
    ):
        if value is not None:
            return name
    return None


def _ssh(line: Line, layer: Layer) -> Properties:
    secret = layer.auth is not None and layer.auth.secret is not None
    beyond = beyond_qemu(layer.source) or ("auth secret" if secret else None)
    if beyond is not None:
        raise ConfigUnsupported(
            f"<{beyond}> of an image on an SSH server needs nbdkit",
            hint="nbdkit and its SSH plugin have to be installed; a password also needs "
            "storage_use_nbdkit in qemu.conf",
        )
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
