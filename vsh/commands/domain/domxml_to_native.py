"""domxml-to-native: another program's configuration from a domain's document."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument, file_names
from vsh.cli.params import Argument, Option
from vsh.commands._files import read_text
from vsh.commands.domain._native import connection_of, convert
from vsh.commands.domain._saving import NATIVE_FORMATS
from vsh.errors import CommandError, failing
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(connect=False, exclusive=(("domain", "xml"),), tells="configuration")
def domxml_to_native(
    format: str = Argument("what the configuration is to be written for", complete=NATIVE_FORMATS),
    domain: Domain = domain_argument(option=True, required=False),
    xml: str | None = Option("file with the domain's document", by_place=True, complete=file_names),
    session: Session = SESSION,
) -> Document:
    """Print the configuration of another program, or the command line, for a domain.

    Nothing is changed: the configuration is for the other program.  Those of VMware, Xen and bhyve
    need no driver that knows them, and with a document no connection.

    Examples:
        domxml-to-native xen-xl --xml guest.xml  # the configuration that it would be
    """
    connection = connection_of(session, format, "write")
    if domain is not None:
        with failing("failed to retrieve XML"):
            document = domain.get_xml_desc(0)
    elif xml:
        document = read_text(xml)
    else:
        raise CommandError("need either domain or domain XML", hint="--domain or --xml")
    text = convert(session, connection, "write", format, document)
    return Text(text, configuration=text)
