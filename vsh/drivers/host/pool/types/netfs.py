"""Pools of type netfs: a file system of the network, mounted on a folder."""

from __future__ import annotations

import re

from vsh.drivers.host import programs
from vsh.drivers.host.pool.backend import source_of
from vsh.drivers.host.pool.sources import gluster_volumes, wanted_source
from vsh.drivers.host.pool.types.fs import Mounted
from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument, OperationFailed
from vsh.xml.storage.pool import PoolSource, SourceHost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.pool.contents import Contents
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.xml.storage.pool import StoragePool


class NetworkFileSystem(Mounted):
    """NFS and the like."""

    def start(self, pool: Contents) -> None:
        """mount(8) only says that it does not know the type: here which program it misses."""
        try:
            super().start(pool)
        except InternalError as error:
            form = str(source_of(pool.definition).source_format).replace("auto", "nfs")
            if programs.find(f"mount.{form}") is None:
                error.hint = f"mount.{form} is not installed here"
            raise

    def check_source(self, definition: StoragePool) -> None:
        source = source_of(definition)
        if len(source.hosts) != 1:
            raise ConfigUnsupported("expected exactly 1 host for the storage pool")
        if source.hosts[0].name is None:
            raise InternalError("missing source host")
        if not source.dir:
            raise InternalError("missing source path")

    def sources(self, kind: str, wanted: str | None, secrets: Secrets) -> list[PoolSource]:
        if wanted is None:
            raise InvalidArgument("hostname must be specified for netfs sources")
        source = wanted_source(wanted, kind)
        if len(source.hosts) != 1:
            raise ConfigUnsupported("Expected exactly 1 host for the storage pool")
        host = str(source.hosts[0].name)
        told = None
        if programs.find("showmount") is not None:
            told = programs.run(["showmount", "--no-headers", "--exports", host], check=False)
        found = [_exported(host, path) for path in re.findall(r"(?m)^(/.*\S) +\S+$", told or "")]
        found += gluster_volumes(host, kind)
        if told is None and not found:
            raise OperationFailed(
                f"no storage pools were found on host '{host}'",
                hint=None if programs.find("showmount") else "showmount (nfs-common) is not here",
            )
        return found


def _exported(host: str, path: str) -> PoolSource:
    if path.endswith("/"):
        raise InternalError(f"invalid netfs path (ends in /): {path}")
    found = PoolSource()
    found.hosts = [SourceHost(name=host)]
    found.devices = []
    found.dir, found.source_format = path, "nfs"
    return found


backend = NetworkFileSystem()
