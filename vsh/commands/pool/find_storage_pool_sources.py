"""find-storage-pool-sources: what storage pools could be made of, from a document."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument, Option
from vsh.commands._files import read_text
from vsh.commands.pool._shared import sources_text, types
from vsh.output.document import Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="xml document")
def find_storage_pool_sources(
    type: str = Argument("type of the pools", complete=types),
    source: str | None = Option(
        "file that says where to look", by_place=True, complete=file_names, name="srcSpec"
    ),
    connection: Connection = CONNECTION,
) -> Document:
    """Print the sources that a type of storage pools could be made of, as XML.

    Where to look is said by a document.

    Examples:
        find-storage-pool-sources logical  # volume groups of this host
    """
    where = None if source is None else read_text(source)
    return Xml(sources_text(type, lambda: connection.find_storage_pool_sources(type, where)))
