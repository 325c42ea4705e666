"""create: start a domain from a document, without storing it."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, SESSION, file_names
from vsh.cli.params import BITS, Argument, Flag, Option, anything
from vsh.cli.run import report
from vsh.commands._files import read_text
from vsh.commands.domain._console import begin_paused, first_console
from vsh.commands.domain._descriptors import PASS_FDS_HELP, descriptors
from vsh.commands.domain._warnings import refuse_dropped, warn_of_dropped
from vsh.errors import CommandError, Error, failing
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.connection import Connection
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done domain file escape?")
def create(
    file: str = Argument("file with the domain's XML document", complete=file_names),
    console: bool = Flag("connect to the guest's console as soon as it is there"),
    paused: bool = Flag("leave the guest paused after it was made"),
    autodestroy: bool = Flag(
        "destroy the guest when this program disconnects", bit=DomainCreate.START_AUTODESTROY
    ),
    pass_fds: str | None = Option(PASS_FDS_HELP, kind=anything, by_place=True),
    validate: bool = Flag(
        "refuse a document that the schema does not allow", bit=DomainCreate.START_VALIDATE
    ),
    reset_nvram: bool = Flag(
        "start with a fresh copy of the firmware's variables", bit=DomainCreate.START_RESET_NVRAM
    ),
    flags: int = BITS,
    connection: Connection = CONNECTION,
    session: Session = SESSION,
) -> Iterator[Document]:
    """Start a domain from an XML file.

    The domain is transient: when it stops it is gone, unless it is defined too.

    Examples:
        create live.xml  # a guest that is forgotten once it is off
        create live.xml --paused --console  # and see it boot
    """
    xml = read_text(file)
    fds = descriptors(pass_fds)
    flags |= DomainCreate.START_PAUSED if paused or console else 0

    def begin(flags: int) -> object:
        if fds:
            return connection.domain_create_xml_with_files(xml, fds, flags)
        return connection.domain_create_xml(xml, flags)

    with failing(f"Failed to create domain from {file}"):
        if validate:
            refuse_dropped(session, xml, file)
        domain, resume = begin_paused(begin, flags, resume=console and not paused)
    warn_of_dropped(session, xml, file)
    yield Done("Domain '{domain}' created from {file}", domain=domain.name, file=file)
    if console:
        try:
            yield from first_console(session, domain, resume=resume)
        except (CommandError, Error) as error:
            report(session, error)  # the domain is made, and that was the command
