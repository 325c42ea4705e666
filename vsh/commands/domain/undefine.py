"""undefine: forget a domain's definition."""

from __future__ import annotations

from vsh.acts.remove import NotManaged, Removed, Stayed, Undefined, UnknownDisks, Wiping, remove
from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import BITS, Flag, Option, anything
from vsh.cli.run import report
from vsh.commands._devices import disk_targets
from vsh.commands.domain._shared import late_domain
from vsh.commands.virsh.echo import split_commas
from vsh.errors import CommandError
from vsh.output.document import Done, Said
from vsh.words.domain.lifecycle import DomainUndefine
from vsh.words.volume import StorageVolDelete

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.acts.note import Note
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(
    exclusive=(("nvram", "keep-nvram"), ("tpm", "keep-tpm")),
    requires={"delete-storage-volume-snapshots": "remove-all-storage"},
    old={"delete-snapshots": "delete-storage-volume-snapshots"},
    loses="undefine",
    tells="done removed?",
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
    try:
        for note in remove(
            found,
            flags,
            disks=split_commas(storage) if storage else None,
            all_disks=remove_all_storage,
            wipe=wipe_storage,
            volume_flags=(
                StorageVolDelete.WITH_SNAPSHOTS if delete_storage_volume_snapshots else 0
            ),
            lenient=session.lenient,
            called=found.called,
        ):
            yield from _told(session, found, note)
    except UnknownDisks as error:
        for word in error.words:
            session.error(f"Volume '{word}' was not found in domain's definition.")
        raise CommandError("") from None


def _told(session: Session, domain: Domain, note: Note) -> Iterator[Document]:
    """What is said of a step; a volume that stayed is a failure, and the next one is tried."""
    if isinstance(note, Undefined):
        yield Done("Domain '{domain}' has been undefined", domain=domain.called)
    elif isinstance(note, Removed):
        disk = note.disk
        yield Done(
            "Volume '{called[0]}'({called[1]}) removed.",
            called=(disk.target, disk.source),
            removed=[{"target": disk.target, "source": disk.source}],
        )
    elif isinstance(note, Stayed):
        report(session, note.error)
        session.status = 1
    elif isinstance(note, NotManaged):
        session.error(note.text)
    elif isinstance(note, Wiping):
        yield Said(note.text)
    else:
        yield Done(note.text)
