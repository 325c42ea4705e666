"""uri: where this is connected to."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.errors import failing
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="uri")
def uri(connection: Connection = CONNECTION) -> Document:
    """Print the URI of the connection.

    Examples:
        uri  # where this session is connected
    """
    with failing("failed to get URI"):
        return Line("{uri}", uri=connection.get_uri())
