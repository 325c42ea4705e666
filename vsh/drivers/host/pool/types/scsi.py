"""Pools of type scsi: the disks behind a SCSI or Fibre Channel host adapter, as sysfs has them."""

from __future__ import annotations

import os
import time

from vsh.drivers.host.pool import devices
from vsh.drivers.host.pool.backend import Backend, source_of
from vsh.drivers.host.volume import files
from vsh.errors import Error, InternalError, InvalidArgument, SystemFailure, XmlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.pool.contents import Contents
    from vsh.xml.storage.pool import Adapter
    from vsh.xml.storage.volume import StorageVolume

_DISK, _ROM = "0", "5"
WAIT = 60.0
"""Seconds that a virtual port has to come up, as libvirt gives it."""


class Devices(Backend):
    """Devices of the kernel: nothing is made or removed here."""

    system = "/sys"

    def listed(self, pool: Contents, host: int) -> dict[str, StorageVolume | None]:
        """The disks behind a host adapter, by name; the pool's sizes are theirs.  Raises Error."""
        found: dict[str, StorageVolume | None] = {}
        definition = pool.definition
        definition.capacity = definition.allocation = definition.available = 0
        base = f"{self.system}/bus/scsi/devices"
        try:
            names = sorted(os.listdir(base))
        except OSError as error:
            raise SystemFailure(f"cannot open directory '{base}': {error.strerror}") from None
        for name in names:
            parts = name.split(":")
            if len(parts) != 4 or parts[0] != str(host):
                continue
            volume = self._volume(pool, f"{base}/{name}", parts[1:])
            if volume is not None:
                found[str(volume.name)] = volume
                definition.capacity += volume.capacity or 0
                definition.allocation += volume.allocation or 0
        return found

    def _volume(self, pool: Contents, unit: str, place: list[str]) -> StorageVolume | None:
        """The disk of one unit; None for a tape or what cannot be opened."""
        if _word(f"{unit}/type") not in (_DISK, _ROM):
            return None
        try:
            names = os.listdir(f"{unit}/block")
        except FileNotFoundError:
            return None
        folder = pool.path
        if not folder.startswith("/dev"):
            raise InvalidArgument(f"unable to use target path '{folder}' for dev '{names[0]}'")
        path = devices.stable_path(folder, f"/dev/{names[0]}")
        if path is None:
            return None
        made = devices.volume("unit:" + ":".join(place), path)
        try:
            files.measure(made)
        except files.NotAVolume:
            return None
        made.key = _serial(unit) or path
        return made

    def update(self, pool: Contents, volume: StorageVolume) -> None:
        files.measure(volume)


