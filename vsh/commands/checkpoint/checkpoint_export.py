"""checkpoint-export: all checkpoints' documents, in files."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import domain_argument, file_names
from vsh.cli.params import Argument
from vsh.commands._exporting import BUNDLE, FILE, PLACES, export_moments
from vsh.commands.checkpoint._shared import WITH_CHECKPOINTS
from vsh.redefine.kinds.checkpoint import CHECKPOINT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(extra=True, exclusive=PLACES, tells="done count where current_name moments")
def checkpoint_export(
    domain: Domain = domain_argument(complete=WITH_CHECKPOINTS),
    folder: str | None = Argument(
        "a new or empty folder, for one file per checkpoint", required=False, complete=file_names
    ),
    file: str | None = FILE,
    bundle: str | None = BUNDLE,
) -> Document:
    """Write the documents of all checkpoints of a domain to files.

    They are whole, with passwords, and can be brought back with checkpoint-import.

    Examples:
        checkpoint-export web1 saved/  # one file for each, in the right order
    """
    return export_moments(domain, CHECKPOINT, folder, file, bundle)
