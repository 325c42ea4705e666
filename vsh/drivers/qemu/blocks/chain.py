"""The images below a disk's image, read from the images themselves before QEMU opens them.

A chain that the document gives is believed up to where it ends; what is read is marked as found, so
that it is shown of a running guest only.
"""

from __future__ import annotations

import json
import os

from vsh.errors import InternalError, OperationInvalid, SystemFailure
from vsh.xml.shared.image import FORMATS, BackingStore, Host, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.disk import Disk, Mirror

    Above = Disk | BackingStore | Mirror

MOST = 200
"""How many images may be below each other."""

_WITH_BACKING = ("cow", "qcow", "qcow2", "qed", "vmdk")
_LOCAL = ("file", "block")


def find_all(definition: Definition) -> None:
    """Find what is below the images of all disks.  Raises as ``find``."""
    for disk in definition.disks:
        find_of(disk)


def find_of(disk: Disk) -> None:
    """Find what is below the image of a disk, if it has one.  Raises as ``find``."""
    if disk.type != "vhostuser" and not disk.empty():
        find(disk, disk.driver_type)


def find(disk: Above, format: str | None) -> None:
    """Find what is below an image, as far as its document does not say.

    Raises SystemFailure where an image is missing, OperationInvalid where one does not say what
    format the next has, InternalError where there is no end.
    """
    top = disk.source
    if top is None:
        return
    above: Above = disk
    count = 1
    for layer in layers(disk):
        if layer.source is not None and layer.type in _LOCAL and not layer.source.fdgroup:
            _check(layer.source, top)
        above, format = layer, layer.format_type
        count += 1
    if above.backing_store is not None:
        _check_depth(top, count)
        return
    source = above.source
    if above.type not in _LOCAL or source is None or source.path is None:
        return
    if source.fdgroup:  # it is open: nobody looks for it
        above.backing_store = _end()
        return
    if format not in _WITH_BACKING:
        _check(source, top, plain=True)
        above.backing_store = _end()
        return
    _read(above, source, top, count)


def layers(disk: Above) -> Iterator[BackingStore]:
    """The images below one, nearest first."""
    below = disk.backing_store
    while below is not None and below.type is not None:
        yield below
        below = below.backing_store


def forget_found(disk: Above) -> None:
    """Leave of the chain what the document gave."""
    above: Above = disk
    while above.backing_store is not None:
        if above.backing_store.found:
            above.backing_store = None
            return
        above = above.backing_store


def _read(above: Above, source: Source, top: Source, count: int) -> None:
    """Read the rest of a chain from its images."""
    from vsh.image.probe import head_of, probe

    while True:
        _check_depth(top, count)
        path = str(source.path)
        try:
            image = probe(head_of(path))
        except OSError as error:
            raise _missing(source, top, error) from None
        if image.backing is None:
            above.backing_store = _end()
            return
        below = _named(image.backing, path)
        format = image.backing_format
        if format not in FORMATS:
            if below.type not in _LOCAL or below.source is None:
                raise _no_format(image.backing, path)
            format = _guessed(below.source, top, image.backing, path)
        below.format_type = "raw" if format == "iso" else format
        above.backing_store = below
        if below.type not in _LOCAL or below.source is None:
            return
        _check(below.source, top)
        above, source = below, below.source
        count += 1
        if format not in _WITH_BACKING:
            above.backing_store = _end()
            return


def _guessed(source: Source, top: Source, named: str, path: str) -> str:
    """The format of an image that is not named: trusted if nothing can be below it."""
    from vsh.image.probe import head_of, probe

    try:
        image = probe(head_of(str(source.path)))
    except OSError as error:
        raise _missing(source, top, error) from None
    if image.backing is not None:
        raise _no_format(named, path)
    return image.format


