"""attach-interface: give a domain a network interface."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import IMPACT_EXCLUSIVE, file_names, impact
from vsh.cli.params import Argument, Flag, Option
from vsh.commands.domain._devices_xml import address_element, attributes, element, parse_address
from vsh.commands.domain._shared import PERSISTENT, attach, late_domain, modify_flags
from vsh.commands.domain._tuning import Rate, rate
from vsh.errors import CommandError, failing
from vsh.output.document import Done, Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


TYPES = ("network", "bridge", "direct", "hostdev", "vhostuser")
KNOWN = (
    *TYPES,
    "user",
    "ethernet",
    "server",
    "client",
    "mcast",
    "udp",
    "internal",
    "vdpa",
    "null",
    "vds",
)


@command(exclusive=(("persistent", "current"), *IMPACT_EXCLUSIVE))
def attach_interface(
    domain: Any = late_domain(),
    type: str = Argument(
        "what it is connected to: network, bridge, direct, hostdev, vhostuser", complete=TYPES
    ),
    source: str = Argument("name of the network or bridge, host device, address or socket"),
    target: str | None = Option("name of its device on the host", by_place=True),
    mac: str | None = Option("its MAC address", by_place=True),
    script: str | None = Option(
        "script that sets it up on the host", by_place=True, complete=file_names
    ),
    model: str | None = Option(
        "what card the guest sees",
        by_place=True,
        complete=("virtio", "e1000", "e1000e", "rtl8139", "igb"),
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
        "server or client, for vhostuser", by_place=True, complete=("server", "client")
    ),
) -> Document:
    """Give a domain a network interface.

    Without an option that says otherwise only the running domain gets it.
    """
    if type not in KNOWN:
        raise CommandError(f"No support for {type} in command 'attach-interface'")
    if source_mode is not None and source_mode not in ("server", "client"):
        raise CommandError(f"Invalid source mode: {source_mode}", hint="server or client")
    bandwidth = _bandwidth(inbound, outbound)
    lines = _source(type, source, source_mode)
    for tag, name, value in (
        ("target", "dev", target),
        ("mac", "address", mac),
        ("script", "path", script),
        ("model", "type", model),
        ("alias", "name", alias),
    ):
        if value is not None:
            lines.append(f"<{tag} {name}='{value}'/>")
    lines += bandwidth
    opened = f" type='{type}'" + (" managed='yes'" if managed else "")
    xml = "".join(f"{line}\n" for line in element("interface", opened, lines))
    if print_xml:
        return Xml(xml)
    found = domain()
    flags = modify_flags(found, impact, persistent=persistent)
    with failing("Failed to attach interface"):
        attach(found, xml, flags, current=current)
    return Done("Interface attached successfully")


def _source(kind: str, source: str, mode: str | None) -> list[str]:
    if kind in ("network", "bridge"):
        return [f"<source {kind}='{source}'/>"]
    if kind == "direct":
        return [f"<source dev='{source}'/>"]
    if kind == "hostdev":
        parsed = parse_address(f"pci:{source}")
        if parsed is None:
            raise CommandError(
                f"cannot parse pci address '{source}' for network interface",
                hint="for example 0000:00:07.0",
            )
        return element("source", "", [address_element(*parsed)])
    if kind == "vhostuser":
        if mode is None:
            raise CommandError("source-mode is mandatory", hint="--source-mode server or client")
        return [f"<source type='unix' path='{source}' mode='{mode}'/>"]
    raise CommandError(f"No support for {kind} in command 'attach-interface'")


def _bandwidth(inbound: str | None, outbound: str | None) -> list[str]:
    """The <bandwidth/> element's lines."""
    lines = []
    if inbound is not None:
        given = rate(inbound)
        if not given.average and not given.floor:
            raise CommandError("either inbound average or floor is mandatory")
        lines.append(f"<inbound{_rates(given, 'average', 'peak', 'burst', 'floor')}/>")
    if outbound is not None:
        given = rate(outbound)
        if not given.average:
            raise CommandError("outbound average is mandatory")
        if given.floor:
            raise CommandError("outbound floor is unsupported yet")
        lines.append(f"<outbound{_rates(given, 'average', 'peak', 'burst')}/>")
    return element("bandwidth", "", lines)


def _rates(given: Rate, *names: str) -> str:
    return attributes(**{name: getattr(given, name) or None for name in names})
