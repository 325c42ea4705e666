"""ttyconsole: the device of a guest's console on the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, SESSION
from vsh.commands.domain._devices_xml import text_at, tree
from vsh.errors import CommandError
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="tty")
def ttyconsole(domain: Domain = DOMAIN, session: Session = SESSION) -> Document | None:
    """Print the terminal device on the host that a guest's console is.

    Fails for a console that is something else.

    Examples:
        ttyconsole web1  # the device of its console
    """
    device = text_at(tree(domain.get_xml_desc(0)), "/domain/devices/console/@tty")
    if device is None:
        if session.format != "plain":
            raise CommandError(
                f"the console of domain '{domain.called}' is no terminal of the host"
            )
        session.status = 1
        return None
    return Line("{tty}", tty=device)
