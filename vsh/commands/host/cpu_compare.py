"""cpu-compare: whether the host's CPU can stand in for another."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Argument
from vsh.commands.host._shared import compare_flags, compared, cpu_definitions
from vsh.errors import failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="file comparison")
def cpu_compare(
    file: str = Argument("file with a CPU definition", complete=file_names),
    flags: int = compare_flags(),
    session: Session = SESSION,
) -> Document:
    """Compare a CPU with that of the host.

    Fails if the host's CPU lacks something that the given one has.

    Examples:
        cpu-compare cpu.xml  # whether this host can run that CPU
    """
    cpus = cpu_definitions(file)
    failure = f"Failed to compare host CPU with {file}"
    with failing(failure):
        result = session.connection.compare_cpu(cpus[0], flags)
    return compared(session, result, file, "host CPU", failure)
