"""domif-setlink: plug a network cable in or out."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag
from vsh.commands._devices import interface_names
from vsh.commands.domain._devices_xml import printed, set_link, text_at, tree
from vsh.errors import CommandError, failing
from vsh.output.document import Done, Xml
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(old={"persistent": "config"}, tells="done | xml document")
def domif_setlink(
    domain: Domain = DOMAIN,
    interface: str = Argument(
        "its device on the host, or its MAC address", complete=interface_names
    ),
    state: str = Argument("up or down", complete=("up", "down")),
    config: bool = Flag("affect next boot"),
    print_xml: bool = Flag("print the device instead of sending it"),
) -> Document:
    """Set whether the guest sees its network cable plugged in.

    Without --config only a guest that runs is changed.

    Examples:
        domif-setlink web1 52:54:00:00:00:01 down  # pull the cable
        domif-setlink web1 52:54:00:00:00:01 up  # and put it back
    """
    if state not in ("up", "down"):
        raise CommandError(f"invalid link state '{state}'", hint="up or down")
    stored = config or domain.is_active() == 0
    root = tree(domain.get_xml_desc(DomainXML.INACTIVE if config else 0))
    interfaces = root.xpath("/domain/devices/interface")
    if not interfaces:
        raise CommandError("Failed to extract interface information or no interfaces found")
    wanted = interface.lower()
    for device in interfaces:
        names = (text_at(device, "./mac/@address"), text_at(device, "./target/@dev"))
        if wanted in [name.lower() for name in names if name]:
            break
    else:
        raise CommandError(f"interface '{interface}' not found", hint="see 'domiflist'")
    set_link(device, state)
    xml = printed(device)
    if print_xml:
        return Xml(xml)
    flags = DomainModificationImpact.CONFIG if stored else DomainModificationImpact.LIVE
    with failing("Failed to update interface link state"):
        domain.update_device_flags(xml, flags)
    return Done("Device updated successfully")
