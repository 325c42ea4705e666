"""Pools of type gluster: a folder of a Gluster volume, its volumes the files in it.

libvirt reads them by Gluster's C library.  Here glusterfs(8) mounts the volume for as long as it
is looked at, in a mount namespace of its own: nobody else sees it, and it is gone with the program,
which the kernel ends with us.
"""

from __future__ import annotations

import contextlib
import os
import time

from vsh.drivers.host import programs
from vsh.drivers.host.pool.backend import Backend, no_stream, source_of
from vsh.drivers.host.pool.sources import gluster_volumes, wanted_source
from vsh.drivers.host.pool.types.iscsi import portal_host
from vsh.drivers.host.volume import files
from vsh.errors import (
    InternalError,
    InvalidArgument,
    NoSupport,
    OperationFailed,
    SystemFailure,
    XmlError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from subprocess import Popen

    from vsh.api.stream import Channel
    from vsh.drivers.host.pool.contents import Contents
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.xml.storage.pool import PoolSource
    from vsh.xml.storage.volume import StorageVolume

_PLACE = "/mnt"
TYPE = "fuse.glusterfs"
"""What the kernel calls what is mounted."""
_WAIT = 30.0
"""Seconds that a volume has to be there."""


class Gluster(Backend):
    """A folder of a Gluster volume."""

    needs = ("glusterfs", "unshare", "setpriv")
    deletes = 0
    deleting_volume = "virStorageBackendGlusterVolDelete"
    function = "virStorageBackendGluster"

    def sources(self, kind: str, wanted: str | None, secrets: Secrets) -> list[PoolSource]:
        if wanted is None:
            raise InvalidArgument("hostname must be specified for gluster sources")
        host = portal_host(wanted_source(wanted, kind))
        if programs.find("gluster") is None:
            raise InternalError("'gluster' command line tool not found")
        found = gluster_volumes(str(host.name), kind)
        if not found:
            raise OperationFailed(f"no storage pools were found on host '{host.name}'")
        return found

    def look(self, pool: Contents) -> dict[str, StorageVolume | None]:
        definition = pool.definition
        with _opened(pool) as folder:
            try:
                names, system = os.listdir(folder), os.statvfs(folder)
            except OSError as error:
                what = f"failed to change to directory '{_folder(pool)}' in '{_name(pool)}'"
                raise SystemFailure(f"{what}: {error.strerror}") from None
            definition.capacity = system.f_frsize * system.f_blocks
            definition.available = system.f_frsize * system.f_bfree
            definition.allocation = definition.capacity - definition.available
            found: dict[str, StorageVolume | None] = {}
            for name in names:
                with contextlib.suppress(files.NotAVolume):  # a link to nowhere
                    found[name] = _read(pool, folder, name)
        return found

    def update(self, pool: Contents, volume: StorageVolume) -> None:
        """Its sizes are those that were read with all others, as libvirt has it."""

    def remove(self, pool: Contents, volume: StorageVolume, flags: int) -> None:
        what = "dir" if volume.type == "netdir" else "file"
        with _opened(pool) as folder:
            try:
                if what == "dir":
                    os.rmdir(f"{folder}/{volume.name}")
                else:
                    os.unlink(f"{folder}/{volume.name}")
            except FileNotFoundError:
                return
            except OSError as error:
                path = files.located(volume)[1]
                raise SystemFailure(
                    f"cannot remove gluster volume {what} '{path}': {error.strerror}"
                ) from None

    def wipe(self, pool: Contents, volume: StorageVolume, algorithm: int, secrets: Secrets) -> None:
        raise NoSupport("storage pool doesn't support volume wiping")

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


def _read(pool: Contents, folder: str, name: str) -> StorageVolume:
    """A volume as others reach it.  Raises NotAVolume, SystemFailure."""
    made = files.read(folder, name)
    if made.type == "dir":
        status = os.stat(f"{folder}/{name}")
        made.capacity = made.physical = status.st_size
        made.allocation = status.st_blocks * 512
    made.type = "netdir" if made.type == "dir" else "network"
    target = files.located(made)[0]
    target.cluster_size = None
    target.path = made.key = f"{_uri(pool)}{name}"
    return made


def _name(pool: Contents) -> str:
    return str(source_of(pool.definition).name)


def _folder(pool: Contents) -> str:
    """The pool's folder in its volume, with a slash at its end.  Raises XmlError."""
    folder = str(source_of(pool.definition).dir or "/")
    if "/" in _name(pool):
        raise XmlError(f"gluster pool name '{_name(pool)}' must not contain /")
    if not folder.startswith("/"):
        raise XmlError(f"gluster pool path '{folder}' must start with /")
    return folder if folder.endswith("/") else f"{folder}/"


def _uri(pool: Contents) -> str:
    host = source_of(pool.definition).hosts[0]
    name = f"[{host.name}]" if ":" in str(host.name) else host.name
    port = f":{host.port}" if host.port else ""
    return f"gluster://{name}{port}/{_name(pool)}{_folder(pool)}"


@contextlib.contextmanager
def _opened(pool: Contents) -> Iterator[str]:
    """The path of a pool's folder, there for as long as the block lasts.  Raises Error."""
    import subprocess
    import tempfile

    host, folder = source_of(pool.definition).hosts[0], _folder(pool)
    command = [
        programs.needed("unshare", "this"), "--mount", "--propagation", "private",
        programs.needed("setpriv", "this"), "--pdeathsig", "KILL",
        programs.needed("glusterfs", "this"), "--no-daemon", "--log-file=/dev/stderr",
        f"--volfile-server={host.name}", f"--volfile-id={_name(pool)}",
        *([f"--volfile-server-port={host.port}"] if host.port else []), _PLACE,
    ]  # fmt: skip
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaints
        ) as child,
    ):
        try:
            if not _comes_up(child):
                raise SystemFailure(
                    f"failed to connect to {_uri(pool)}: {_last_of(complaints.fileno())}"
                )
            yield f"/proc/{child.pid}/root{_PLACE}{folder}".rstrip("/")
        finally:
            child.kill()


def _comes_up(child: Popen[bytes]) -> bool:
    """Wait until a volume is there; False where it does not come."""
    place, until = f"/proc/{child.pid}/root{_PLACE}", time.monotonic() + _WAIT
    while child.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError):
            if _is_mounted(child.pid):
                os.stat(place)  # it answers
                return True
        time.sleep(0.02)
    return False


def _is_mounted(pid: int) -> bool:
    with open(f"/proc/{pid}/mounts", encoding="utf-8", errors="replace") as table:
        return any(line.split()[1:3] == [_PLACE, TYPE] for line in table)


def _last_of(descriptor: int) -> str:
    """The last complaint of a log."""
    lines = os.pread(descriptor, 1 << 16, 0).decode(errors="replace").splitlines()
    wrong = [line for line in lines if "] E [" in line]
    return (wrong or lines or ["it did not come up"])[-1].rpartition("] ")[2]


backend = Gluster()
