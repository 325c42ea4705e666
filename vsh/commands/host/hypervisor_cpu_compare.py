"""hypervisor-cpu-compare: whether the hypervisor's CPU can stand in for another."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Argument, Flags, Option
from vsh.commands.host._shared import architectures, cpu_definitions, machines, virtualizers
from vsh.commands.host.cpu_compare import IDENTICAL, INCOMPATIBLE, SUPERSET, Compare
from vsh.errors import CommandError, failing
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def hypervisor_cpu_compare(
    file: str = Argument("file with a CPU definition", complete=file_names),
    virttype: str | None = Option("type of domain", by_place=True, complete=virtualizers),
    emulator: str | None = Option("path of the emulator", by_place=True, complete=file_names),
    arch: str | None = Option("architecture of the CPU", by_place=True, complete=architectures),
    machine: str | None = Option("machine type", by_place=True, complete=machines),
    flags: int = Flags(
        Compare,
        error="fail with an error that says what is missing",
        validate="validate the definition against the schema",
    ),
    session: Any = SESSION,
) -> Document:
    """Compare a CPU with what the hypervisor offers on this host.

    Fails if the hypervisor's CPU lacks something that the given one has.
    """
    cpus = cpu_definitions(file, session)
    with failing(f"Failed to compare hypervisor CPU with {file}"):
        result = session.connection.compare_hypervisor_cpu(
            emulator, arch, machine, virttype, cpus[0], flags
        )
    provided = "CPU provided by hypervisor on the host"
    if result == IDENTICAL:
        return Line(f"CPU described in {{file}} is identical to the {provided}", file=file)
    if result == SUPERSET:
        return Line(f"The {provided} is a superset of CPU described in {{file}}", file=file)
    if result != INCOMPATIBLE:
        raise CommandError(f"Failed to compare hypervisor CPU with {file}")
    session.status = 1
    return Line(f"CPU described in {{file}} is incompatible with the {provided}", file=file)
