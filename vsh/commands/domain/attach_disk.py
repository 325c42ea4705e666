"""attach-disk: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Flag, Option, anything

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(*IMPACT_EXCLUSIVE, ("persistent", "current"), ("source-host-name", "source-host-socket")), requires={"source-host-name": "source-protocol", "source-host-transport": "source-protocol", "source-host-socket": "source-host-transport"}, old={"shareable": "mode=shareable"})
def attach_disk(
    domain: Any = DOMAIN,
    source: str = Argument("", kind=anything),
    target: str = Argument(""),
    targetbus: str | None = Option(""),
    driver: str | None = Option(""),
    subdriver: str | None = Option(""),
    iothread: str | None = Option(""),
    cache: str | None = Option(""),
    io: str | None = Option(""),
    type: str | None = Option(""),
    mode: str | None = Option(""),
    sourcetype: str | None = Option(""),
    serial: str | None = Option(""),
    wwn: str | None = Option(""),
    alias: str | None = Option(""),
    rawio: bool = Flag(""),
    address: str | None = Option(""),
    multifunction: bool = Flag(""),
    print_xml: bool = Flag(""),
    source_protocol: str | None = Option(""),
    source_host_name: str | None = Option(""),
    source_host_transport: str | None = Option(""),
    source_host_socket: str | None = Option(""),
    throttle_groups: str | None = Option(""),
    persistent: bool = Flag(""),
    impact: int = impact(),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
