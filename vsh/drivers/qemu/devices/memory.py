"""Memory devices of a guest that runs: where QEMU put them, and how much the guest has."""

from __future__ import annotations

import contextlib

from vsh.drivers.qemu.monitor import CommandRefused
from vsh.hypervisors.qemu.machine import is_modern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.qmp.value import Ask
    from vsh.xml.domain import Domain


def refresh(definition: Domain, ask: Ask) -> None:
    """Take note of where memory devices are, and of the balloon."""
    told = ask("query-memory-devices") if definition.memory_devices else []
    known = {}
    for each in told if isinstance(told, list) else ():
        data = each.get("data") if isinstance(each, dict) else None
        if isinstance(data, dict):
            known[data.get("id")] = data
    for device in definition.memory_devices:
        data = known.get(device.alias)
        if data is None:
            continue
        if device.address is not None and device.address.type == "dimm":
            device.address.base = int(str(data["addr"]))
        if device.model == "virtio-mem":
            device.current = int(str(data["size"])) // 1024
        if device.model in ("virtio-mem", "virtio-pmem") and is_modern(definition):
            device.base = int(str(data["memaddr"]))
    refresh_balloon(definition, ask)


def refresh_balloon(definition: Domain, ask: Ask) -> None:
    """Take note of how much memory the guest has."""
    with contextlib.suppress(CommandRefused):
        balloon = ask("query-balloon")
        if isinstance(balloon, dict):
            note_balloon(definition, int(str(balloon["actual"])) // 1024)
            return
    definition.current_memory = definition.memory


def note_balloon(definition: Domain, actual: int) -> None:
    """A balloon leaves so much of a guest's memory, in KiB, which is without that of virtio-mem."""
    definition.current_memory = actual + sum(
        device.current or 0 for device in definition.memory_devices if device.model == "virtio-mem"
    )
