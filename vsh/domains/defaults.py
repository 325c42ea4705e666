"""What libvirt adds to a domain after reading it; a driver has a subclass of ``Defaults`` with
what it adds.

The order is libvirt's, since one step sees what the earlier ones did, and the first problem is
the one reported.
"""

from __future__ import annotations

from vsh.domains import boot_order
from vsh.domains.controllers import _free, _hostdev_controllers
from vsh.domains.defaults_device import STEPS
from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.xml.domain.devices import DEVICES
from vsh.xml.domain.order import sorted_controllers
from vsh.xml.engine.flags import ABI_UPDATE, SKIP_VALIDATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vsh.errors import Error
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.engine.element import Element
    from vsh.xml.engine.raw import Foreign


class Defaults:
    """The defaults that hold for every driver.

    A driver overrides ``basic`` (before anything), ``whole`` (then, the domain), ``device`` (each
    device, before the general defaults of its kind), ``addresses`` (at the end), ``check`` and
    ``check_device``; and says what it can.
    """

    architecture = "x86_64"
    namespace: str | None = None  # the namespace of the driver's own elements; others are dropped
    mac_prefix = (0x52, 0x54, 0x00)
    memory_hotplug = False
    offline_vcpupin = False
    name_slash = False
    individual_vcpus = False
    user_alias = False
    boot_order = True
    net_model_string = False
    disk_descriptors = False
    wide_scsi = False

    def basic(self, domain: Domain) -> None:
        """What a driver does first."""

    def whole(self, domain: Domain, flags: int) -> None:
        """What a driver does to the domain."""

    def device(self, kind: str, device: Element, domain: Domain) -> None:
        """What a driver does to each device; ``kind`` is one of DEVICES."""

    def addresses(self, domain: Domain) -> None:
        """Where a driver puts devices that have no address."""

    def check(self, domain: Domain) -> Iterable[Error]:
        """What a driver refuses in a complete domain; asked before the general checks."""
        return ()

    def check_device(self, kind: str, device: Device, domain: Domain) -> Iterable[Error]:
        """What a driver refuses in a device; asked after the general checks of that device."""
        return ()

    _places: tuple[set[tuple[int, ...]], set[tuple[int, ...]]] | None = None

    def scsi_places(self, domain: Domain) -> tuple[set[tuple[int, ...]], set[tuple[int, ...]]]:
        """The SCSI addresses of disks and those of the host's devices, as numbers; seen once."""
        if self._places is None:
            disks = {
                disk.address.numbers()
                for disk in domain.disks
                if disk.bus == "scsi" and disk.address is not None and disk.address.type == "drive"
            }
            hosts = {
                device.address.numbers()
                for device in domain.hostdevs
                if device.address is not None and device.address.type == "drive"
            }
            self._places = disks, hosts
        return self._places

    _ports: dict[str, int] | None = None

    def next_port(self, kind: str, domain: Domain) -> int:
        """The port above all that devices of a kind have; looked for once in a whole domain."""
        known = None if self._ports is None else self._ports.get(kind)
        if known is None:
            ports = [each.port for each in getattr(domain, kind) if each.port is not None]
            known = max(ports, default=-1)
        if self._ports is not None:
            self._ports[kind] = known + 1
        return known + 1

    def complete(self, domain: Domain, flags: int = 0) -> None:
        """Everything, in order.  Raises the first problem."""
        self._places = None
        self._ports = {}
        try:
            self._complete(domain, flags)
        finally:
            self._ports = None  # devices that come later have the domain as it is then

    def _complete(self, domain: Domain, flags: int) -> None:
        if domain.os.arch is None:
            domain.os.arch = self.architecture
        for interface in domain.interfaces:
            if interface.mac is None:
                from vsh.xml.engine.values import generate_mac

                interface.mac = generate_mac(self.mac_prefix)
        if not self.user_alias:
            for device in domain.devices():
                if domain.id is None:
                    device.__dict__.pop("alias", None)
        own = [e for e in domain.extensions if e.uri == self.namespace]
        domain.extensions = self.own_elements(own) if own else own
        _hostdev_controllers(domain)
        self.basic(domain)
        _controller_indexes(domain)
        self.whole(domain, flags)
        _isa_serials(domain)
        fields = domain.__dict__
        for kind in DEVICES:
            for device in list(fields[kind]) if fields[kind] else ():  # steps may add devices
                self._device(kind, device, domain)
        self._common(domain, flags)
        self.addresses(domain)
        self._features(domain)
        if not flags & SKIP_VALIDATE:
            from vsh.domains.check import check

            for error in self.check(domain):
                raise error
            for error in check(domain, self.check_device):
                raise error

    def own_elements(self, elements: list[Foreign]) -> list[Foreign]:
        """The driver's own elements of a document as they are kept.  Raises what is wrong."""
        return elements

    def one(self, kind: str, device: Device, domain: Domain) -> None:
        """What is added to a single device that comes to a guest later."""
        self._device(kind, device, domain)

    def _device(self, kind: str, device: Device, domain: Domain) -> None:
        self.device(kind, device, domain)
        step = STEPS.get(kind)
        if step is not None:
            step(device, domain, self)
        if kind == "interfaces" and not self.net_model_string:
            from vsh.xml.domain.devices.interface import MODELS

            model = getattr(device, "model", None)
            if model is not None and model not in MODELS:
                raise ConfigUnsupported(f"driver does not support net model '{model}'")
        if kind == "disks" and not self.disk_descriptors:
            source = getattr(device, "source", None)
            if source is not None and source.fdgroup:
                target = getattr(device, "target", None)
                raise ConfigUnsupported(f"driver does not support FD passing for disk '{target}'")

    def _common(self, domain: Domain, flags: int) -> None:
        if domain.os.type == "exe" and not domain.os.init:
            raise XmlError("init binary must be specified")
        _vcpus(domain)
        _memory(domain, flags)
        if domain.os.loader and domain.os.loader_type is None:
            domain.os.loader_type = "rom"
        _unique_controllers(domain)
        models = [panic.model for panic in domain.panics]
        for number, model in enumerate(models):
            if model in models[:number]:
                raise XmlError(f"Multiple panic devices with model '{model or 'default'}'")
        if domain.os.type == "hvm" and self.boot_order:
            boot_order.check(domain)
        for timer in domain.clock.timers:
            for error in timer.complete():
                raise error
        self._implicit(domain)
        self._video(domain)
        # what was added just now has not been seen by the driver
        if domain.serials:
            self._device("serials", domain.serials[0], domain)
        for controller in domain.controllers:
            if (controller.type == "scsi" and controller.model is None) or (
                controller.type == "nvme" and controller.serial is None
            ):
                self._device("controllers", controller, domain)
        for graphics in domain.graphics:
            graphics.complete()
        cpu = domain.cpu
        if cpu is not None and cpu.mode == "custom" and not cpu.model and cpu.check_mode:
            raise ConfigUnsupported("check attribute specified for CPU with no model")

    def _implicit(self, domain: Domain) -> None:
        from vsh.domains.implicit import add_consoles, add_controllers

        add_consoles(domain)
        add_controllers(domain)

    def _video(self, domain: Domain) -> None:
        if not domain.videos:
            return
        first = domain.videos[0]
        if first.type == "none":
            from vsh.xml.domain.devices.video import Video

            domain.videos[0] = Video(type="none", alias=first.alias)
        else:
            first.primary = True
            self._device("videos", first, domain)

    def _features(self, domain: Domain) -> None:
        if not self.memory_hotplug:
            if domain.max_memory or domain.memory_slots:
                raise ConfigUnsupported(
                    "memory hotplug tunables <maxMemory> are not supported by this hypervisor "
                    "driver"
                )
            if domain.memory_devices:
                raise ConfigUnsupported("memory devices are not supported by this driver")
        if not self.name_slash and domain.name and "/" in domain.name:
            raise XmlError(f"name {domain.name} cannot contain '/'")
        if not self.individual_vcpus and domain.vcpu_list:
            raise ConfigUnsupported("individual CPU state configuration is not supported")


