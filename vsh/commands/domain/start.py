"""start: start a domain that is defined."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument
from vsh.cli.params import BITS, Flag, Option, anything
from vsh.commands._progress import progress
from vsh.commands.domain._console import begin_paused, first_console
from vsh.commands.domain._descriptors import PASS_FDS_HELP, descriptors
from vsh.errors import CommandError, Error, InvalidArgument, NoSupport, failing
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done escape?")
def start(
    domain: Domain = domain_argument(
        "name or uuid of a domain that is shut off", by="uuid name", complete="INACTIVE"
    ),
    console: bool = Flag("connect to the guest's console as soon as it is there"),
    paused: bool = Flag("leave the guest paused after it was started"),
    autodestroy: bool = Flag(
        "destroy the guest when this program disconnects", bit=DomainCreate.START_AUTODESTROY
    ),
    bypass_cache: bool = Flag(
        "do not let the file system cache a saved state while it is read",
        bit=DomainCreate.START_BYPASS_CACHE,
    ),
    force_boot: bool = Flag(
        "boot afresh: throw away a managed save image", bit=DomainCreate.START_FORCE_BOOT
    ),
    pass_fds: str | None = Option(PASS_FDS_HELP, kind=anything, by_place=True),
    reset_nvram: bool = Flag(
        "start with a fresh copy of the firmware's variables", bit=DomainCreate.START_RESET_NVRAM
    ),
    flags: int = BITS,
    session: Session = SESSION,
) -> Iterator[Document]:
    """Start a domain that is defined and shut off.

    If it has a managed save image it goes on from there.

    Examples:
        start db1  # boot it
        start db1 --console  # and see it boot
        start db1 --paused  # and let it go on with resume
    """
    if domain.id != -1:
        raise CommandError("Domain is already active")
    fds = descriptors(pass_fds)
    flags |= DomainCreate.START_PAUSED if paused or console else 0

    def begin(flags: int) -> object:
        if fds:
            return domain.create_with_files(fds, flags)
        return domain.create_with_flags(flags) if flags else domain.create()

    if force_boot and not _forced(domain, begin, flags):
        flags &= ~DomainCreate.START_FORCE_BOOT
        force_boot = False
    resume = console and not paused
    started = domain
    if not force_boot:
        with failing(f"Failed to start domain '{domain.name}'"), progress(session, "Start"):
            started, resume = begin_paused(begin, flags, resume=resume)
    yield Done("Domain '{domain}' started", domain=domain.name)
    if console:
        yield from first_console(session, started, resume=resume)


def _forced(domain: Domain, begin: Callable[[int], object], flags: int) -> bool:
    """Boot afresh; False where the hypervisor cannot: then the saved state has been removed."""
    try:
        begin(flags)
    except (NoSupport, InvalidArgument):
        if _saved(domain):
            domain.managed_save_remove(0)
        return False
    return True


def _saved(domain: Domain) -> bool:
    """Whether there is a managed save image, as far as the hypervisor knows of any."""
    try:
        return bool(domain.has_managed_save_image(0))
    except Error:
        return False
