"""managedsave-edit: change the document inside a managed save image in an editor."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.edit import edit_document
from vsh.cli.objects import SESSION, domain_argument
from vsh.commands.domain._saving import run_state
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainSaveImageXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(exclusive=(("running", "paused"),))
def managedsave_edit(
    domain: Domain = domain_argument(complete="MANAGEDSAVE"),
    flags: int = run_state("after the next start"),
    session: Session = SESSION,
) -> Document:
    """Change the domain's document inside its managed save image in an editor.

    Only what the guest does not see may change: paths on the host, for example.

    Examples:
        managedsave-edit db1 --running  # and let it run after its next start
    """

    def define(xml: str) -> bool:
        domain.managed_save_define_xml(xml, flags)
        return True

    edited = edit_document(
        session, lambda: domain.managed_save_get_xml_desc(DomainSaveImageXML.SECURE), define
    )
    if edited is None:
        return Done(
            "Managed save image of domain '{domain}' XML configuration not changed.",
            domain=domain.name,
        )
    return Done(
        "Managed save image of Domain '{domain}' XML configuration edited.", domain=domain.name
    )
