"""domblklist: the disks of a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag, Flags
from vsh.commands._devices import domain_tree
from vsh.errors import CommandError
from vsh.output.document import Column, Table
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.api.domain import Domain
    from vsh.output.document import Document


SOURCES = " | ".join(
    f"./source/@{name}" for name in ("file", "dev", "dir", "name", "volume", "path")
)


@command(tells="[target source type device]")
def domblklist(
    domain: Domain = DOMAIN,
    flags: int = Flags(DomainXML, inactive="those of the next start rather than those of now"),
    details: bool = Flag("also show the type and the kind of device"),
) -> Document:
    """List the disks of a domain.

    Each with the name that the guest knows it by and where its data is.

    Examples:
        domblklist web1 --details  # its disks and where they are
    """
    rows = []
    for disk in domain_tree(domain, flags).xpath("./devices/disk"):
        kind, device = disk.get("type"), disk.get("device")
        if details and not (kind and device):
            raise CommandError("unable to query block list details")
        target = disk.xpath("string(./target/@dev)")
        if not target:
            raise CommandError("unable to query block list")
        source = _nvme(disk) if kind == "nvme" else disk.xpath(f"string({SOURCES})")
        rows.append([kind, device, str(target), str(source) or None])
    columns = (
        Column("Type", "type"),
        Column("Device", "device"),
        Column("Target", "target"),
        Column("Source", "source", lambda value: value or "-"),
    )
    if details:
        return Table(rows, *columns)
    extra = [{"type": row[0], "device": row[1]} for row in rows]
    return Table([row[2:] for row in rows], *columns[2:], extra=extra)


def _nvme(disk: _Element) -> str:
    """Where an NVMe disk is: "nvme://", its PCI address, and the namespace."""
    namespace = str(disk.xpath("string(./source/@namespace)"))
    address = disk.find("./source/address")
    try:
        if not namespace or address is None:
            raise ValueError
        domain, bus, slot, function = (
            int(address.get(name, "0"), 0) for name in ("domain", "bus", "slot", "function")
        )
    except ValueError:
        raise CommandError("Unable to query NVMe disk address") from None
    return f"nvme://{domain:04x}:{bus:02x}:{slot:02x}.{function:d}/{namespace}"
