"""nwfilter-define: define or change a network filter."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text, validating
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.nwfilter import NWFilterDefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="done nwfilter file")
def nwfilter_define(
    file: str = Argument("file with the filter's description", complete=file_names),
    flags: int = validating(NWFilterDefine),
    connection: Connection = CONNECTION,
) -> Document:
    """Define a network filter from an XML file, or change an existing one.

    Guests that use the filter are protected by the new rules at once.

    Examples:
        nwfilter-define clean.xml  # keep a filter, or change it
    """
    xml = read_text(file)
    with failing(f"Failed to define network filter from {file}"):
        if flags:
            nwfilter = connection.nwfilter_define_xml_flags(xml, flags)
        else:
            nwfilter = connection.nwfilter_define_xml(xml)
    return Done("Network filter {nwfilter} defined from {file}", nwfilter=nwfilter.name, file=file)
