"""pool-capabilities: which types of storage pools there can be."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.errors import failing
from vsh.output.document import Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="xml document")
def pool_capabilities(connection: Connection = CONNECTION) -> Document:
    """Print which types of storage pools the connection supports, as XML.

    Also the formats of each type, and which are the default.

    Examples:
        pool-capabilities  # the types of pools there are
    """
    with failing("failed to get storage pool capabilities"):
        return Xml(connection.get_storage_pool_capabilities(), newline=True)
