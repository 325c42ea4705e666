"""<storagepoolCapabilities>: which kinds of storage pools there can be, and their formats."""

from __future__ import annotations

from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Flag, Text
from vsh.xml.engine.structure import Children
from vsh.xml.host.domain_capabilities import Value


class PoolWords(Element, tag="enum"):
    """The words that there are for a format."""

    name = Text[str]("@name", required=True)
    choices = Children(Value, "value")

    open = (".",)


class PoolOffer(Element, tag="pool"):
    """One kind of pool."""

    type = Text[str]("@type", required=True)
    supported = Flag("@supported", required=True)
    pool_format = Text("poolOptions/defaultFormat/@type")
    pool_words = Children(PoolWords, "poolOptions/enum")
    volume_format = Text("volOptions/defaultFormat/@type")
    volume_words = Children(PoolWords, "volOptions/enum")

    open = (".",)


class PoolCapabilities(Element, tag="storagepoolCapabilities"):
    """All of it."""

    pools = Children(PoolOffer, "pool")
