"""hypervisor-cpu-compare: whether the hypervisor's CPU can stand in for another."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Argument, Option
from vsh.commands.host._shared import (
    architectures,
    compare_flags,
    compared,
    cpu_definitions,
    machines,
    virtualizers,
)
from vsh.errors import failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="file comparison")
def hypervisor_cpu_compare(
    file: str = Argument("file with a CPU definition", complete=file_names),
    virttype: str | None = Option("type of domain", by_place=True, complete=virtualizers),
    emulator: str | None = Option("path of the emulator", by_place=True, complete=file_names),
    arch: str | None = Option("architecture of the CPU", by_place=True, complete=architectures),
    machine: str | None = Option("machine type", by_place=True, complete=machines),
    flags: int = compare_flags(),
    session: Session = SESSION,
) -> Document:
    """Compare a CPU with what the hypervisor offers on this host.

    Fails if the hypervisor's CPU lacks something that the given one has.

    Examples:
        hypervisor-cpu-compare cpu.xml --virttype kvm  # whether a guest may have that CPU here
    """
    cpus = cpu_definitions(file, session)
    failure = f"Failed to compare hypervisor CPU with {file}"
    with failing(failure):
        result = session.connection.compare_hypervisor_cpu(
            emulator, arch, machine, virttype, cpus[0], flags
        )
    other = "the CPU provided by hypervisor on the host"
    return compared(session, result, file, other, failure)
