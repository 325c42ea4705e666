"""Pools of type vstorage: a cluster of Virtuozzo storage, mounted on a folder."""

from __future__ import annotations

import os

from vsh.drivers.host.pool.backend import source_of
from vsh.drivers.host.pool.types.dir import MODE
from vsh.drivers.host.pool.types.fs import Mounted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.pool.contents import Contents


class Vstorage(Mounted):
    """A cluster."""

    needs = ("vstorage-mount",)
    builds = 0
    building = "virStorageBackendVzPoolBuild"

    def mounted_from(self, pool: Contents) -> str:
        return f"vstorage://{source_of(pool.definition).name}"

    def mount(self, pool: Contents) -> list[str]:
        import grp
        import pwd

        target = pool.definition.target
        wanted = None if target is None else target.permissions
        mode, owner, group = MODE, os.geteuid(), os.getegid()
        if wanted is not None:
            mode = mode if wanted.mode is None else wanted.mode
            owner = owner if wanted.owner is None else wanted.owner
            group = group if wanted.group is None else wanted.group
        return [
            "vstorage-mount", "-c", str(source_of(pool.definition).name), pool.path,
            "-m", f"{mode:o}", "-g", grp.getgrgid(group).gr_name, "-u", pwd.getpwuid(owner).pw_name,
        ]  # fmt: skip


backend = Vstorage()
