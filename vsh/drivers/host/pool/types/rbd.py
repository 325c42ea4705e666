"""Pools of type rbd: a pool of Ceph's, its volumes the images in it, by rbd(8) and rados(8).

libvirt talks to Ceph by its C libraries; these programs say and do the same.  The key of a user of
CephX is a file in memory that only they read.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import secrets as randomness
import struct

from vsh.api.following import tell
from vsh.drivers.host.pool import commands
from vsh.drivers.host.pool.backend import Backend, no_stream, source_of
from vsh.drivers.host.volume import files, work
from vsh.errors import (
    ConfigUnsupported,
    Error,
    InternalError,
    InvalidArgument,
    NoSupport,
    SystemFailure,
)
from vsh.words.secret import SecretUsageType
from vsh.words.volume import StorageVolDelete, StorageVolWipeAlgorithm
from vsh.xml.storage.volume import StorageVolume, Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.api.stream import Channel
    from vsh.drivers.host.pool.contents import Contents
    from vsh.drivers.host.secret.secrets import Secrets

_PIECE = 4 << 20
_REASON = re.compile(r"\([0-9]+\) ([^\n]+)")


class Rbd(Backend):
    """A pool of Ceph's."""

    needs = ("rbd", "rados")
    capacious = False
    deletes = StorageVolDelete.ZEROED | StorageVolDelete.WITH_SNAPSHOTS
    deleting_volume = "virStorageBackendRBDDeleteVol"
    function = "virStorageBackendRBD"

    def look(self, pool: Contents) -> dict[str, StorageVolume | None]:
        definition = pool.definition
        what = f"failed to create the RBD IoCTX. Does the pool '{_name(pool)}' exist?"
        whole = _told(_rados(pool, what, "df", *_JSON))
        definition.capacity = _number(whole, "total_space") * 1024
        definition.available = _number(whole, "total_avail") * 1024
        found = whole.get("pools")
        own = found[0] if isinstance(found, list) and found else {}
        definition.allocation = _number(own, "size_bytes")
        names = json.loads(_rbd(pool, "Unable to list RBD images", "ls", _name(pool), *_JSON))
        return dict.fromkeys(map(str, names))

    def place_of(self, pool: Contents, name: str) -> str:
        return f"{_name(pool)}/{name}"

    def read(self, pool: Contents, name: str) -> StorageVolume:
        made = StorageVolume()
        made.type, made.name, made.extents = "network", name, []
        made.target = Target()
        made.key = made.target.path = self.place_of(pool, name)
        self.update(pool, made)
        return made

    def update(self, pool: Contents, volume: StorageVolume) -> None:
        target, path = files.located(volume)
        what = f"failed to open the RBD image '{volume.name}'"
        told = _told(_rbd(pool, what, "info", path, *_JSON))
        volume.capacity = _number(told, "size")
        volume.allocation = _number(told, "object_size") * _number(told, "objects")
        target.image_format = "raw"
        if pool.definition.refresh == "default" and _counts_quickly(told):
            used = json.loads(_rbd(pool, what, "diff", "--whole-object", path, *_JSON))
            volume.allocation = sum(int(part["length"]) for part in used)

    # ---- making

    def place(self, pool: Contents, volume: StorageVolume) -> None:
        assert volume.target is not None
        volume.type = "network"
        if volume.target.image_format != "raw":
            raise ConfigUnsupported("only RAW volumes are supported by this storage pool")
        volume.target.path = volume.key = self.place_of(pool, str(volume.name))

    def fill(
        self,
        pool: Contents,
        volume: StorageVolume,
        source: StorageVolume | None,
        secrets: Secrets,
        *,
        preallocate: bool,
        reflink: bool,
    ) -> None:
        function = "virStorageBackendRBDBuildVol" + ("From" if source else "")
        if preallocate or reflink:
            flags = int(preallocate) | int(reflink) << 1
            raise InvalidArgument.whole(f"unsupported flags (0x{flags:x}) in function {function}")
        target, path = files.located(volume)
        if source is not None:
            _clone(pool, str(source.name), str(volume.name))
            return
        if not volume.capacity:
            raise NoSupport("volume capacity required for this storage pool")
        if target.encryption is not None:
            raise ConfigUnsupported("storage pool does not support encrypted volumes")
        what = f"failed to create volume '{path}'"
        _rbd(pool, what, "create", "--size", f"{volume.capacity}B", path)

    def discard(self, pool: Contents, name: str) -> None:
        with contextlib.suppress(Error):  # there may be nothing of it
            _rbd(pool, "", "rm", *_QUIET, f"{_name(pool)}/{name}")

    # ---- changing and removing

    def remove(self, pool: Contents, volume: StorageVolume, flags: int) -> None:
        path = files.located(volume)[1]
        if flags & StorageVolDelete.WITH_SNAPSHOTS:
            for name, protected in _snapshots(pool, path):
                if protected:
                    what = f"failed to unprotect snapshot '{path}@{name}'"
                    _rbd(pool, what, "snap", "unprotect", f"{path}@{name}")
                what = f"failed to remove snapshot '{path}@{name}'"
                _rbd(pool, what, "snap", "rm", *_QUIET, f"{path}@{name}")
        try:
            _rbd(pool, f"failed to remove volume '{path}'", "rm", *_QUIET, path)
        except SystemFailure:
            if path.partition("/")[2] in self.look(pool):
                raise  # else it has gone already

    def resize(
        self,
        pool: Contents,
        volume: StorageVolume,
        capacity: int,
        secrets: Secrets,
        *,
        allocate: bool,
    ) -> None:
        if allocate:
            function = "virStorageBackendRBDResizeVol"
            raise InvalidArgument.whole(f"unsupported flags (0x1) in function {function}")
        what = f"failed to resize the RBD image '{volume.name}'"
        words = ("resize", "--size", f"{capacity}B", "--allow-shrink", *_QUIET)
        _rbd(pool, what, *words, files.located(volume)[1])

    def wipe(self, pool: Contents, volume: StorageVolume, algorithm: int, secrets: Secrets) -> None:
        if algorithm == StorageVolWipeAlgorithm.ZERO:
            piece = bytes(_PIECE)
        elif algorithm == StorageVolWipeAlgorithm.TRIM:
            piece = b""
        else:
            raise InvalidArgument(f"unsupported algorithm {algorithm}")
        path, size = files.located(volume)[1], volume.capacity or 0
        what = f"writing {size} bytes failed on RBD image {volume.name} at offset 0"
        _rbd(pool, what, "import-diff", *_QUIET, "-", path, given=_changes(size, piece))

    def content(
        self,
        volume: StorageVolume,
        offset: int,
        length: int,
        *,
        write: bool,
        sparse: bool,
        finished: Callable[[], None] | None,
    ) -> Channel:
        raise no_stream(write=write)


