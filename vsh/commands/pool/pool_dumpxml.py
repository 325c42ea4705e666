"""pool-dumpxml: a storage pool's document."""

from __future__ import annotations

from vsh.cli.storage import POOL
from vsh.commands._xpath import dumpxml_command
from vsh.words.pool import StorageXML

pool_dumpxml = dumpxml_command(
    __name__,
    POOL,
    "pool",
    "a storage pool",
    "With --inactive, its definition rather than what it is now.",
    "images  # its document",
    StorageXML.INACTIVE,
    "what the pool starts with next",
)
