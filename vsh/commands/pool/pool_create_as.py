"""pool-create-as: start a pool that is gone once it stops, described by options."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Argument, Flag
from vsh.commands.pool._shared import DESCRIPTION, create_flags, pool_xml, types
from vsh.errors import failing
from vsh.output.document import Done, Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(
    exclusive=(("overwrite", "no-overwrite"), ("secret-usage", "secret-uuid")),
    tells="done pool | xml document",
)
def pool_create_as(
    name: str = Argument("name of the pool", complete=()),
    type: str = Argument("type of the pool", complete=types),
    print_xml: bool = Flag("print the description rather than use it"),
    description: dict[str, str | None] = DESCRIPTION,
    flags: int = create_flags(),
    connection: Connection = CONNECTION,
) -> Document:
    """Create a storage pool that options describe, and start it.

    It is gone once it stops; see pool-define-as for one that stays.

    Examples:
        pool-create-as scratch dir --target /var/tmp/scratch
            # a pool that is forgotten once it is stopped
    """
    xml = pool_xml(name, type, description)
    if print_xml:
        return Xml(xml)
    with failing(f"Failed to create pool {name}"):
        connection.storage_pool_create_xml(xml, flags)
    return Done("Pool {pool} created", pool=name)
