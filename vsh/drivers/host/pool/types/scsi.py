"""Pools of type scsi: the disks behind a SCSI or Fibre Channel host adapter, as sysfs has them."""

from __future__ import annotations

import os

from vsh.drivers.host.pool import devices
from vsh.drivers.host.pool.backend import Backend, source_of
from vsh.drivers.host.volume import files
from vsh.errors import (
    ConfigUnsupported,
    Error,
    InternalError,
    InvalidArgument,
    SystemFailure,
    XmlError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.pool.pools import Pool
    from vsh.xml.storage.pool import Adapter
    from vsh.xml.storage.volume import StorageVolume

_DISK, _ROM = "0", "5"


class Devices(Backend):
    """Devices of the kernel: nothing is made or removed here."""

    system = "/sys"

    def listed(self, pool: Pool, host: int) -> dict[str, StorageVolume | None]:
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

    def _volume(self, pool: Pool, unit: str, place: list[str]) -> StorageVolume | None:
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

    def update(self, pool: Pool, volume: StorageVolume) -> None:
        files.measure(volume)


class Scsi(Devices):
    """What is behind an adapter of this machine."""

    function = "virStorageBackendSCSI"

    def is_there(self, pool: Pool) -> bool:
        try:
            return os.path.exists(f"{self.system}/class/scsi_host/host{self._number(pool)}")
        except Error:
            return False

    def start(self, pool: Pool) -> None:
        adapter = source_of(pool.definition).adapter
        if adapter is not None and adapter.type == "fc_host" and self._fibre(adapter) is None:
            raise ConfigUnsupported(
                f"no host adapter with wwnn='{adapter.wwnn}', wwpn='{adapter.wwpn}' is here",
                hint="create the virtual port by nodedev-create first",
            )

    def look(self, pool: Pool) -> dict[str, StorageVolume | None]:
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

    def _number(self, pool: Pool) -> int:
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
        wanted = [str(each).removeprefix("0x") for each in (adapter.wwnn, adapter.wwpn)]
        for name in sorted(os.listdir(base)) if os.path.isdir(base) else ():
            found = [_word(f"{base}/{name}/{each}") for each in ("node_name", "port_name")]
            if [str(each).removeprefix("0x") for each in found] == wanted:
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
