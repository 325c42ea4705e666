"""nwfilter-binding-create: put a network filter before a port device."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text, validating
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.nwfilter_binding import NWFilterBindingCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="done binding file")
def nwfilter_binding_create(
    file: str = Argument("file with the binding's description", complete=file_names),
    flags: int = validating(NWFilterBindingCreate),
    connection: Connection = CONNECTION,
) -> Document:
    """Bind a network filter to a port device, from an XML file.

    libvirt does so by itself for guests of its own.

    Examples:
        nwfilter-binding-create binding.xml  # a filter for a port that libvirt did not make
    """
    xml = read_text(file)
    with failing(f"Failed to create network filter from {file}"):
        binding = connection.nwfilter_binding_create_xml(xml, flags)
    return Done(
        "Network filter binding on {binding} created from {file}",
        binding=binding.portdev,
        file=file,
    )
