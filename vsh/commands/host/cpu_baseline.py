"""cpu-baseline: the CPU that several hosts have in common."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument, Flags
from vsh.commands.host._shared import cpu_definitions
from vsh.output.document import Xml
from vsh.words.connection import BaselineCPU

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="xml document")
def cpu_baseline(
    file: str = Argument("file with CPU definitions", complete=file_names),
    flags: int = Flags(
        BaselineCPU,
        features=("also show the features that are part of the model", "EXPAND_FEATURES"),
        migratable="leave out features that a guest cannot migrate with",
    ),
    connection: Connection = CONNECTION,
) -> Document:
    """Print the CPU that all the given ones can stand in for.

    The file has CPU definitions, domains, or capabilities, one after the other.

    Examples:
        cpu-baseline hosts.xml  # the CPU that all of these hosts have
    """
    return Xml(connection.baseline_cpu(cpu_definitions(file), flags))