_JSON = ("--format", "json")
_QUIET = ("--no-progress",)


def _changes(size: int, piece: bytes) -> Iterator[bytes]:
    """What makes an image zeros, as rbd(8) reads it: written piece by piece, or discarded."""
    yield b"rbd diff v1\ns" + struct.pack("<Q", size)
    for at in range(0, size, _PIECE):
        length = min(_PIECE, size - at)
        yield (b"w" if piece else b"z") + struct.pack("<QQ", at, length) + piece[:length]
        tell(size - at - length, size)
    yield b"e"


def _clone(pool: Contents, origin: str, name: str) -> None:
    """Make an image on top of a snapshot of another, the newest where nothing has changed since."""
    path = f"{_name(pool)}/{origin}"
    shot = next((each for each in _snapshots(pool, path) if _is_as(pool, path, each[0])), None)
    if shot is None:
        shot = (f"libvirt-{randomness.randbelow(65534)}", False)
        what = f"failed to create RBD snapshot {origin}@{shot[0]}"
        _rbd(pool, what, "snap", "create", *_QUIET, f"{path}@{shot[0]}")
    if not shot[1]:
        what = f"failed to protect RBD snapshot {origin}@{shot[0]}"
        _rbd(pool, what, "snap", "protect", f"{path}@{shot[0]}")
    what = f"failed to clone RBD volume {origin} to {name}"
    _rbd(pool, what, "clone", f"{path}@{shot[0]}", f"{_name(pool)}/{name}")


def _is_as(pool: Contents, path: str, shot: str) -> bool:
    """Whether an image is as it was at a snapshot."""
    what = f"failed to iterate RBD snapshot {path.partition('/')[2]}@{shot}"
    told = _rbd(pool, what, "diff", "--whole-object", "--from-snap", shot, path, *_JSON)
    return not json.loads(told)


def _snapshots(pool: Contents, path: str) -> list[tuple[str, bool]]:
    """The snapshots of an image, each with whether it is protected."""
    what = f"failed to open the RBD image {path.partition('/')[2]}"
    told = json.loads(_rbd(pool, what, "snap", "ls", path, *_JSON))
    return [(str(each["name"]), str(each["protected"]).lower() == "true") for each in told]


def _counts_quickly(told: dict[str, object]) -> bool:
    """Whether an image knows which of its objects there are."""
    features, flags = told.get("features"), told.get("flags")
    able = isinstance(features, list) and "fast-diff" in features
    return able and not (isinstance(flags, list) and "fast diff invalid" in flags)


def _name(pool: Contents) -> str:
    return str(source_of(pool.definition).name)


def _told(text: str) -> dict[str, object]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise InternalError("Ceph's programs say something else than they used to")
    return found


def _number(told: dict[str, object], name: str) -> int:
    found = told.get(name)
    return found if isinstance(found, int) else 0


def _rados(pool: Contents, what: str, *words: str) -> str:
    return _run(pool, what, ["rados", *_place(pool), "-p", _name(pool), *words], None)


def _rbd(pool: Contents, what: str, *words: str, given: Iterator[bytes] | None = None) -> str:
    return _run(pool, what, ["rbd", *_place(pool), *words], given)


def _place(pool: Contents) -> list[str]:
    return commands.ceph(pool.definition)


def _run(pool: Contents, what: str, command: list[str], given: Iterator[bytes] | None) -> str:
    """Run one of Ceph's programs with the pool's key.

    what  begins the error's text where it fails: libvirt's, with what the program says

    Raises SystemFailure; NoSecret where the pool's secret is not here.
    """
    with _key(pool) as path:
        words = [*command, "--keyfile", path] if path else command
        status, said, complained = work.attempt(words, given=given)
    if status:
        reason = _REASON.findall(complained)
        if "connect to" in complained:
            what = f"failed to connect to the RADOS monitor on: {command[4]}"
        raise SystemFailure(f"{what}: {reason[-1] if reason else complained.strip()}")
    return said


@contextlib.contextmanager
def _key(pool: Contents) -> Iterator[str]:
    """A file with the user's key as Ceph writes it, gone with the block; "" where there is none."""
    auth = source_of(pool.definition).auth
    if auth is None:
        yield ""
        return
    assert pool.vault is not None
    assert auth.secret is not None  # a document without one is refused
    kind = int(SecretUsageType.CEPH)
    value = pool.vault().look_up(auth.secret.uuid, auth.secret.usage, kind)
    descriptor = os.memfd_create("key", os.MFD_CLOEXEC)
    try:
        os.write(descriptor, base64.b64encode(value))
        yield f"/proc/{os.getpid()}/fd/{descriptor}"
    finally:
        os.close(descriptor)


backend = Rbd()
