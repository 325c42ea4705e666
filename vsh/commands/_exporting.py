"""snapshot-export and checkpoint-export: what is said of an export."""

from __future__ import annotations

from vsh.cli.objects import file_names
from vsh.cli.params import Option
from vsh.errors import CommandError
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document
    from vsh.redefine.kinds import Kind

PLACES = (("folder", "file"), ("folder", "bundle"), ("file", "bundle"))
"""Where an export can go: to one of these."""

FILE = Option("one file for all of them, as XML", complete=file_names)
BUNDLE = Option(
    "one file for all of them, with each distinct definition of the domain once",
    complete=file_names,
)


def export_moments(
    domain: Domain, kind: Kind, folder: str | None, file: str | None, bundle: str | None
) -> Document:
    """Write all documents into a folder, or into one file of either form."""
    from vsh.acts.export_ import export_
    from vsh.acts.note import carry_out

    if folder is None and file is None and bundle is None:
        raise CommandError("<folder> or --file is required", hint="or --bundle")
    done = carry_out(export_(domain, kind, folder=folder, file=file, bundle=bundle))
    count = len(done.files)
    return Done(
        "{count} {kind} of domain {domain} exported to '{where}'".replace(
            "{kind}", kind.name if count == 1 else f"{kind}s"
        ),
        count=count,
        domain=domain.name,
        where=done.where,
        current_name=done.current,
        moments=[{"name": name, "file": file} for name, file in done.files.items()],
    )
