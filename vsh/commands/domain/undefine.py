"""undefine: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag, Option, anything

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("nvram", "keep-nvram"), ("tpm", "keep-tpm"),), requires={"delete-storage-volume-snapshots": "remove-all-storage"}, old={"delete-snapshots": "delete-storage-volume-snapshots"})
def undefine(
    domain: Any = DOMAIN,
    managed_save: bool = Flag(""),
    storage: str | None = Option("", kind=anything, by_place=True),
    remove_all_storage: bool = Flag(""),
    delete_storage_volume_snapshots: bool = Flag(""),
    wipe_storage: bool = Flag(""),
    snapshots_metadata: bool = Flag(""),
    checkpoints_metadata: bool = Flag(""),
    nvram: bool = Flag(""),
    keep_nvram: bool = Flag(""),
    tpm: bool = Flag(""),
    keep_tpm: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
