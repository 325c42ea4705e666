"""define: take a domain's definition into the hypervisor's store."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, SESSION, file_names
from vsh.cli.params import Argument, Flag
from vsh.commands._files import read_text
from vsh.commands.domain._warnings import look, refuse_dropped, warn_of_dropped
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainDefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done domain file")
def define(
    file: str = Argument("file with the domain's XML document", complete=file_names),
    validate: bool = Flag("refuse a document that the schema does not allow"),
    connection: Connection = CONNECTION,
    session: Session = SESSION,
) -> Document:
    """Define a domain from an XML file, without starting it.

    A domain of the same name and UUID gets the new definition, for its next start.

    Examples:
        define web2.xml  # keep it; start it with start
        define web2.xml --validate  # only if its XML is right in every detail
    """
    xml = read_text(file)
    with failing(f"Failed to define domain from {file}"):
        if validate:
            refuse_dropped(session, xml, file)
            domain = connection.domain_define_xml_flags(xml, DomainDefine.VALIDATE)
        else:
            defining = connection.domain_define_xml.request(xml)
            domain = connection.driver.call_while(defining, lambda: look(session, xml))
    warn_of_dropped(session, xml, file)
    return Done("Domain '{domain}' defined from {file}", domain=domain.name, file=file)