def _named(text: str, above: str) -> BackingStore:
    """What an image says is below it: a path, beside it if it is not absolute; a URI; JSON."""
    below = BackingStore()
    below.found = True
    if text.startswith("json:"):
        _from_json(below, text[5:])
        return below
    scheme, _, rest = text.partition("://")
    if rest and scheme in ("nbd", "nbd+unix", "http", "https", "ftp", "ftps", "tftp", "ssh",
                           "iscsi", "gluster", "rbd"):  # fmt: skip
        _from_uri(below, scheme, text)
        return below
    path = text.removeprefix("file:")
    if not path.startswith("/"):
        path = os.path.join(os.path.dirname(above), path)
    _local(below, path)
    return below


def _local(below: BackingStore, path: str) -> None:
    below.type = "block" if _is_device(path) else "file"
    below.source = Source(dev=path) if below.type == "block" else Source(file=path)
    below.source.storage_type = below.type


def _is_device(path: str) -> bool:
    import stat

    try:
        return stat.S_ISBLK(os.stat(path).st_mode)
    except OSError:
        return False


def _from_uri(below: BackingStore, scheme: str, text: str) -> None:
    from urllib.parse import parse_qs, urlsplit

    found = urlsplit(text)
    protocol, _, transport = scheme.partition("+")
    host = Host(name=found.hostname, port=found.port)
    if transport == "unix":
        host = Host(transport="unix", socket=parse_qs(found.query).get("socket", [None])[0])
    below.type = "network"
    below.source = Source(protocol=protocol, name=found.path.lstrip("/") or None, hosts=[host])
    below.source.storage_type = "network"


def _from_json(below: BackingStore, text: str) -> None:
    """A node as QEMU describes it; the one that is the file or server counts."""
    try:
        found = json.loads(text)
    except ValueError:
        raise InternalError(f"cannot parse json {text}") from None
    nested: dict[str, object] = {}
    for key, value in found.items():  # file.filename is {"file": {"filename": ...}}
        place = nested
        *way, last = key.split(".")
        for part in way:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                raise InternalError(f"cannot parse json {text}")
            place = inner
        place[last] = value
    node: object = nested
    while isinstance(node, dict) and isinstance(node.get("file"), dict):
        node = node["file"]
    driver = node.get("driver", "file") if isinstance(node, dict) else None
    if isinstance(node, dict) and driver in ("file", "host_device") and "filename" in node:
        _local(below, str(node["filename"]))
        return
    if isinstance(node, dict) and driver == "nbd":
        server = node.get("server")
        if isinstance(server, dict):
            host = Host(name=server.get("host"), port=int(server.get("port") or 10809))
            if server.get("type") == "unix":
                host = Host(transport="unix", socket=server.get("path"))
            below.type = "network"
            below.source = Source(protocol="nbd", name=node.get("export"), hosts=[host])
            below.source.storage_type = "network"
            return
    raise InternalError(f"missing parser implementation for JSON backing volume driver '{driver}'")


def _end() -> BackingStore:
    """The end of a chain that was read."""
    end = BackingStore()
    end.found = True
    return end


def _check(source: Source, top: Source, *, plain: bool = False) -> None:
    """Whether an image is there.  Raises SystemFailure."""
    try:
        os.stat(str(source.path))
    except OSError as error:
        raise _missing(source, top, error, plain=plain) from None


def _missing(source: Source, top: Source, error: OSError, *, plain: bool = False) -> SystemFailure:
    what = f"Cannot access storage file '{source.path}'"
    if source is not top:
        what = f"Cannot access backing file '{source.path}' of storage file '{top.path}'"
    if not plain:
        what += f" (as uid:{os.geteuid()}, gid:{os.getegid()})"
    return SystemFailure(f"{what}: {error.strerror}")


def _no_format(named: str, path: str) -> OperationInvalid:
    return OperationInvalid(
        f"format of backing image '{named}' of image '{path}' was not specified in the image "
        "metadata (See https://libvirt.org/kbase/backing_chains.html for troubleshooting)"
    )


def _check_depth(top: Source, count: int) -> None:
    if count > MOST:
        raise InternalError(
            f"backing store for {top.path} is self-referential or too deeply nested"
        )
