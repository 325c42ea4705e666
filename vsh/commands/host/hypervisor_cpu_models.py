"""hypervisor-cpu-models: the CPU models that the hypervisor offers."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Flag, Option
from vsh.commands._xpath import dump
from vsh.commands.host._shared import architectures, machines, virtualizers
from vsh.errors import failing
from vsh.output.document import Shaped, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="[model]")
def hypervisor_cpu_models(
    virttype: str | None = Option("type of domain", complete=virtualizers),
    emulator: str | None = Option("path of the emulator", complete=file_names),
    arch: str | None = Option("architecture of the CPUs", complete=architectures),
    machine: str | None = Option("machine type", complete=machines),
    all: bool = Flag("also those that cannot be used on this host"),
    connection: Connection = CONNECTION,
) -> Document:
    """List the CPU models that the hypervisor says can be used on this host.

    Those for an emulator, architecture and machine type; without options, for the default ones.

    Examples:
        hypervisor-cpu-models --all  # also what cannot be used here
    """
    with failing("failed to get hypervisor CPU model names"):
        xml = connection.get_domain_capabilities(emulator, arch, machine, virttype)
    usable = "@usable" if all else "@usable='yes'"
    document = dump(xml, f"//cpu//model[{usable}]/text()")
    assert isinstance(document, Text)
    found = document.values["nodes"]
    assert isinstance(found, list)
    return Shaped(document.text, [{"model": model} for model in found])
