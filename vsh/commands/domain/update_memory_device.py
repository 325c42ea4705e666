"""update-memory-device: change a memory device of a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Flag, Option, uint32
from vsh.commands.domain._devices_xml import memory_aliases, number_at, printed, text_at, tree
from vsh.commands.domain._tuning import kibibytes, number_text
from vsh.errors import CommandError
from vsh.output.document import Xml
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=(*IMPACT_EXCLUSIVE, ("node", "alias")), tells="done | xml document")
def update_memory_device(
    domain: Domain = DOMAIN,
    impact: int = impact(),
    print_xml: bool = Flag("print the changed device instead of sending it"),
    alias: str | None = Option("the device's alias", by_place=True, complete=memory_aliases),
    node: int | None = Option(
        "the guest's NUMA node that it belongs to", kind=uint32, by_place=True
    ),
    requested_size: str | None = Option(
        "memory that the guest is to have from it", kind=number_text, by_place=True
    ),
) -> Document | None:
    """Change how much memory a guest has from a memory device.

    Without --alias and --node the domain must have one such device only.

    Examples:
        update-memory-device web1 --alias virtiomem0 --requested-size 4G
            # give or take virtio memory
    """
    config = impact & DomainModificationImpact.CONFIG
    root = tree(domain.get_xml_desc(DomainXML.INACTIVE if config else 0))
    found = [
        device
        for device in root.xpath("/domain/devices/memory")
        if (node is None or number_at(device, "./target/node") == node)
        and (alias is None or text_at(device, "./alias/@name") == alias)
    ]
    if not found:
        raise CommandError("no memory device found")
    if len(found) > 1:
        raise CommandError("multiple memory devices found, use --alias or --node to select one")
    if requested_size is not None:
        requested = found[0].find("./target/requested")
        if requested is None:
            raise CommandError("virtio-mem device is missing <requested/>")
        size: int = kibibytes.convert(requested_size, "requested-size")
        requested.text = str(size)
    xml = printed(found[0])
    if print_xml:
        return Xml(xml)
    domain.update_device_flags(xml, impact)
    return None
