"""Block nodes: what is under a disk, from the image's format to the file or server it is on."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu.argv.layer import Layer
from vsh.hypervisors.qemu.argv.properties import nonzero
from vsh.hypervisors.qemu.argv.server import has_tls, network

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties, Value
    from vsh.xml.shared.encryption import SecretReference

CACHES = {
    "none": (True, True, False), "writethrough": (False, False, False),
    "writeback": (True, False, False), "directsync": (False, True, False),
    "unsafe": (True, False, True),
}  # fmt: skip
_DRIVERS = {"ploop": "parallels", "vhd": "vhdx"}
_FORMATS = ("bochs", "cloop", "dmg", "vdi", "vpc", "qed", "vmdk")
WITH_BACKING = ("cow", "qcow", "qcow2", "qed", "vmdk")


def add_layer(line: Line, layer: Layer, below: Layer | None, *, ended: bool = False) -> None:
    """The nodes of one image; ``below`` is what it is backed by, ``ended``: by nothing, surely."""
    if layer.data is not None:
        add_layer(line, layer.data, None)
    add_objects(line, layer)
    line.json("-blockdev", storage(line, layer))
    if layer.slice is not None:
        part = layer.source.slices[0]
        line.json("-blockdev", {
            "driver": "raw", "node-name": layer.slice, "offset": part.offset, "size": part.size,
            "file": layer.storage,
            **(_own(layer) if layer.plain else {"auto-read-only": True, "discard": "unmap"}),
            "cache": _cache(layer),
        })  # fmt: skip
    if layer.plain:
        if layer.number:
            line.host.plain(layer.number, layer.node)
        return
    properties = _format(layer)
    properties["file"] = layer.slice or layer.storage
    line.add("-blockdev", _with_backing(layer, below, properties, ended=ended))


def _with_backing(layer: Layer, below: Layer | None, properties: Properties, *, ended: bool) -> str:
    import json

    from vsh.hypervisors.qemu.argv.properties import given

    found = given(properties)
    if below is not None:
        if layer.format == "raw" and layer.modern:  # newer libvirt lets it be
            pass
        elif layer.format not in WITH_BACKING:
            raise ConfigUnsupported(
                f"storage format '{layer.format}' does not support backing store"
            )
        else:
            found["backing"] = below.node
    elif ended and layer.format in WITH_BACKING:
        found["backing"] = None
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False)


def add_files(line: Line, layers: list[Layer]) -> None:
    """The open files that were given for the images of a disk."""
    for layer in (each for one in layers for each in (one.data, one) if each is not None):
        if layer.files is not None:
            for number, descriptor in enumerate(layer.files.descriptors):
                which = "-vdpa" if layer.kind == "vhostvdpa" else number
                line.add_file(layer.files.set, descriptor, f"{layer.storage}{which}")


def add_objects(line: Line, layer: Layer) -> None:
    """What the nodes of an image refer to: secrets, certificates, helpers."""
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
            add_secret(line, layer.key(number), wanted)
    if source.cookies and network:
        text = "; ".join(f"{cookie.name}={cookie.value}" for cookie in source.cookies)
        add_secret(line, f"{layer.storage}-httpcookie-secret0", text)
    if has_tls(line, layer):
        name, secret = f"obj{layer.storage}_tls0", None
        host = line.host
        certificates, key = host.nbd_certificates, host.nbd_secret
        if source.protocol == "vxhs":
            certificates, key = host.vxhs_certificates, host.vxhs_secret
        if key is not None:
            secret = f"{name}-secret0"
            add_secret(line, secret, key)
        line.add_object("tls-creds-x509", name, {
            "dir": certificates, "endpoint": "client", "verify-peer": True, "passwordid": secret,
        })  # fmt: skip


def add_secret(line: Line, name: str, wanted: SecretReference | str | None = None) -> None:
    """A secret for QEMU alone."""
    line.add_object("secret", name, {**line.host.secret(name, wanted)})


def _cache(layer: Layer) -> Value:
    if layer.cache is None or layer.cache == "default":
        return None
    _, direct, no_flush = CACHES[layer.cache]
    return {"direct": direct, "no-flush": no_flush}


def _own(layer: Layer) -> Properties:
    """What the node that an image is read from is told, which those below it are not."""
    return {
        "read-only": layer.readonly, "discard": layer.discard, "detect-zeroes": layer.detect_zeroes,
    }  # fmt: skip


def storage(line: Line, layer: Layer, *, unmap: bool = True, exact: bool = False) -> Properties:
    """The node of the file or server; ``exact``: read-only or not as it is, not as needed."""
    found = backend(line, layer)
    found["node-name"] = layer.storage
    if layer.node == layer.storage and not exact:
        return found | {**_own(layer), "cache": _cache(layer)}
    if not layer.modern:
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
    return found | {"cache": _cache(layer)} if layer.modern else found


def backend(line: Line, layer: Layer) -> Properties:
    """What a node of the file or server is told of it."""
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
    if kind == "vhostvdpa" and layer.files is not None:
        return {"driver": "virtio-blk-vhost-vdpa", "path": layer.files.path}
    if kind == "network":
        return network(line, layer)
    if kind == "volume":
        raise InternalError(
            f"storage source pool '{source.pool}' volume '{source.volume}' is not translated"
        )
    raise InternalError(f"unable to create blockdev props for {kind} disk type")


def _format(layer: Layer) -> Properties:
    format = layer.format
    found: Properties = {"node-name": layer.node, **_own(layer), "cache": _cache(layer)}
    encryption, key = layer.own_encryption, layer.key()
    if format in ("raw", "fat"):
        if encryption is not None and encryption.scheme == "luks":
            found |= {"driver": "luks", "key-secret": key}
        elif encryption is None and layer.locked:
            raise InternalError("missing secret info for 'luks' driver")
        else:
            found["driver"] = "raw"
            part = next((s for s in layer.source.slices if s.type == "storage"), None)
            if part is not None:
                found |= {"offset": part.offset, "size": part.size}
    elif format in ("qcow", "qcow2"):
        found["driver"] = format
        if encryption is not None:
            if encryption.scheme == "luks2":
                raise ConfigUnsupported(
                    "luks2 is currently not supported by the qemu encryption engine"
                )
            words = {"qcow": "aes"}
            method = words.get(str(encryption.scheme), encryption.scheme)
            found["encrypt"] = {"format": method, "key-secret": key}
        if format == "qcow2":
            found["cache-size"] = nonzero(layer.metadata_cache)
            found["discard-no-unref"] = layer.whole_clusters
            found["data-file"] = None if layer.data is None else layer.data.node
    elif format in (*_DRIVERS, *_FORMATS):
        found["driver"] = _DRIVERS.get(format, format)
    else:
        raise InternalError(f"mishandled storage format '{format}'")
    return found
