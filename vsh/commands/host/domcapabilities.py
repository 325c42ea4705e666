"""domcapabilities: what a domain can have on this host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Flags, Option
from vsh.commands._xpath import LINES, SECTION, WRAP, XPATH, dump
from vsh.commands.host._shared import architectures, machines, virtualizers
from vsh.errors import failing
from vsh.words.connection import GetDomainCapabilities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="xml document | nodes")
def domcapabilities(
    virttype: str | None = Option("type of domain", by_place=True, complete=virtualizers),
    emulatorbin: str | None = Option("path of the emulator", by_place=True, complete=file_names),
    arch: str | None = Option("architecture of the guest", by_place=True, complete=architectures),
    machine: str | None = Option("machine type", by_place=True, complete=machines),
    xpath: str | None = XPATH,
    wrap: bool = WRAP,
    section: str | None = SECTION,
    lines: bool = LINES,
    flags: int = Flags(
        GetDomainCapabilities,
        disable_deprecated_features="turn deprecated features of the host's CPU model off",
        expand_cpu_features="also list the features that are part of the CPU model",
        supported_cpu_features="also list features that are supported and not on by default",
    ),
    connection: Connection = CONNECTION,
) -> Document:
    """Print what a domain of some kind can have on this host, as XML.

    Which devices, features and CPUs a domain can have with an emulator and a machine type; without
    options, with those that are the default.

    Examples:
        domcapabilities --virttype kvm --arch x86_64  # what a guest may be made of here
    """
    with failing("failed to get emulator capabilities"):
        xml = connection.get_domain_capabilities(emulatorbin, arch, machine, virttype, flags)
    return dump(xml, xpath, wrap=wrap, section=section, lines=lines)
