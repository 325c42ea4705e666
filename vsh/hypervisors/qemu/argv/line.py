"""One command line under construction: its words, and what all parts need to know."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.qemu.argv.aliases import aliases
from vsh.hypervisors.qemu.argv.properties import given, pairs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.backend import Backend
    from vsh.hypervisors.qemu.argv.host import Host
    from vsh.hypervisors.qemu.argv.overrides import Overrides
    from vsh.hypervisors.qemu.argv.properties import Properties, Value
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device


class Line:
    """The words so far, for one guest on one QEMU and host.

    boot  the places in the boot order, by the identity of the device
    """

    def __init__(self, domain: Domain, can: Capabilities, host: Host) -> None:
        from vsh.hypervisors.qemu.argv.boot_order import boot_indexes
        from vsh.hypervisors.qemu.argv.overrides import overrides

        self.domain = domain
        self.can = can
        self.host = host
        self.words: list[str] = []
        self.aliases = aliases(domain)
        self.boot = boot_indexes(domain)
        self.overrides: Overrides = overrides(domain)
        self.nodes = 0
        self.descriptors = 0
        self.flash: list[str] = []  # the nodes of firmware and its variables
        self.prealloc = False
        self.by_iommufd = False
        self.plugged: Device | None = None  # what this is for, where it comes to a guest that runs
        self.json_device = can.command("device_add/$json-cli-hotplug")
        self.json_object = can.command("object-add/arg-type/qom-type/^secret")
        self.json_netdev = can.command("netdev_add/arg-type/type/^dgram")

    @property
    def folder(self) -> str:
        """The guest's own folder."""
        return self.host.folder(self.domain)

    def file_set(self, node: int) -> int:
        """The number of a set of open files, the next one; ``node``: the block node they are of."""
        self.descriptors += 1
        return self.descriptors - 1

    def add_file(self, number: int, descriptor: int, name: str) -> None:
        """An open file, for a set of such."""
        self.add("-add-fd", f"set={number},fd={descriptor},opaque={name}")

    def add(self, *words: str) -> None:
        """Words as they are."""
        self.words += words

    def json(self, option: str, properties: Properties) -> None:
        """An option whose value is always JSON."""
        self.add(option, _json(given(properties)))

    def device(self, properties: Properties) -> None:
        """A device of the guest."""
        found = self.overrides.changed(given(properties))
        self._object("-device", "driver", found, self.json_device)

    def add_object(self, kind: str, name: str, properties: Properties) -> None:
        """An object of QEMU's that no guest sees."""
        found = given({"qom-type": kind, "id": name, **properties})
        self._object("-object", "qom-type", found, self.json_object)

    def add_iommufd(self, group: str | None) -> None:
        """What devices of the host are handed over by, once.  ``group``: who has opened it."""
        if not self.by_iommufd:
            self.by_iommufd = True
            self.add_object("iommufd", "iommufd0", {"fd": self.host.iommufd(group)})

    def chardev(self, backend: Backend, *, tls: bool) -> None:
        """The host's side of a character device; ``tls``: with credentials of its own name."""
        from vsh.hypervisors.qemu.argv.backend import as_words

        self.add("-chardev", as_words(backend, tls=tls))

    def netdev(self, properties: Properties) -> None:
        """The host's side of a network card."""
        self._object("-netdev", "type", given(properties), self.json_netdev)

    def _object(self, option: str, first: str, properties: Properties, as_json: bool) -> None:
        self.add(option, _json(properties) if as_json else pairs(properties, first))

    def alias(self, device: object) -> str:
        """The name of a device."""
        return self.aliases[id(device)]

    def zpci(self, device: Device) -> None:
        """What a mainframe's PCI device needs beside itself."""
        address = device.address
        if address is None or address.type != "pci" or address.zpci_uid is None:
            return
        self.device({
            "driver": "zpci", "uid": address.zpci_uid, "fid": address.zpci_fid or 0,
            "target": self.alias(device), "id": f"zpci{address.zpci_uid}",
        })  # fmt: skip

    def node(self) -> int:
        """The number of the next block node."""
        self.nodes += 1
        return self.nodes

    def skip_nodes(self, count: int) -> None:
        """Leave numbers of block nodes to disks that are not there."""
        self.nodes += count

    def unhandled(self, what: str) -> ConfigUnsupported:
        """The error for a part of a document that no command line is known for."""
        return ConfigUnsupported(f"{what} is not supported by this QEMU driver")


def _json(properties: Properties) -> str:
    import json

    return json.dumps(properties, separators=(",", ":"), ensure_ascii=False)


def number(value: Value | object) -> int:
    """A number of an address, which may be text."""
    return int(str(value), 0) if value is not None else 0
