"""<controller>: a bus of the guest."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlError
from vsh.xml.domain.devices._info import Device, virtio
from vsh.xml.domain.devices.disk import IoThread
from vsh.xml.engine.field import Choice, Int, Present, Switch, Text
from vsh.xml.engine.flags import INACTIVE, MIGRATABLE
from vsh.xml.engine.structure import Children
from vsh.xml.engine.text import INT_MAX, ULONG_MAX
from vsh.xml.engine.values import Scaled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

TYPES = (
    "ide",
    "fdc",
    "scsi",
    "sata",
    "virtio-serial",
    "ccid",
    "usb",
    "pci",
    "xenbus",
    "isa",
    "nvme",
)
MODELS = {
    "pci": ("pci-root", "pcie-root", "pci-bridge", "dmi-to-pci-bridge", "pcie-to-pci-bridge",
            "pcie-root-port", "pcie-switch-upstream-port", "pcie-switch-downstream-port",
            "pci-expander-bus", "pcie-expander-bus"),
    "scsi": ("auto", "buslogic", "lsilogic", "lsisas1068", "vmpvscsi", "ibmvscsi", "virtio-scsi",
             "lsisas1078", "virtio-transitional", "virtio-non-transitional", "ncr53c90", "dc390",
             "am53c974"),
    "usb": ("piix3-uhci", "piix4-uhci", "ehci", "ich9-ehci1", "ich9-uhci1", "ich9-uhci2",
            "ich9-uhci3", "vt82c686b-uhci", "pci-ohci", "nec-xhci", "qusb1", "qusb2", "qemu-xhci",
            "none"),
    "ide": ("piix3", "piix4", "ich6"),
    "virtio-serial": ("virtio", "virtio-transitional", "virtio-non-transitional"),
}  # fmt: skip
PCI_NAMES = (
    "pci-bridge", "i82801b11-bridge", "ioh3420", "x3130-upstream", "xio3130-downstream", "pxb",
    "pxb-pcie", "pcie-root-port", "spapr-pci-host-bridge", "pcie-pci-bridge",
)  # fmt: skip
USB2 = ("ich9-ehci1", "ich9-uhci1", "ich9-uhci2", "ich9-uhci3")
_MASTER_PORTS = {"ich9-uhci1": 0, "ich9-uhci2": 2, "ich9-uhci3": 4}


class Controller(Device, tag="controller"):
    """One controller of a domain."""

    type = Choice[str]("@type", TYPES, default="ide", needed=True)
    index = Int("@index", 0, INT_MAX, after="model")
    model = Text("@model")
    ports = Int("@ports", 0, INT_MAX, after="address")
    vectors = Int("@vectors", 0, INT_MAX, after="address")
    max_grant_frames = Int("@maxGrantFrames", 0, INT_MAX, after="address")
    max_event_channels = Int("@maxEventChannels", 0, INT_MAX, after="address")
    serial = Text("serial", after="address")
    model_name = Choice("model/@name", PCI_NAMES, none="none", needed=True)
    chassis_number = Int("target/@chassisNr", 0, INT_MAX, base=0)
    chassis = Int("target/@chassis", 0, INT_MAX, base=0)
    port = Int("target/@port", 0, INT_MAX, base=0, form="0x{:x}")
    bus_number = Int("target/@busNr", 0, INT_MAX, base=0)
    target_index = Int("target/@index", 0, INT_MAX, base=0, after="hotplug")
    hotplug = Switch("target/@hotplug")
    mem_reserve = Int("target/@memReserve", 0, ULONG_MAX, base=0, nonzero=True)
    numa_node = Int("target/node", 0, INT_MAX, wrong=(XmlError, "invalid NUMA node in target"))
    queues = Int("driver/@queues", skip=0, after="model")
    cmd_per_lun = Int("driver/@cmd_per_lun", skip=0, after="model")
    max_sectors = Int("driver/@max_sectors", skip=0, after="model")
    ioeventfd = Switch("driver/@ioeventfd", after="model")
    iothread = Int("driver/@iothread", skip=0, after="model")
    iommu, ats, packed, page_per_vq, has_driver = virtio(after="iothreads")
    iothreads = Children(IoThread, "driver/iothreads/iothread", after="model")
    alias = Device.fields["alias"]
    master_given = Present("master", when=lambda controller: False)
    master_startport = Device.fields["master_startport"]
    acpi_index = Device.fields["acpi_index"]
    acpi_nodeset = Device.fields["acpi_nodeset"]
    address = Device.fields["address"]
    pcihole64 = Scaled("pcihole64", xpath="./pcihole64")

    once = {
        name: (XmlError, f"Multiple <{name}> elements in controller definition not allowed")
        for name in ("model", "target")
    }

    @classmethod
    def form(cls, element: _Element) -> Iterable[str]:
        """Which models there are depends on the type."""
        kind, model = element.get("type", "ide"), element.get("model")
        if model is None:
            if kind == "pci":
                yield "Missing required attribute 'model' in element 'controller'"
        elif model not in MODELS.get(kind, ()):
            yield f"Unknown model type '{model}'"

    def read_device(self, reading: Reading) -> Found:
        kind = self.type
        if self.model is not None and self.model not in MODELS.get(kind, ()):
            yield "model", ConfigUnsupported(f"Unknown model type '{self.model}'")
        if kind != "pci":
            self.drop("model_name", "chassis_number", "chassis", "port", "bus_number",
                      "target_index", "hotplug", "mem_reserve", "numa_node",
                      "pcihole64")  # fmt: skip
        elif self.model not in ("pci-root", "pcie-root"):
            self.drop("pcihole64")
        if kind != "virtio-serial":
            self.drop("vectors")
        if kind != "nvme":
            self.drop("serial")
        if kind not in ("virtio-serial", "usb"):
            self.forget("ports")
        if kind != "xenbus":
            self.drop("max_grant_frames", "max_event_channels")
        if kind == "usb":
            if self.model == "none":
                self.drop("address", "master_startport", "acpi_index")
                if reading.flags & INACTIVE:
                    self.drop("alias")
            if self.master_startport is None and self.model != "none":
                own = _MASTER_PORTS.get(str(self.model))
                self.master_startport = 0 if self.master_given else own

    def complete(self) -> Iterable[Error]:
        """Problems that libvirt finds after reading."""
        if self.iothread and self.model not in (
            "virtio-scsi",
            "virtio-transitional",
            "virtio-non-transitional",
        ):
            yield XmlError("'iothread' attribute only supported for virtio scsi controllers")

    def is_usb2(self) -> bool:
        """Whether it is a part of a USB 2 controller."""
        return self.type == "usb" and self.model in USB2

    def view(self, flags: int) -> Controller:
        """For migration without what old versions do not know."""
        if (
            flags & MIGRATABLE
            and self.model == "pci-root"
            and self.model_name == "spapr-pci-host-bridge"
        ):
            import copy

            twin = copy.copy(self)
            twin.model_name = None
            return twin
        return self
