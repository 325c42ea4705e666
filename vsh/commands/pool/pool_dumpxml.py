"""pool-dumpxml: a storage pool's document."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag, Flags, Option
from vsh.cli.storage import POOL
from vsh.commands._xpath import WRAP_HELP, XPATH_HELP, dump
from vsh.words.pool import StorageXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.output.document import Document


@command
def pool_dumpxml(
    pool: Pool = POOL,
    flags: int = Flags(StorageXML, inactive="what the pool starts with next"),
    xpath: str | None = Option(XPATH_HELP, complete=()),
    wrap: bool = Flag(WRAP_HELP),
) -> Document:
    """Print the XML of a storage pool.

    With --inactive, its definition rather than what it is now.

    Examples:
        pool-dumpxml images  # its document
    """
    return dump(pool.get_xml_desc(flags), xpath, wrap=wrap)
