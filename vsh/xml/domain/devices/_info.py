"""What all devices have: an alias, an address, a place in the boot order, an option ROM."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Flag, Int, Present, Switch, Text
from vsh.xml.engine.problem import Problem
from vsh.xml.engine.structure import Child
from vsh.xml.engine.values import NumberSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain.devices.address import Address
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

_USER_ALIAS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz-", "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")


def is_user_alias(alias: str | None) -> bool:
    """Whether a user chose this alias: libvirt's own are not part of a configuration."""
    return bool(alias) and str(alias).startswith("ua-") and _USER_ALIAS.issuperset(str(alias))


class Device(Element, last=True):
    """Base of the device models."""

    takes_boot = False
    takes_rom = False

    boot_order = Int("boot/@order", required=True, nonzero=True, when=lambda d: d.takes_boot)
    boot_loadparm = Text("boot/@loadparm", when=lambda d: d.takes_boot)
    alias = Text("alias/@name", shape=shapes.ALIAS, needed=True)
    master_startport = Int("master/@startport")
    rom_enabled = Flag("rom/@enabled", when=lambda d: d.takes_rom)
    rom_bar = Switch("rom/@bar", when=lambda d: d.takes_rom)
    rom_file = Text("rom/@file", when=lambda d: d.takes_rom)
    acpi_index = Int("acpi/@index", nonzero=True)
    acpi_nodeset = NumberSet("acpi/@nodeset")
    address: Child[Address] = Child("vsh.xml.domain.devices.address:Address", "address")

    def parsed(self, reading: Reading) -> Found:
        if "faults" in self.__dict__:  # libvirt does not look at what such a device cannot have
            if not self.takes_boot:
                self.drop("boot_order", "boot_loadparm")
            if not self.takes_rom:
                self.drop("rom_enabled", "rom_bar", "rom_file")
        if reading.flags & 1 and self.alias is not None and not is_user_alias(self.alias):
            self.alias = None
        if (
            self.takes_rom
            and self.rom_enabled is False
            and (self.rom_bar is not None or self.rom_file)
        ):
            error = ConfigUnsupported("ROM tuning is not supported when ROM is disabled")
            yield Problem(error, form=True)
        if self.boot_loadparm is not None and self.takes_boot:
            self.boot_loadparm = text = self.boot_loadparm.translate(_UPPER)
            if not 1 <= len(text) <= 8:
                words = f"loadparm value '{text}' must be between 1 and 8 characters"
                yield Problem(InternalError(words), form=True)
            elif not all(c in " ." or (c.isalnum() and c.isascii()) for c in text):
                words = "expecting chars in set of [a-zA-Z0-9.] and blank spaces"
                yield Problem(InternalError(f"invalid loadparm value '{text}', {words}"), form=True)
        yield from self.read_device(reading)

    def read_device(self, reading: Reading) -> Found:
        """A device's own problems, as for ``parsed``."""
        return ()


def virtio(
    prefix: str = "driver", after: str | None = None
) -> tuple[Switch, Switch, Switch, Switch, Present]:
    """The four options every virtio device has in its <driver>: iommu, ats, packed, page_per_vq.

    Then whether a document has that element, which only a redefined snapshot is asked.
    """
    return (
        Switch(f"{prefix}/@iommu", after=after),
        Switch(f"{prefix}/@ats", after=after),
        Switch(f"{prefix}/@packed", after=after),
        Switch(f"{prefix}/@page_per_vq", after=after),
        Present(prefix, when=lambda device: False),
    )


VIRTIO_MODELS = ("virtio", "virtio-transitional", "virtio-non-transitional")
