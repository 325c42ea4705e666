"""What the test driver adds to a domain that it reads."""

from __future__ import annotations

from vsh.domains.defaults import Defaults
from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import Error
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.engine.element import Element


class TestDefaults(Defaults):
    """A 32-bit PC; its graphics card follows from the kind of guest."""

    __test__ = False  # pytest: not a case
    architecture = "i686"
    memory_hotplug = True
    offline_vcpupin = True
    individual_vcpus = True
    user_alias = True
    net_model_string = True

    def device(self, kind: str, device: Element, domain: Domain) -> None:
        if kind != "videos":
            return
        from vsh.xml.domain.devices.video import Video

        if isinstance(device, Video) and device.type is None:
            if domain.os.type in {"xen", "linux"}:
                device.type = "xen"
            elif (domain.os.arch or "").startswith("ppc64"):
                device.type = "vga"
            else:
                device.type = "cirrus"

    def check_device(self, kind: str, device: Device, domain: Domain) -> Iterable[Error]:
        if kind != "interfaces":
            return ()
        from vsh.domains.check_interface import check_vlan
        from vsh.xml.domain.devices.interface import Interface

        return check_vlan(device) if isinstance(device, Interface) else ()

    def one(self, kind: str, device: Device, domain: Domain) -> None:
        """What is added to a single device that comes to a guest later."""
        from vsh.xml.domain.devices.controller import Controller
        from vsh.xml.domain.devices.interface import Interface

        if isinstance(device, Interface) and device.mac is None:
            from vsh.xml.engine.values import generate_mac

            device.mac = generate_mac(self.mac_prefix)
        if isinstance(device, Controller) and device.index is None:
            from vsh.domains.controllers import next_index

            device.index = next_index(domain, device.type)
        self._device(kind, device, domain)


_MOST_CARDS = 1024


def name_interfaces(domain: Domain) -> None:
    """Give network cards without a device on the host the next free name: ``testnet0`` ..."""
    used = {interface.target for interface in domain.interfaces}
    free = (name for name in (f"testnet{n}" for n in range(_MOST_CARDS)) if name not in used)
    for interface in domain.interfaces:
        if interface.target is None:
            interface.target = next(free, None)
            if interface.target is None:
                raise InternalError(f"Exceeded max iface limit {_MOST_CARDS}")
