"""find-storage-pool-sources-as: what storage pools could be made of, on a host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Argument, Option
from vsh.commands.pool._shared import sources_text, types
from vsh.output.document import Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="xml document")
def find_storage_pool_sources_as(
    type: str = Argument("type of the pools", complete=types),
    host: str | None = Option("host to look on", by_place=True, complete=()),
    port: str | None = Option("port of that host", by_place=True, complete=()),
    initiator: str | None = Option("name of the initiator, for iSCSI", by_place=True, complete=()),
    connection: Connection = CONNECTION,
) -> Document:
    """Print the sources that a type of storage pools could be made of, as XML.

    The host that is asked is given by options.

    Examples:
        find-storage-pool-sources-as netfs nas.example.org  # what a server exports
    """
    from vsh.xml.engine.described import Described, as_is
    from vsh.xml.storage.pool import PoolSource, SourceHost

    where = None
    if host is not None:
        server = Described(SourceHost, name=as_is(host), port=as_is(port))
        where = Described(PoolSource, hosts=[server], initiator=as_is(initiator)).format()
    return Xml(sources_text(type, lambda: connection.find_storage_pool_sources(type, where)))
