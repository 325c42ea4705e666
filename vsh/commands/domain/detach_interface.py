"""detach-interface: take a network interface from a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Flag, Option
from vsh.commands._devices import interface_macs
from vsh.commands.domain._devices_xml import canonical_mac, printed, text_at, tree
from vsh.commands.domain._shared import PERSISTENT, detach
from vsh.errors import CommandError, Error
from vsh.output.document import Done, Xml
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from vsh.api.domain import Domain
    from vsh.output.document import Document


TYPES = ("network", "bridge", "direct", "hostdev", "vhostuser", "user", "ethernet")


@command(exclusive=(("persistent", "current"), *IMPACT_EXCLUSIVE), tells="done | xml document")
def detach_interface(
    domain: Domain = DOMAIN,
    type: str | None = Argument(
        "what it is connected to: network, bridge, direct, hostdev", required=False, complete=TYPES
    ),
    mac: str | None = Option("its MAC address", by_place=True, complete=interface_macs),
    persistent: bool = PERSISTENT,
    impact: int = impact("config", "live"),
    current: bool = Flag("affect current domain"),
    print_xml: bool = Flag("print the device instead of sending it"),
) -> Iterator[Document]:
    """Take a network interface from a domain.

    --mac says which, where there is more than one of the type.

    Examples:
        detach-interface web1 network --mac 52:54:00:00:00:01 --config  # the card with this address
    """
    config = persistent or impact & DomainModificationImpact.CONFIG
    live = impact & DomainModificationImpact.LIVE or (persistent and domain.is_active() == 1)
    steps: list[tuple[int, int]] = []
    if config:
        steps.append((DomainXML.INACTIVE, DomainModificationImpact.CONFIG))
    if live or not config:
        steps.append((0, DomainModificationImpact.LIVE if live else 0))
    try:
        for wanted, flags in steps:
            xml = printed(_find(tree(domain.get_xml_desc(wanted)), type, mac))
            if print_xml:
                yield Xml(xml)
            else:
                detach(domain, xml, flags, current=current)
    except (CommandError, Error) as error:
        if print_xml:
            raise
        _raise_failed(error)
    if not print_xml:
        yield Done("Interface detached successfully")


def _raise_failed(error: CommandError | Error) -> None:
    """What was wrong with the command goes before, what the hypervisor said after, as in virsh."""
    if isinstance(error, Error):
        raise CommandError("Failed to detach interface") from error
    raise CommandError(error.message, hint=error.hint) from CommandError(
        "Failed to detach interface"
    )


def _find(root: _Element, kind: str | None, mac: str | None) -> _Element:
    every = root.findall("./devices/interface")
    found = [each for each in every if kind is None or each.get("type") == kind]
    if not found and kind is None:
        raise CommandError("Domain has no interfaces", hint="see 'domiflist'")
    if not found:
        raise CommandError(f"No interface found whose type is {kind}", hint="see 'domiflist'")
    if mac is None:
        if len(found) > 1:
            raise CommandError(
                f"Domain has {len(found)} interfaces. Please specify which one to "
                "detach using --mac"
            )
        return found[0]
    wanted = canonical_mac(mac)
    matching = [
        each for each in found if canonical_mac(text_at(each, "./mac/@address") or "") == wanted
    ]
    if not matching:
        raise CommandError(f"No interface with MAC address {mac} was found", hint="see 'domiflist'")
    if len(matching) > 1:
        raise CommandError(
            f"Domain has multiple interfaces matching MAC address {mac}. You must use "
            "detach-device and specify the device pci address to remove it."
        )
    return matching[0]
