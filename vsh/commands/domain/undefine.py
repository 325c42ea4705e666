"""undefine: forget a domain's definition."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import BITS, Flag, Option, anything
from vsh.commands._devices import disk_targets
from vsh.commands.domain._removal import Kept, Volume, forget, volumes_of
from vsh.commands.domain._shared import late_domain
from vsh.errors import CommandError
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainUndefine
from vsh.words.volume import StorageVolDelete

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(
    exclusive=(("nvram", "keep-nvram"), ("tpm", "keep-tpm")),
    requires={"delete-storage-volume-snapshots": "remove-all-storage"},
    old={"delete-snapshots": "delete-storage-volume-snapshots"},
    loses="undefine",
)
def undefine(
    domain: Callable[[], Domain] = late_domain(),
    managed_save: bool = Flag("remove its managed save image too", bit=DomainUndefine.MANAGED_SAVE),
    storage: str | None = Option(
        "remove the volumes of these disks too, comma-separated",
        kind=anything,
        by_place=True,
        complete=disk_targets,
    ),
    remove_all_storage: bool = Flag("remove the volumes of all its disks too"),
    delete_storage_volume_snapshots: bool = Flag("with the volumes' own snapshots"),
    wipe_storage: bool = Flag("overwrite the volumes before they are removed"),
    snapshots_metadata: bool = Flag(
        "forget its snapshots too", bit=DomainUndefine.SNAPSHOTS_METADATA
    ),
    checkpoints_metadata: bool = Flag(
        "forget its checkpoints too", bit=DomainUndefine.CHECKPOINTS_METADATA
    ),
    nvram: bool = Flag("remove the file of its firmware's variables", bit=DomainUndefine.NVRAM),
    keep_nvram: bool = Flag(
        "keep the file of its firmware's variables", bit=DomainUndefine.KEEP_NVRAM
    ),
    tpm: bool = Flag("remove the state of its TPM", bit=DomainUndefine.TPM),
    keep_tpm: bool = Flag("keep the state of its TPM", bit=DomainUndefine.KEEP_TPM),
    flags: int = BITS,
    session: Session = SESSION,
) -> Iterator[Document]:
    """Forget a domain's definition.

    A domain that runs goes on as a transient one.  Its disks stay, unless an option says otherwise.

    Examples:
        undefine db1  # its disks stay
        undefine db1 --remove-all-storage --snapshots-metadata --nvram  # and all that goes with it
    """
    if wipe_storage and not (storage or remove_all_storage):
        raise CommandError(
            "'--wipe-storage' requires '--storage <string>' or '--remove-all-storage'"
        )
    found = domain()
    running = found.is_active()
    kept = Kept(found) if not running else Kept(None)
    volumes: list[Volume] = []
    if storage or remove_all_storage:
        if running:
            raise CommandError("Storage volume deletion is supported only on stopped domains")
        if storage and remove_all_storage:
            raise CommandError("Specified both --storage and --remove-all-storage")
        volumes = list(volumes_of(session, found, storage))
    forget(session, found, flags, kept)
    yield Done("Domain '{domain}' has been undefined", domain=found.called)
    deletion = StorageVolDelete.WITH_SNAPSHOTS if delete_storage_volume_snapshots else 0
    for volume in volumes:
        yield from volume.remove(session, deletion, wipe=wipe_storage)