class Scsi(Devices):
    """What is behind an adapter of this machine."""

    function = "virStorageBackendSCSI"

    def is_there(self, pool: Contents) -> bool:
        try:
            return os.path.exists(f"{self.system}/class/scsi_host/host{self._number(pool)}")
        except Error:
            return False

    def start(self, pool: Contents) -> None:
        adapter = source_of(pool.definition).adapter
        if adapter is not None and adapter.type == "fc_host" and self._fibre(adapter) is None:
            self._make_port(adapter)

    def stop(self, pool: Contents) -> None:
        adapter = source_of(pool.definition).adapter
        if adapter is None or adapter.type != "fc_host" or not adapter.managed:
            return
        if self._fibre(adapter) is not None:
            self._tell(self._parent(adapter), "vport_delete", adapter)

    def _make_port(self, adapter: Adapter) -> None:
        """Have the kernel make the virtual port that a pool is of.  Raises Error."""
        parent, until = self._parent(adapter), time.monotonic() + WAIT
        self._tell(parent, "vport_create", adapter)
        while self._fibre(adapter) is None:
            if time.monotonic() > until:
                raise InternalError(f"the virtual port of {parent} did not come up")
            time.sleep(0.05)

    def _tell(self, host: str, file: str, adapter: Adapter) -> None:
        path = f"{self.system}/class/fc_host/{host}/{file}"
        text = ":".join(str(each).removeprefix("0x") for each in (adapter.wwpn, adapter.wwnn))
        try:
            with open(path, "w", encoding="ascii") as out:
                out.write(text)
        except OSError as error:
            raise SystemFailure(
                f"Write of '{text}' to '{path}' during vport create/delete failed: {error.strerror}"
            ) from None

    def _parent(self, adapter: Adapter) -> str:
        """The adapter that a virtual port is of: the one that is named, or the first that can.

        Raises XmlError.
        """
        base = f"{self.system}/class/fc_host"
        names = sorted(os.listdir(base)) if os.path.isdir(base) else []
        able = [name for name in names if os.path.exists(f"{base}/{name}/vport_create")]
        if adapter.parent is not None:
            wanted = adapter.parent.removeprefix("scsi_")
            if wanted not in able:
                raise XmlError(f"parent '{adapter.parent}' specified for vHBA does not exist")
            return wanted
        files: tuple[str, ...] = ()
        names_of: tuple[str | None, ...] = ()
        if adapter.parent_wwnn is not None:
            files, names_of = ("node_name", "port_name"), (adapter.parent_wwnn, adapter.parent_wwpn)
            missing = "cannot find parent using provided wwnn/wwpn"
        elif adapter.parent_fabric_wwn is not None:
            files, names_of = ("fabric_name",), (adapter.parent_fabric_wwn,)
            missing = "cannot find parent using provided fabric_wwn"
        else:
            missing = "'parent' for vHBA not specified, and cannot find one on this host"
        for name in able:
            if _same(tuple(_word(f"{base}/{name}/{each}") for each in files), names_of):
                return name
        raise XmlError(missing)

    def look(self, pool: Contents) -> dict[str, StorageVolume | None]:
        number = self._number(pool)
        trigger = f"{self.system}/class/scsi_host/host{number}/scan"
        try:
            with open(trigger, "w", encoding="ascii") as file:
                file.write("- - -")
        except OSError as error:
            raise SystemFailure(
                f"Could not open '{trigger}' to trigger host scan: {error.strerror}"
            ) from None
        return self.listed(pool, number)

    def _number(self, pool: Contents) -> int:
        """The number of the pool's adapter.  Raises Error."""
        adapter = source_of(pool.definition).adapter
        assert adapter is not None
        name = adapter.name
        if adapter.type == "fc_host":
            name = self._fibre(adapter)
            if name is None:
                raise XmlError(
                    f"Failed to find SCSI host with wwnn='{adapter.wwnn}', wwpn='{adapter.wwpn}'"
                )
        elif adapter.parent_address is not None:
            name = self._at_address(adapter)
        digits = str(name).removeprefix("scsi_").removeprefix("fc_").removeprefix("host")
        if not digits.isdecimal():
            raise InternalError(f"Invalid adapter name '{name}' for SCSI pool")
        return int(digits)

    def _fibre(self, adapter: Adapter) -> str | None:
        """The name of the Fibre Channel host that has the adapter's names."""
        base = f"{self.system}/class/fc_host"
        wanted = (adapter.wwnn, adapter.wwpn)
        for name in sorted(os.listdir(base)) if os.path.isdir(base) else ():
            found = (_word(f"{base}/{name}/node_name"), _word(f"{base}/{name}/port_name"))
            if _same(found, wanted):
                return name
        return None

    def _at_address(self, adapter: Adapter) -> str:
        """The name of the host adapter at a PCI address, with its number there."""
        parent = adapter.parent_address
        assert parent is not None
        place = parent.address
        assert place is not None
        numbers = [int(each or 0) for each in (place.domain, place.bus, place.slot, place.function)]
        address = "{:04x}:{:02x}:{:02x}.{:x}".format(*numbers)
        base = f"{self.system}/class/scsi_host"
        for name in sorted(os.listdir(base)) if os.path.isdir(base) else ():
            here = address in os.path.realpath(f"{base}/{name}").split("/")
            if here and _word(f"{base}/{name}/unique_id") == str(parent.unique_id):
                return name
        raise XmlError(
            f"Failed to find scsi_host using PCI '{address}' and unique_id='{parent.unique_id}'"
        )


def _same(names: tuple[str | None, ...], others: tuple[str | None, ...]) -> bool:
    """Whether world wide names are the same, however they are written."""
    pairs = zip(names, others, strict=True)
    return all(str(one).removeprefix("0x") == str(other).removeprefix("0x") for one, other in pairs)


def _word(path: str) -> str | None:
    """What a file of sysfs says; None where there is none."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return None


def _serial(unit: str) -> str | None:
    """The unit's identification, from its page 0x83, as scsi_id(8) prints it."""
    try:
        with open(f"{unit}/vpd_pg83", "rb") as file:
            page = file.read()
    except OSError:
        return None
    at = 4
    while at + 4 <= len(page):
        kind, length = page[at + 1] & 0x3F, page[at + 3]
        if kind == 3:  # a name of NAA: of the logical unit
            return f"3{page[at + 4 : at + 4 + length].hex()}"
        at += 4 + length
    return None


backend = Scsi()
