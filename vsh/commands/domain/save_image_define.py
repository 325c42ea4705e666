"""save-image-define: change the document inside a saved state."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text
from vsh.commands.domain._saving import absolute, run_state
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="done file")
def save_image_define(
    file: str = Argument("the file that save wrote", complete=file_names),
    xml: str = Argument("file with the new document", complete=file_names),
    flags: int = run_state("when it is restored"),
    connection: Connection = CONNECTION,
) -> Document:
    """Change the domain's document inside a saved state.

    Only what the guest does not see may change: paths on the host, for example.

    Examples:
        save-image-define /var/tmp/web1.save new.xml  # another definition for a saved guest
    """
    document = read_text(xml)
    with failing(f"Failed to update {file}"):
        connection.domain_save_image_define_xml(absolute(file), document, flags)
    return Done("State file {file} updated.", file=file)
