"""Volumes of this root's storage pools, for disks that are on one."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InvalidArgument
from vsh.hypervisors.qemu.argv.host import Volume
from vsh.xml.shared.image import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.hypervisor import Hypervisor

_ISCSI = 3260


def find(hypervisor: Hypervisor, pool: str | None, name: str | None) -> Volume:
    """A volume as its pool knows it; a disk whose source is said in other words has neither.

    Raises NoStoragePool, NoStorageVolume, ConfigUnsupported where the pool is not active.
    """
    if pool is None or name is None:
        raise InvalidArgument.whole("name in virStoragePoolLookupByName must not be NULL")
    if not hypervisor.pools.called(pool).active:
        raise ConfigUnsupported(f"storage pool '{pool}' containing volume '{name}' is not active")
    with hypervisor.pools.running(pool) as held:
        volume, definition = held.volume(name), held.definition
        source = definition.source
        return Volume(
            "file" if volume.type == "ploop" else str(volume.type),
            held.path_of(name),
            str(definition.type),
            hosts=[Host(name=host.name, port=host.port or _ISCSI) for host in source.hosts],
            target=str(source.devices[0].path) if source.devices else None,
            auth=source.auth,
        )
