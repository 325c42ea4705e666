"""restore: bring a saved guest back from a file."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, SESSION, file_names
from vsh.cli.params import BITS, Argument, Flag, Option, int32
from vsh.commands._files import read_text
from vsh.commands._progress import progress
from vsh.commands.domain._saving import absolute, save_params
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainSaveRestore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done file")
def restore(
    file: str = Argument("the file that save wrote", complete=file_names),
    bypass_cache: bool = Flag(
        "do not let the file system cache the file", bit=DomainSaveRestore.BYPASS_CACHE
    ),
    parallel_channels: int | None = Option("how many channels read at once", kind=int32),
    xml: str | None = Option(
        "file with another document to restore the guest with", by_place=True, complete=file_names
    ),
    running: bool = Flag(
        "let the guest run, whatever it did when it was saved", bit=DomainSaveRestore.RUNNING
    ),
    paused: bool = Flag(
        "leave the guest paused, whatever it did when it was saved", bit=DomainSaveRestore.PAUSED
    ),
    reset_nvram: bool = Flag(
        "start with a fresh copy of the firmware's variables", bit=DomainSaveRestore.RESET_NVRAM
    ),
    flags: int = BITS,
    connection: Connection = CONNECTION,
    session: Session = SESSION,
) -> Document:
    """Bring a saved guest back from a file, as it was when it was saved.

    The file is not changed: it can be restored again, once the guest is gone.

    Examples:
        restore /var/tmp/web1.save  # a guest that save put there
        restore /var/tmp/web1.save --paused  # and look at it before it goes on
    """
    document = read_text(xml) if xml else None
    path = absolute(file)
    params = save_params(parallel_channels, None)
    with failing(f"Failed to restore domain from {file}"), progress(session, "Restore"):
        if params:
            params.set("file", "string", path)
            if document is not None:
                params.set("dxml", "string", document)
            connection.domain_restore_params(params, flags)
        elif flags or document is not None:
            connection.domain_restore_flags(path, document, flags)
        else:
            connection.domain_restore(path)
    return Done("Domain restored from {file}", file=file)
