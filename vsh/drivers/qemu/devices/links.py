"""What of a network card can change while its guest runs: its link, its bridge."""

from __future__ import annotations

from vsh.drivers.host.network import tap
from vsh.drivers.qemu import receiving
from vsh.drivers.qemu.devices.finding import find
from vsh.drivers.qemu.devices.reading import check_fits
from vsh.drivers.state import card_limits, parameters
from vsh.errors import Error, OperationFailed, OperationUnsupported
from vsh.hypervisors.qemu.machine import is_modern
from vsh.xml.domain.devices.interface import Interface, NetSource
from vsh.xml.engine.values import generate_mac

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.qmp.value import Ask
    from vsh.xml.domain import Domain

_VIRTIO = ("virtio", "virtio-transitional", "virtio-non-transitional")
_DRIVER = (
    "driver_name", "txmode", "ioeventfd", "event_idx", "queues", "rx_queue_size", "tx_queue_size",
    "rss", "rss_hash_report",
    *(f"host_{name}" for name in ("csum", "gso", "tso4", "tso6", "ecn", "ufo", "mrg_rxbuf")),
    *(f"guest_{name}" for name in ("csum", "tso4", "tso6", "ecn", "ufo")),
)  # fmt: skip
_OPTIONS = ("iommu", "ats", "packed", "page_per_vq")
_FIXED = ("vhostuser", "hostdev", "vdpa", "null", "vds")
# QEMU's own values: milliseconds, and a count
_ANNOUNCED = {"initial": 50, "max": 550, "rounds": 5, "step": 100}
_SOCKETS = ("server", "client", "mcast", "udp")
_BRIDGED = ("network", "bridge")  # what a tap on a bridge is behind


def set_links(definition: Domain, ask: Ask) -> None:
    """Take down the links of a QEMU that has just been started, where they are to be down."""
    for card in definition.interfaces:
        if card.link == "down":
            ask("set_link", {"name": card.alias, "up": False})


def announce(guest: Guest, device: str | None, params: TypedParams) -> None:
    """Have a card, by its MAC address, or all make themselves known in their networks.

    Raises InvalidArgument for an address that no card has, CommandRefused.
    """
    parameters.check(params, dict.fromkeys(_ANNOUNCED, "uint"))
    arguments: dict[str, object] = {
        name: params.get(name, default) for name, default in _ANNOUNCED.items()
    }
    if device is not None:
        card = card_limits.find(guest.definition, device)
        arguments["interfaces"] = [card.alias]
    guest.ask("announce-self", arguments)


def change(hypervisor: Hypervisor, guest: Guest, wanted: Interface) -> None:
    """Change a card of a guest that runs.  Raises OperationUnsupported, DeviceMissing."""
    definition = guest.definition
    card = find(definition, "interfaces", wanted)
    assert card is not None
    check_fits(definition, "interfaces", wanted, card, live=True)
    if card.type in ("hostdev", "vdpa"):
        raise OperationUnsupported(f"cannot change config of '{card.type}' network interface type")
    if wanted.mac is None:  # it would have another one
        raise OperationUnsupported(
            f"cannot change network interface mac address from {card.mac} to {generate_mac()}"
        )
    _check(card, wanted)
    moves = _check_connection(card, wanted)
    if moves:
        _move(hypervisor, definition, card, wanted)
    elif bool(card.isolated) != bool(wanted.isolated):
        tap.isolate(str(card.target), isolated=bool(wanted.isolated))
        card.isolated = wanted.isolated
    if card.bandwidth != wanted.bandwidth:
        from vsh.drivers.qemu import cards

        cards.limit_card(hypervisor, card, wanted.bandwidth)
    if card.filterref != wanted.filterref:
        from vsh.drivers.qemu import cards

        before, card.filterref = card.filterref, wanted.filterref
        try:
            cards.filter_card(hypervisor, definition, card)
        except Error as error:
            card.filterref = before
            what = f"failed to add new filter rules to '{card.target}'"
            why = error.message
            raise OperationFailed(f"{what} - attempting to restore old rules", hint=why) from error
        except BaseException:
            card.filterref = before
            raise
    if (card.coalesce or 0) != (wanted.coalesce or 0):
        card.coalesce = tap.gather(str(card.target), wanted.coalesce)
    if card.link != wanted.link:
        guest.ask("set_link", {"name": card.alias, "up": wanted.link != "down"})
        card.link = wanted.link
    if is_modern(guest.definition) and (
        card.trust_guest_rx_filters != wanted.trust_guest_rx_filters
    ):
        card.trust_guest_rx_filters = wanted.trust_guest_rx_filters
        if card.trust_guest_rx_filters:  # what the guest wants is told again from now on
            receiving.changed(hypervisor, guest, {"name": card.alias})


