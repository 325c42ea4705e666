"""What pools can be made of: the document that asks for it, and the one that says it."""

from __future__ import annotations

from vsh.xml.engine.reader import read
from vsh.xml.storage.pool import PoolSource
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
