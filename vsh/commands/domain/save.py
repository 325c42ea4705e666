"""save: save a running guest to a file and stop it."""

from __future__ import annotations

from vsh.api.job import Job
from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, SESSION, file_names
from vsh.cli.params import BITS, Argument, Flag, Option, int32
from vsh.commands._files import read_text
from vsh.commands.domain._jobs import watched
from vsh.commands.domain._saving import absolute, run_state, save_params
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainSaveRestore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


FORMATS = ("raw", "sparse", "gzip", "bzip2", "xz", "lzop", "zstd")


@command(tells="done file")
def save(
    domain: Domain = ACTIVE_DOMAIN,
    file: str = Argument("the file to write", complete=file_names),
    bypass_cache: bool = Flag(
        "do not let the file system cache the file", bit=DomainSaveRestore.BYPASS_CACHE
    ),
    parallel_channels: int | None = Option("how many channels write at once", kind=int32),
    image_format: str | None = Option(
        "form of the file: raw, sparse, or a compression", complete=FORMATS
    ),
    xml: str | None = Option(
        "file with the document that the guest is to be restored with",
        by_place=True,
        complete=file_names,
    ),
    state: int = run_state("when it is restored"),
    verbose: bool = Flag("show the progress"),
    flags: int = BITS,
    session: Session = SESSION,
) -> Document:
    """Save the state of a running guest to a file, and stop it.

    restore brings it back as it was.  Ctrl-C gives up; the guest goes on then.

    Examples:
        save web1 /var/tmp/web1.save --verbose  # memory to a file, and off
    """
    flags |= state
    document = read_text(xml) if xml else None
    params = save_params(parallel_channels, image_format)
    path = absolute(file)

    def work() -> None:
        if params:
            params.set("file", "string", path)
            if document is not None:
                params.set("dxml", "string", document)
            domain.save_params(params, flags)
        elif flags or document is not None:
            domain.save_flags(path, document, flags)
        else:
            domain.save(path)

    with failing(f"Failed to save domain '{domain.called}' to {file}"):
        watched(session, Job(domain, work), "Save", verbose=verbose)
    return Done("\nDomain '{domain}' saved to {file}", domain=domain.called, file=file)
