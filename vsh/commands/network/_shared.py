"""What the network commands share: the impact of a change, descriptions, ports."""

from __future__ import annotations

from vsh.cli.networks import find_network
from vsh.cli.objects import canonical_uuid
from vsh.cli.params import Flags
from vsh.errors import InvalidArgument, NoNetworkMetadata, NoSupport, failing
from vsh.words.network import NetworkMetadataType, NetworkUpdate, NetworkXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.api.network_port import NetworkPort
    from vsh.cli.params import Given
    from vsh.cli.session import Session


def network_impact(*words: str) -> int:
    """The options --live, --config and --current as one number, for networks."""
    helps = {
        "config": "what the network starts with next",
        "live": "the network that runs",
        "current": "whichever of them there is",
    }
    return Flags(NetworkUpdate, **{word: (helps[word], f"AFFECT_{word.upper()}") for word in words})


def description(network: Network, kind: int, flags: int = 0) -> str:
    """A network's title or description, empty where it has none."""
    try:
        return str(network.get_metadata(kind, None, flags))
    except NoNetworkMetadata:
        return ""
    except NoSupport:
        from vsh.xml.engine.reader import parse

        tag = "title" if kind == NetworkMetadataType.TITLE else "description"
        inactive = NetworkXML.INACTIVE if flags & NetworkUpdate.AFFECT_CONFIG else 0
        return str(parse(network.get_xml_desc(inactive)).xpath(f"string(./{tag}[1])"))


def namespaces(session: Session, text: str, given: Given) -> list[str]:
    """A completer of the namespaces of the elements that are kept with a network."""
    from vsh.xml.engine.reader import parse

    if not given.get("network"):
        return []
    xml = find_network(session, given["network"]).get_xml_desc(0)
    elements = parse(xml).xpath("./metadata/*[namespace-uri()]")
    return [element.tag[1:].partition("}")[0] for element in elements]


def find_port(network: Network, text: str) -> NetworkPort:
    """A network's port by its UUID.  Raises CommandError."""
    with failing(f"failed to get network port '{text}'"):
        uuid = canonical_uuid(text)
        if uuid is None:
            raise InvalidArgument.whole(
                "uuidstr in virNetworkPortLookupByUUIDString must be a valid UUID"
            )
        return network.port_lookup_by_uuid(uuid)


def port_uuids(session: Session, text: str, given: Given) -> list[str]:
    """A completer of the UUIDs of a network's ports."""
    if not given.get("network"):
        return []
    return [port.uuid for port in find_network(session, given["network"]).list_all_ports()]
