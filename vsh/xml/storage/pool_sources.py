"""<sources>: what find-storage-pool-sources finds, each a pool's <source>."""

from __future__ import annotations

from vsh.xml.engine.element import Element
from vsh.xml.engine.structure import Children
from vsh.xml.storage.pool import PoolSource


class PoolSources(Element, tag="sources"):
    """All that were found; to be read with the type of the pools as ``facts``."""

    sources = Children(PoolSource, "source")

    open = (".",)
