"""edit: change a domain's definition in an editor."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.edit import edit_document
from vsh.cli.objects import DOMAIN, SESSION
from vsh.cli.params import Flag
from vsh.commands.domain._warnings import warn_of_dropped
from vsh.output.document import Done
from vsh.words.domain.document import DomainXML
from vsh.words.domain.lifecycle import DomainDefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command
def edit(
    domain: Domain = DOMAIN,
    skip_validate: bool = Flag("do not hold the document against the schema"),
    session: Session = SESSION,
) -> Document:
    """Change a domain's definition in an editor ($VISUAL, $EDITOR or vi).

    A running guest uses the new definition from its next start on.

    Examples:
        edit web1  # what you save is checked and defined
    """
    connection = domain.connection
    flags = 0 if skip_validate else DomainDefine.VALIDATE

    sent: list[str] = []

    def define(xml: str) -> Domain:
        sent.append(xml)
        if flags:
            return connection.domain_define_xml_flags(xml, flags)
        return connection.domain_define_xml(xml)

    edited = edit_document(
        session,
        lambda: domain.get_xml_desc(DomainXML.SECURE | DomainXML.INACTIVE),
        define,
        relax=connection.domain_define_xml,
    )
    if edited is None:
        return Done("Domain '{domain}' XML configuration not changed.", domain=domain.name)
    for xml in sent[-1:]:
        warn_of_dropped(session, xml, domain.name)
    return Done("Domain '{domain}' XML configuration edited.", domain=edited.name)
