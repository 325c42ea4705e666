"""pool-edit: change a storage pool in an editor."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.edit import edit_document
from vsh.cli.objects import SESSION
from vsh.cli.storage import POOL
from vsh.commands.pool._shared import XML_INACTIVE
from vsh.errors import InvalidArgument
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def pool_edit(pool: Any = POOL, session: Any = SESSION) -> Document:
    """Edit the definition of a storage pool.

    The change takes effect when the pool is started next.
    """

    def read() -> str:
        try:
            return str(pool.get_xml_desc(XML_INACTIVE))
        except InvalidArgument:  # a driver that has one definition only
            return str(pool.get_xml_desc(0))

    edited = edit_document(session, read, pool.connection.storage_pool_define_xml)
    if edited is None:
        return Done("Pool {pool} XML configuration not changed.", pool=pool.name)
    return Done("Pool {pool} XML configuration edited.", pool=edited.name)
