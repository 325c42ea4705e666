"""The order in which a guest's devices are booted from: each number once, and no <boot> in <os>."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.engine.element import Element


def check(definition: Domain) -> None:
    """Of all devices of a guest; one with no order at all boots from its disks.

    Raises ConfigUnsupported.
    """
    from vsh.xml.domain.os import Boot

    orders = set()
    for device in definition.devices():
        order = getattr(device, "boot_order", None)
        if not order or not device.takes_boot:  # type: ignore[attr-defined]
            continue
        if order in orders:
            raise ConfigUnsupported(f"boot order '{order}' used for more than one device")
        orders.add(order)
    if definition.os.boot and orders:
        raise _both()
    if not definition.os.boot and not orders:
        definition.os.boot = [Boot(dev="hd")]


def check_one(definition: Domain, device: Element, old: Element | None) -> None:
    """Of a device that a guest is given, in the place of an old one.  Raises ConfigUnsupported."""
    order = getattr(device, "boot_order", None)
    if not order:
        return
    if definition.os.boot:
        raise _both()
    for other in definition.devices():
        if other is not old and getattr(other, "boot_order", None) == order:
            raise ConfigUnsupported(f"boot order {order} is already used by another device")


def _both() -> ConfigUnsupported:
    return ConfigUnsupported(
        "per-device boot elements cannot be used together with os/boot elements"
    )
