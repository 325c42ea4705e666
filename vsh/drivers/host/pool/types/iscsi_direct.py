"""Pools of type iscsi-direct: an iSCSI target's disks, for QEMU itself and not for the kernel."""

from __future__ import annotations

from vsh.drivers.host.pool.backend import Backend, no_stream, source_of
from vsh.drivers.host.pool.sources import wanted_source
from vsh.drivers.host.pool.types.iscsi import chap_user, found_target, portal_host
from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument
from vsh.words.volume import StorageVolWipeAlgorithm
from vsh.xml.storage.volume import StorageVolume, Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.stream import Channel
    from vsh.drivers.host.pool.contents import Contents
    from vsh.drivers.host.pool.initiator import Session
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.xml.storage.pool import PoolSource

_PORT = 3260
_PREFIX = "unit:0:0:"
_BLOCKS = 128  # written at once


class IscsiDirect(Backend):
    """A target."""

    function = "virStorageBackendISCSIDirect"

    def sources(self, kind: str, wanted: str | None, secrets: Secrets) -> list[PoolSource]:
        from vsh.drivers.host.pool.initiator import Session

        if wanted is None:
            raise InvalidArgument("hostname must be specified for iscsi sources")
        source = wanted_source(wanted, kind)
        portal_host(source)
        if source.initiator is None:
            raise ConfigUnsupported("missing initiator IQN")
        with Session(_address(source), source.initiator, None) as session:
            return [found_target(source, name) for name in session.targets()]

    def look(self, pool: Contents) -> dict[str, StorageVolume | None]:
        source, definition = source_of(pool.definition), pool.definition
        host, port = _address(source)
        begin = f"ip-{host}:{port}-iscsi-{source.devices[0].path}-lun-"
        found: dict[str, StorageVolume | None] = {}
        with _session(pool) as session:
            definition.capacity = definition.allocation = 0
            for unit in session.units():
                blocks, block = session.size(unit)
                made = StorageVolume()
                made.type, made.name, made.key = "network", f"{_PREFIX}{unit}", f"{begin}{unit}"
                made.extents, made.target = [], Target()
                made.target.path = made.key
                made.capacity = made.allocation = blocks * block
                definition.capacity += blocks * block
                definition.allocation += blocks * block
                found[str(made.name)] = made
        return found

    def wipe(self, pool: Contents, volume: StorageVolume, algorithm: int, secrets: Secrets) -> None:
        if algorithm != StorageVolWipeAlgorithm.ZERO:
            raise InvalidArgument(f"unsupported algorithm {algorithm}")
        number = str(volume.name).removeprefix(_PREFIX)
        if not number.isdecimal():
            raise InternalError(f"Invalid volume name {volume.name}")
        with _session(pool) as session:
            blocks, block = session.size(int(number))
            for at in range(0, blocks, _BLOCKS):
                session.write_zeros(int(number), at, min(_BLOCKS, blocks - at), block)

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


def _address(source: PoolSource) -> tuple[str, int]:
    host = portal_host(source)
    return str(host.name), host.port or _PORT


def _session(pool: Contents) -> Session:
    """A session with the pool's target.  Raises Error."""
    from vsh.drivers.host.pool.initiator import Session

    source = source_of(pool.definition)
    address = _address(source)
    user = chap_user(pool, "iscsi-direct")
    return Session(address, str(source.initiator), str(source.devices[0].path), user)


backend = IscsiDirect()
