"""cpu-compare: whether the host's CPU can stand in for another."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Argument, Flags
from vsh.commands.host._shared import cpu_definitions
from vsh.errors import CommandError, failing
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


INCOMPATIBLE, IDENTICAL, SUPERSET = 0, 1, 2  # virCPUCompareResult


class Compare:
    """What counts as an error (virConnectCompareCPUFlags)."""

    ERROR = 1 << 0
    VALIDATE = 1 << 1


@command
def cpu_compare(
    file: str = Argument("file with a CPU definition", complete=file_names),
    flags: int = Flags(
        Compare,
        error="fail with an error that says what is missing",
        validate="validate the definition against the schema",
    ),
    session: Any = SESSION,
) -> Document:
    """Compare a CPU with that of the host.

    Fails if the host's CPU lacks something that the given one has.
    """
    cpus = cpu_definitions(file)
    with failing(f"Failed to compare host CPU with {file}"):
        result = session.connection.compare_cpu(cpus[0], flags)
    if result == IDENTICAL:
        return Line("CPU described in {file} is identical to host CPU", file=file)
    if result == SUPERSET:
        return Line("Host CPU is a superset of CPU described in {file}", file=file)
    if result != INCOMPATIBLE:
        raise CommandError(f"Failed to compare host CPU with {file}")
    session.status = 1
    return Line("CPU described in {file} is incompatible with host CPU", file=file)
