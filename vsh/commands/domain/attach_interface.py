"""attach-interface: give a domain a network interface."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import IMPACT_EXCLUSIVE, file_names, impact
from vsh.cli.params import Argument, Flag, Option
from vsh.commands._model_words import words_of
from vsh.commands.domain._devices_xml import address, parse_address
from vsh.commands.domain._shared import PERSISTENT, attach, late_domain, modify_flags
from vsh.commands.domain._tuning import rate
from vsh.errors import CommandError, failing
from vsh.output.document import Done, Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain
    from vsh.output.document import Document
    from vsh.xml.engine.described import Described


_MODEL = "domain.devices.interface"
MODES = ("server", "client")


@command(exclusive=(("persistent", "current"), *IMPACT_EXCLUSIVE), tells="done | xml document")
def attach_interface(
    domain: Callable[[], Domain] = late_domain(),
    type: str = Argument(
        "what it is connected to: network, bridge, direct, hostdev, vhostuser",
        complete=words_of(_MODEL, "Interface", "type"),
    ),
    source: str = Argument("name of the network or bridge, host device, address or socket"),
    target: str | None = Option("name of its device on the host", by_place=True),
    mac: str | None = Option("its MAC address", by_place=True),
    script: str | None = Option(
        "script that sets it up on the host", by_place=True, complete=file_names
    ),
    model: str | None = Option(
        "what card the guest sees", by_place=True, complete=words_of(_MODEL, "Interface", "model")
    ),
    alias: str | None = Option("an alias of your own: begins with ua-", by_place=True),
    inbound: str | None = Option(
        "what may come in: average,peak,burst,floor (KiB/s; KiB)", by_place=True
    ),
    outbound: str | None = Option(
        "what may go out: average,peak,burst (KiB/s; KiB)", by_place=True
    ),
    persistent: bool = PERSISTENT,
    impact: int = impact("config", "live"),
    current: bool = Flag("affect current domain"),
    print_xml: bool = Flag("print the device instead of sending it"),
    managed: bool = Flag("libvirt takes a host device from the host, and gives it back"),
    source_mode: str | None = Option(
        "server or client, for vhostuser", by_place=True, complete=MODES
    ),
) -> Document:
    """Give a domain a network interface.

    Without an option that says otherwise only the running domain gets it.

    Examples:
        attach-interface web1 network default --model virtio --persistent
            # one more card on the network default
    """
    from vsh.xml.domain.devices.interface import TYPES, Interface
    from vsh.xml.engine.described import Described, as_is

    if type not in TYPES:
        raise CommandError(f"No support for {type} in command 'attach-interface'")
    if source_mode is not None and source_mode not in MODES:
        raise CommandError(f"Invalid source mode: {source_mode}", hint="server or client")
    bandwidth = _bandwidth(inbound, outbound)
    xml = Described(
        Interface,
        type=type,
        managed="yes" if managed else None,
        source=_source(type, source, source_mode),
        target=as_is(target),
        mac=as_is(mac),
        script=as_is(script),
        model=as_is(model),
        alias=as_is(alias),
        bandwidth=bandwidth,
    ).format()
    if print_xml:
        return Xml(xml)
    found = domain()
    flags = modify_flags(found, impact, persistent=persistent)
    with failing("Failed to attach interface"):
        attach(found, xml, flags, current=current)
    return Done("Interface attached successfully")


def _source(kind: str, source: str, mode: str | None) -> Described:
    """The <source/> element.  Raises CommandError."""
    from vsh.xml.domain.devices.interface import NetSource
    from vsh.xml.engine.described import Described, as_is

    if kind in ("network", "bridge"):
        return Described(NetSource, **{kind: as_is(source)})
    if kind == "direct":
        return Described(NetSource, dev=as_is(source))
    if kind == "hostdev":
        parsed = parse_address(f"pci:{source}")
        if parsed is None:
            raise CommandError(
                f"cannot parse pci address '{source}' for network interface",
                hint="for example 0000:00:07.0",
            )
        return Described(NetSource, host_address=address(*parsed))
    if kind == "vhostuser":
        if mode is None:
            raise CommandError("source-mode is mandatory", hint="--source-mode server or client")
        return Described(NetSource, kind="unix", path=as_is(source), mode=mode)
    raise CommandError(f"No support for {kind} in command 'attach-interface'")


_RATES = ("average", "peak", "burst")


def _bandwidth(inbound: str | None, outbound: str | None) -> Described:
    """The <bandwidth/> element.  Raises CommandError."""
    from vsh.xml.domain.devices.interface import CardBandwidth
    from vsh.xml.engine.described import Described
    from vsh.xml.shared.link import FloorRate, Rate

    limits: dict[str, list[Described]] = {}
    if inbound is not None:
        given = rate(inbound)
        if not given.average and not given.floor:
            raise CommandError("either inbound average or floor is mandatory")
        values = {name: getattr(given, name) or None for name in (*_RATES, "floor")}
        limits["inbound"] = [Described(FloorRate, **values)]
    if outbound is not None:
        given = rate(outbound)
        if not given.average:
            raise CommandError("outbound average is mandatory")
        if given.floor:
            raise CommandError("outbound floor is unsupported yet")
        values = {name: getattr(given, name) or None for name in _RATES}
        limits["outbound"] = [Described(Rate, **values)]
    return Described(CardBandwidth, **limits)
