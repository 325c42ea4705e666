"""save-image-edit: change the document inside a saved state in an editor."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.edit import edit_document
from vsh.cli.objects import CONNECTION, SESSION, file_names
from vsh.cli.params import Argument
from vsh.commands.domain._saving import absolute, run_state
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainSaveImageXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(exclusive=(("running", "paused"),), tells="done file")
def save_image_edit(
    file: str = Argument("the file that save wrote", complete=file_names),
    flags: int = run_state("when it is restored"),
    connection: Connection = CONNECTION,
    session: Session = SESSION,
) -> Document:
    """Change the domain's document inside a saved state in an editor.

    With --running or --paused the state is changed even where the document is not.

    Examples:
        save-image-edit /var/tmp/web1.save  # in your editor
    """
    path = absolute(file)

    def define(xml: str) -> bool:
        connection.domain_save_image_define_xml(path, xml, flags)
        return True

    edited = edit_document(
        session,
        lambda: connection.domain_save_image_get_xml_desc(path, DomainSaveImageXML.SECURE),
        define,
    )
    if edited is None:
        return Done("Saved image {file} XML configuration not changed.", file=file)
    return Done("State file {file} edited.", file=file)
