"""managedsave-define: change the document inside a managed save image."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text
from vsh.commands.domain._saving import run_state
from vsh.commands.domain._shared import late_domain
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=(("running", "paused"),))
def managedsave_define(
    domain: Callable[[], Domain] = late_domain(complete="MANAGEDSAVE"),
    xml: str = Argument("file with the new document", complete=file_names),
    flags: int = run_state("after the next start"),
) -> Document:
    """Change the domain's document inside its managed save image.

    Only what the guest does not see may change: paths on the host, for example.

    Examples:
        managedsave-define db1 saved.xml  # another definition for the saved state
    """
    document = read_text(xml)
    found = domain()
    with failing(f"Failed to update {found.name} XML configuration"):
        found.managed_save_define_xml(document, flags)
    return Done("Managed save state file of domain '{domain}' updated.", domain=found.name)
