"""pool-edit: change a storage pool in an editor."""

from __future__ import annotations

from vsh.cli.storage import POOL
from vsh.commands._definitions import edit_command
from vsh.words.pool import StorageXML

pool_edit = edit_command(
    __name__,
    POOL,
    "pool",
    "a storage pool",
    "when the pool is started next",
    "Pool",
    "storage_pool_define_xml",
    "images  # in your editor",
    StorageXML.INACTIVE,
)
