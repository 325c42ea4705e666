"""dump: write a guest's memory to a file."""

from __future__ import annotations

from vsh.api.job import Job
from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, SESSION, file_names
from vsh.cli.params import BITS, Argument, Flag, Option, anything
from vsh.commands.domain._jobs import watched
from vsh.commands.domain._saving import absolute
from vsh.errors import CommandError, failing
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainCoreDump

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


FORMATS = ("elf", "kdump-zlib", "kdump-lzo", "kdump-snappy", "win-dmp")


@command(tells="done file")
def dump(
    domain: Domain = ACTIVE_DOMAIN,
    file: str = Argument("the file to write", complete=file_names),
    live: bool = Flag("do not pause the guest meanwhile", bit=DomainCoreDump.LIVE),
    crash: bool = Flag("leave the guest crashed afterwards", bit=DomainCoreDump.CRASH),
    bypass_cache: bool = Flag(
        "do not let the file system cache the file", bit=DomainCoreDump.BYPASS_CACHE
    ),
    reset: bool = Flag("reset the guest afterwards", bit=DomainCoreDump.RESET),
    verbose: bool = Flag("show the progress"),
    memory_only: bool = Flag(
        "only the memory, in a form that debuggers read", bit=DomainCoreDump.MEMORY_ONLY
    ),
    format: str | None = Option(
        "form of a --memory-only dump", kind=anything, by_place=True, complete=FORMATS
    ),
    flags: int = BITS,
    session: Session = SESSION,
) -> Document:
    """Write a guest's memory and state to a file, to be examined.

    The guest goes on afterwards, unless --crash or --reset say otherwise.

    Examples:
        dump web1 /var/tmp/web1.core --memory-only --live  # for a debugger, while it runs on
    """
    if format is not None and not memory_only:
        raise CommandError("--format only works with --memory-only")
    if format and format not in FORMATS:
        raise CommandError(
            f"format '{format}' is not supported, expecting 'kdump-zlib', "
            "'kdump-lzo', 'kdump-snappy', 'win-dmp' or 'elf'"
        )
    number = FORMATS.index(format) if format else 0
    path = absolute(file)

    def work() -> None:
        if number:
            domain.core_dump_with_format(path, number, flags)
        else:
            domain.core_dump(path, flags)

    with failing(f"Failed to core dump domain '{domain.called}' to {file}"):
        watched(session, Job(domain, work), "Dump", verbose=verbose)
    return Done("\nDomain '{domain}' dumped to {file}", domain=domain.called, file=file)
