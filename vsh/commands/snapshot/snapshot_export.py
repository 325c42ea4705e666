"""snapshot-export: all snapshots' documents, in files."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import domain_argument, file_names
from vsh.cli.params import Argument
from vsh.commands._exporting import BUNDLE, FILE, PLACES, export_moments
from vsh.commands.snapshot._shared import WITH_SNAPSHOTS
from vsh.redefine.kinds.snapshot import SNAPSHOT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(extra=True, exclusive=PLACES, tells="done count where current_name moments")
def snapshot_export(
    domain: Domain = domain_argument(complete=WITH_SNAPSHOTS),
    folder: str | None = Argument(
        "a new or empty folder, for one file per snapshot", required=False, complete=file_names
    ),
    file: str | None = FILE,
    bundle: str | None = BUNDLE,
) -> Document:
    """Write the documents of all snapshots of a domain to files.

    They are whole, with passwords and which snapshot is the current one, and can be brought back
    with snapshot-import.

    Examples:
        snapshot-export web1 saved/  # one file for each, in the right order
        snapshot-export web1 --file web1.xml  # all in one file
        snapshot-export web1 --bundle web1.vsh  # and each definition of the domain once
    """
    return export_moments(domain, SNAPSHOT, folder, file, bundle)
