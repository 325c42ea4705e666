"""cpu-models: the CPU models that there are for an architecture."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Argument
from vsh.commands.host._shared import architectures
from vsh.errors import failing
from vsh.output.document import Done, Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="[model] | done")
def cpu_models(
    arch: str = Argument("architecture of the CPUs", complete=architectures),
    connection: Connection = CONNECTION,
) -> Document:
    """List the CPU models of an architecture that the hypervisor's library knows.

    A model that is listed need not be one that this host can run.

    Examples:
        cpu-models x86_64  # the names that libvirt knows
    """
    with failing("failed to get CPU model names"):
        models = connection.get_cpu_model_names(arch)
    if not models:
        return Done("all CPU models are accepted")
    return Lines(models, "model")
