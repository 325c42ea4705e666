"""domxml-from-native: a domain's document from another program's configuration."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text
from vsh.commands.domain._native import connection_of, convert
from vsh.commands.domain._saving import NATIVE_FORMATS
from vsh.output.document import Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(connect=False, tells="xml document")
def domxml_from_native(
    format: str = Argument("what the configuration is written for", complete=NATIVE_FORMATS),
    config: str = Argument("file with the configuration", complete=file_names),
    session: Session = SESSION,
) -> Document:
    """Print the domain document for a configuration of another program.

    Nothing is defined: the document is for define.  Configurations of VMware, Xen, LXC and bhyve
    need no driver that knows them, and no connection.

    Examples:
        domxml-from-native vmware-vmx guest.vmx > guest.xml  # the domain document of a VMware guest
    """
    connection = connection_of(session, format, "read")
    return Xml(convert(session, connection, "read", format, read_text(config)))
