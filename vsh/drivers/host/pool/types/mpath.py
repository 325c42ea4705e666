"""The pool of type mpath: the multipath devices of this machine, as sysfs has them."""

from __future__ import annotations

import os

from vsh.drivers.host.pool import devices
from vsh.drivers.host.pool.types.scsi import Devices
from vsh.drivers.host.volume import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.pool.contents import Contents
    from vsh.xml.storage.volume import StorageVolume


class Multipath(Devices):
    """Every multipath map."""

    function = "virStorageBackendMpath"

    def is_there(self, pool: Contents) -> bool:
        """Always: a host whose kernel has made no map yet has none, not even a folder for them."""
        return True

    def look(self, pool: Contents) -> dict[str, StorageVolume | None]:
        found: dict[str, StorageVolume | None] = {}
        definition = pool.definition
        definition.capacity = definition.allocation = definition.available = 0
        base = f"{self.system}/block"
        for name in sorted(os.listdir(base)):
            # a map's UUID begins with who made it
            if not _line(f"{base}/{name}/dm/uuid").startswith("mpath-"):
                continue
            made = devices.volume(name, f"/dev/mapper/{_line(f'{base}/{name}/dm/name')}")
            files.measure(made)
            found[name] = made
            definition.capacity += made.capacity or 0
            definition.allocation += made.allocation or 0
        return found


def _line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""


backend = Multipath()
