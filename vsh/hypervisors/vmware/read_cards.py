"""The network cards of a VMX configuration."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.hypervisors.vmware.entries import parse_vmx_uuid
from vsh.xml.engine.values import parse_mac

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.vmware.entries import Entries
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.interface import Interface

_CARDS = ("vlance", "vmxnet", "vmxnet3", "e1000", "e1000e")


def read_card(domain: Domain, entries: Entries, number: int) -> None:
    """Add a network card, if there is one of this number."""
    from vsh.xml.domain.devices.interface import Interface, NetSource

    prefix = f"ethernet{number}"
    present = entries.flag(f"{prefix}.present", default=False)
    entries.flag(f"{prefix}.startConnected", default=True)
    if not present:
        return
    source = NetSource()
    card = Interface(source=source)
    connection = entries.text(f"{prefix}.connectionType")
    _card_mac(card, entries, prefix)
    model = _card_model(entries, prefix)
    kind = None if connection is None else connection.lower()
    network = vnet = None
    if kind in (None, "bridged", "custom"):
        network = entries.text(f"{prefix}.networkName", needed=kind is not None)
    if kind == "custom":
        vnet = entries.text(f"{prefix}.vnet", needed=True)
    switch = entries.text(f"{prefix}.dvs.switchId")
    if switch is not None:
        card.type = "vds"
        source.switchid = parse_vmx_uuid(switch)
        source.portgroupid = entries.text(f"{prefix}.dvs.portgroupId")
        source.portid = str(entries.long(f"{prefix}.dvs.portId", 0))
        source.connectionid = entries.long(f"{prefix}.dvs.connectionId", 0)
    elif kind is None and network is None:
        card.type = "null"
    elif kind in (None, "bridged", "custom"):
        card.type = "bridge"
        source.bridge = network
        card.target = vnet
    elif kind == "nat":
        card.type = "user"
    elif kind == "hostonly":
        raise InternalError(
            f"No yet handled value '{connection}' for VMX entry '{prefix}.connectionType'"
        )
    else:
        raise InternalError(f"Invalid value '{connection}' for VMX entry '{prefix}.connectionType'")
    card.model = model
    card.address = entries.slot(prefix)
    domain.interfaces.append(card)


def _card_mac(card: Interface, entries: Entries, prefix: str) -> None:
    kind = entries.text(f"{prefix}.addressType")
    word = None if kind is None else kind.lower()
    check = entries.text(f"{prefix}.checkMACAddress")
    if word not in (None, "generated", "vpx", "static"):
        raise InternalError(
            f"Expecting VMX entry '{prefix}.addressType' to be 'generated' or 'static' or 'vpx' "
            f"but found '{kind}'"
        )
    name = f"{prefix}.{'address' if word == 'static' else 'generatedAddress'}"
    text = entries.text(name)
    card.mac = "00:00:00:00:00:00"
    if text is not None:
        try:
            card.mac = parse_mac(text)
        except ValueError:
            raise InternalError(
                f"Expecting VMX entry '{name}' to be MAC address but found '{text}'"
            ) from None
    if word is not None:
        card.mac_type = "static" if word == "static" else "generated"
    if check is not None:
        card.mac_check = check == "true"


def _card_model(entries: Entries, prefix: str) -> str | None:
    word = entries.text(f"{prefix}.virtualDev")
    features = entries.long(f"{prefix}.features", 0)
    if word is None:
        return None
    model = word.lower()
    if model not in _CARDS:
        raise InternalError(
            f"Expecting VMX entry '{prefix}.virtualDev' to be 'vlance' or 'vmxnet' or 'vmxnet3' "
            f"or 'e1000' or 'e1000e' but found '{word}'"
        )
    return "vmxnet2" if model == "vmxnet" and features == 15 else model
