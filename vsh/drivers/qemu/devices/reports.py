"""What a QEMU says by itself of its guest's devices that stay, or change their size."""

from __future__ import annotations

from vsh.drivers.qemu.telling import tell
from vsh.qmp.value import integer, struct, text
from vsh.words.event_id import DomainEventID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.qmp.value import Struct

_RECIPIENTS = ("hypervisor", "guest")
_ACTIONS = ("ignore", "inject", "fatal", "reset")
_EJECTIONS = (0x3, 0x103)
_FAILED, _IN_USE = 1, range(0x80, 0x84)
"""What a guest's ACPI says of ejections (ACPI 6.3.5, _OST)."""


def told_by_acpi(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    """How a guest got on with what its firmware asked of it; memory that it keeps is refused."""
    told = struct(data.get("info"))
    status = integer(told["status"])
    failed = status == _FAILED or status in _IN_USE
    if told.get("slot-type") == "DIMM" and told["source"] in _EJECTIONS and failed:
        stayed(hypervisor, guest, told)


def stayed(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    """The guest does not let go of a device."""
    alias = text(data.get("device"), "") or text(data.get("path"), "").rpartition("/")[2]
    if not alias:
        return
    if guest.run is not None:
        guest.run.refused.add(alias)
        guest.run.unplugging.discard(alias)
    tell(hypervisor, guest, DomainEventID.DEVICE_REMOVAL_FAILED, alias)


def memory_size(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    """A guest took more of its virtio memory, or gave some back."""
    for device in guest.definition.memory_devices:
        if device.alias == data.get("id"):
            device.current = integer(data["size"]) // 1024
            tell(
                hypervisor,
                guest,
                DomainEventID.MEMORY_DEVICE_SIZE_CHANGE,
                device.alias,
                device.current,
            )
            hypervisor.guests.note(guest)


def memory_failed(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    """Memory of the host failed under a guest; what QEMU has no libvirt's word for is not told."""
    whom, what = str(data.get("recipient")), str(data.get("action"))
    if whom not in _RECIPIENTS or what not in _ACTIONS:
        return
    known = struct(data.get("flags") or {})
    flags = 0
    for number, name in enumerate(("action-required", "recursive")):
        flags |= bool(known.get(name)) << number
    numbers = _RECIPIENTS.index(whom), _ACTIONS.index(what)
    tell(hypervisor, guest, DomainEventID.MEMORY_FAILURE, *numbers, flags)
