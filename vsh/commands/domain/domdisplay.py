"""domdisplay: where a guest's displays are."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, CONNECTION
from vsh.cli.params import Argument, Flag
from vsh.commands.domain._devices_xml import tree
from vsh.commands.domain._displays import SCHEMES, check_running, display
from vsh.errors import CommandError
from vsh.output.document import Lines, Shaped
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=(("all", "type"),), tells="[uri]")
def domdisplay(
    domain: Domain = ACTIVE_DOMAIN,
    include_password: bool = Flag("with the password, where there is one"),
    type: str | None = Argument("only of this kind", required=False, complete=SCHEMES),
    all: bool = Flag("all displays"),
    connection: Connection = CONNECTION,
) -> Document:
    """Print the URI of a guest's display, for a viewer.

    The first display is printed, unless --all or --type is given.

    Examples:
        domdisplay web1  # the URI for a viewer
        domdisplay web1 --type vnc  # of one kind of display
    """
    check_running(domain)
    root = tree(domain.get_xml_desc(DomainXML.SECURE if include_password else 0))
    server = connection.uri.partition("://")[2].partition("/")[0].rpartition("@")[2]
    displays = []
    for scheme in SCHEMES:
        if all or type in (None, scheme):
            found = display(root, scheme, server or None)
            if found is not None:
                displays.append(found.uri)
                if not all:
                    return Shaped(found.uri, [{"uri": found.uri}])
    if not displays:
        raise CommandError(
            f"No graphical display with type '{type}' found"
            if type
            else "No graphical display found"
        )
    return Lines(displays, "uri")
