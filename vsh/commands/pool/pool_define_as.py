"""pool-define-as: define a pool that stays, described by options."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Argument, Flag
from vsh.commands.pool._shared import DESCRIPTION, pool_xml, types
from vsh.errors import failing
from vsh.output.document import Done, Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(exclusive=(("secret-usage", "secret-uuid"),), tells="done pool | xml document")
def pool_define_as(
    name: str = Argument("name of the pool", complete=()),
    type: str = Argument("type of the pool", complete=types),
    print_xml: bool = Flag("print the description rather than use it"),
    description: dict[str, str | None] = DESCRIPTION,
    connection: Connection = CONNECTION,
) -> Document:
    """Define a storage pool that options describe, without starting it.

    With --print-xml the description is only printed.

    Examples:
        pool-define-as iso dir --target /srv/iso  # keep it; then pool-build and pool-start
        pool-define-as nas netfs --source-host nas --source-path /v --target /srv/nas --print-xml
            # only the document
    """
    xml = pool_xml(name, type, description)
    if print_xml:
        return Xml(xml)
    with failing(f"Failed to define pool {name}"):
        connection.storage_pool_define_xml(xml)
    return Done("Pool {pool} defined", pool=name)
