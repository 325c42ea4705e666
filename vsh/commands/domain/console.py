"""console: a guest's serial console on this terminal."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, SESSION, file_names
from vsh.cli.params import BITS, Flag, Option
from vsh.commands._devices import console_aliases
from vsh.commands.domain._console import run_console
from vsh.words.domain.devices import DomainConsole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done escape?")
def console(
    domain: Domain = ACTIVE_DOMAIN,
    devname: str | None = Option(
        "alias of the console or serial device", by_place=True, complete=console_aliases
    ),
    force: bool = Flag("take it from whoever has it", bit=DomainConsole.FORCE),
    resume: bool = Flag("let the guest go on once the console is connected"),
    safe: bool = Flag("only where the hypervisor keeps others away", bit=DomainConsole.SAFE),
    log: str | None = Option(
        "a file that what the guest says is added to", complete=file_names, extra=True
    ),
    flags: int = BITS,
    session: Session = SESSION,
) -> Iterator[Document]:
    """Connect this terminal with a guest's serial console.

    The escape character (-e of the program, the setting escape, ^] by default) ends it; so does ~.
    at the beginning of a line, where ~b sends a break and ~? lists what there is.

    Examples:
        console web1  # until ^] is pressed
        console web1 --force  # take it from whoever has it
        console web1 --log boot.txt  # and keep what it says
    """
    yield from run_console(session, domain, devname, flags, resume=resume, log=log)
