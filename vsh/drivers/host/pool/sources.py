"""What pools can be made of: the document that asks for it, and the one that says it."""

from __future__ import annotations

from vsh.drivers.host import programs
from vsh.xml.engine.reader import read
from vsh.xml.storage.pool import PoolSource, SourceHost
from vsh.xml.storage.pool_sources import PoolSources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def wanted_source(xml: str, kind: str) -> PoolSource:
    """The source that a document asks about.  Raises the first problem."""
    return read(xml, PoolSource, facts=kind)


def shown(found: Iterable[PoolSource]) -> str:
    """The document of what was found."""
    document = PoolSources()
    document.sources = list(found)
    if not document.sources:
        return "<sources>\n</sources>\n"
    return document.format()


def gluster_volumes(host: str, kind: str) -> list[PoolSource]:
    """The volumes that gluster(8) tells of on a server, for a type of pools; none where it fails.

    Raises XmlError where it says something else than it used to.
    """
    from vsh.xml.engine.reader import parse

    command = ["gluster", "--xml", "--log-file=/dev/null", "volume", "info", "all"]
    told = None
    if programs.find("gluster") is not None:
        told = programs.run([*command, f"--remote-host={host}"], check=False)
    found = []
    for name in parse(told).iterfind(".//volumes/volume/name") if told else ():
        source = PoolSource()
        source.hosts, source.devices = [SourceHost(name=host)], []
        if kind == "netfs":
            source.dir, source.source_format = name.text, "glusterfs"
        else:
            source.dir, source.name = "/", name.text
        found.append(source)
    return found