def _move(hypervisor: Hypervisor, definition: Domain, card: Interface, wanted: Interface) -> None:
    """Put a card on the bridge of another network, or on another bridge.  Raises Error."""
    from vsh.drivers.qemu import cards

    if wanted.type == "network":
        cards.plug_card(hypervisor, definition, wanted)
    before, source = card.source, wanted.source
    assert source is not None
    try:
        if wanted.type not in _BRIDGED:
            raise _unable(wanted)
        tap.join(str(card.target), str(source.bridge))
        tap.isolate(str(card.target), isolated=bool(wanted.isolated))
    except BaseException:
        cards.give_up_port(hypervisor, source)
        raise
    card.type, card.source, card.isolated = wanted.type, source, wanted.isolated
    if before is not None:
        cards.give_up_port(hypervisor, before)


def _unable(wanted: Interface) -> OperationUnsupported:
    return OperationUnsupported(f"unable to change config on '{wanted.type}' network type")


def _check(card: Interface, wanted: Interface) -> None:
    """Refuse what cannot change; what a document does not say stays."""
    if card.model != wanted.model:
        raise OperationUnsupported(
            f"cannot modify network device model from {card.model or 'unknown'} to "
            f"{wanted.model or 'unknown'}"
        )
    if card.model in _VIRTIO:
        if any((getattr(card, n) or None) != (getattr(wanted, n) or None) for n in _DRIVER):
            raise OperationUnsupported("cannot modify virtio network device driver attributes")
        if any(getattr(card, n) != getattr(wanted, n) for n in _OPTIONS):
            raise OperationUnsupported("cannot modify virtio network device driver options")
    if card.script != wanted.script:
        raise OperationUnsupported("cannot modify network device script attribute")
    if wanted.target is not None and wanted.target != card.target:
        raise OperationUnsupported("cannot modify network device tap name")
    address = wanted.address
    if (
        address is not None
        and address.type
        and (card.address is None or card.address.numbers() != address.numbers())
    ):
        raise OperationUnsupported("cannot modify network device guest PCI address")
    for name, shown in (
        ("rom_bar", "rom bar setting"), ("rom_file", None), ("boot_order", "boot index setting"),
        ("rom_enabled", "rom enabled setting"),
    ):  # fmt: skip
        new = getattr(wanted, name)
        if new is not None and new != getattr(card, name):
            raise OperationUnsupported(
                "cannot modify network rom file"
                if shown is None
                else f"cannot modify network device {shown}"
            )
    if (card.mtu or 0) != (wanted.mtu or 0):
        raise OperationUnsupported("cannot modify MTU")
    tags = [[] if each.vlan is None else each.vlan.tags for each in (card, wanted)]
    if tags[0] != tags[1] and wanted.type == card.type:
        raise OperationUnsupported("cannot modify VLAN tags of a card that is plugged in")


def _check_connection(card: Interface, wanted: Interface) -> bool:
    """Whether the card is to go to another bridge.  Raises OperationUnsupported."""
    if wanted.type in ("hostdev", "vdpa"):
        raise OperationUnsupported(f"cannot change network interface type to '{wanted.type}'")
    reconnect = (card.sndbuf or 0) != (wanted.sndbuf or 0)
    bridge = False
    old, new = card.source or NetSource(), wanted.source or NetSource()
    if card.type in _BRIDGED and wanted.type in _BRIDGED:
        if wanted.type == "network":
            bridge = old.network != new.network
        else:
            bridge = old.bridge != new.bridge or bool(old.network)
    elif card.type != wanted.type or card.type in _FIXED:
        reconnect = True
    elif card.type in _SOCKETS:
        reconnect = reconnect or (old.address, old.port) != (new.address, new.port)
    elif card.type == "direct":
        reconnect = reconnect or (old.dev, old.mode) != (new.dev, new.mode)
    if reconnect:
        raise _unable(wanted)
    return bridge