def _controller_indexes(domain: Domain) -> None:
    sort = False
    free: dict[str, Iterator[int]] = {}
    last = None  # the USB controller before
    usb = {(c.index, c.model) for c in domain.controllers if c.type == "usb"}
    for number, controller in enumerate(domain.controllers):
        if controller.index is None:
            companion = bool(number) and controller.is_usb2()
            sort = sort or companion
            together = companion and last is not None and last.is_usb2()
            if last is not None and together and (last.index, controller.model) not in usb:
                controller.index = last.index
            else:
                if controller.type not in free:
                    free[controller.type] = _free(domain, controller.type)
                controller.index = next(free[controller.type])
        if controller.type == "usb":
            last = controller
            usb.add((controller.index, controller.model))
    if sort and domain.newest:
        domain.controllers = sorted_controllers(domain.controllers)


def _isa_serials(domain: Domain) -> None:
    used: set[int] = set()
    ports = [serial for serial in domain.serials if serial.target_type == "isa-serial"]
    for number, serial in enumerate(ports):
        if number >= 4 or (serial.port or 0) >= 4:
            raise InternalError("Maximum supported number of ISA serial ports is '4'")
        if serial.port is not None:
            if serial.port in used:
                raise InternalError(f"target port '{serial.port}' already allocated")
            used.add(serial.port)
    for serial in ports:
        if serial.port is None:
            serial.port = next(number for number in range(4) if number not in used)
            used.add(serial.port)


def _vcpus(domain: Domain) -> None:
    for vcpu in domain.vcpu_list:
        if vcpu.hotpluggable is None:
            vcpu.hotpluggable = not vcpu.enabled
        elif not vcpu.hotpluggable and not vcpu.enabled:
            raise ConfigUnsupported(f"vcpu '{vcpu.id}' is both offline and not hotpluggable")


def _memory(domain: Domain, flags: int) -> None:
    hotplug = sum(device.size for device in domain.memory_devices)
    cells = domain.cpu.numa.cells if domain.cpu is not None and domain.cpu.numa is not None else []
    total = domain.memory or 0
    free = not total or flags & ABI_UPDATE
    numa = sum(cell.memory or 0 for cell in cells) if free else 0
    if numa:
        total = numa + hotplug
    elif hotplug > total:
        raise XmlError("Total size of memory devices exceeds the total memory size")
    if total == hotplug:
        raise XmlError("Memory size must be specified via <memory> or in the <numa> configuration")
    domain.memory = total
    if not domain.current_memory or domain.current_memory > total:
        domain.current_memory = total
    if not domain.newest and bool(domain.max_memory) != bool(domain.memory_slots):
        raise XmlError("both maximum memory size and memory slot count must be specified")
    if not domain.max_memory and domain.memory_slots:
        raise XmlError(
            "maximum memory size must be specified when specifying number of memory slots"
        )
    if domain.max_memory and domain.max_memory < total:
        raise XmlError("maximum memory size must be equal or greater than the actual memory size")
    backing = domain.memory_backing
    if backing is not None and not cells:
        for page in backing.pages:
            if page.nodeset and page.nodeset == "0":
                page.nodeset = None


def _unique_controllers(domain: Domain) -> None:
    seen = set()
    for controller in domain.controllers:
        key = (controller.type, controller.index)
        if controller.type != "usb" and key in seen:
            raise XmlError(f"Multiple '{key[0]}' controllers with index '{key[1]}'")
        seen.add(key)
