"""vol-create-as: make a volume that options describe."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, look_up
from vsh.cli.params import Argument, Flag, Flags, Option, anything
from vsh.cli.storage import ACTIVE_POOL, volume_names
from vsh.commands._progress import followed
from vsh.commands.volume._shared import PREALLOC_HELP, volume_formats, volume_size
from vsh.errors import failing
from vsh.output.document import Done, Xml
from vsh.words.volume import StorageVolCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.pool import Pool
    from vsh.api.volume import Volume
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done volume | xml document")
def vol_create_as(
    pool: Pool = ACTIVE_POOL,
    name: str = Argument("name of the volume", complete=()),
    capacity: str = Argument("size, in bytes unless a unit is given", complete=()),
    allocation: str | None = Option(
        "how much of it to set aside at once", kind=anything, by_place=True, complete=()
    ),
    format: str | None = Option(
        "format of the file: raw, qcow2 ...", by_place=True, complete=volume_formats
    ),
    backing_vol: str | None = Option(
        "the volume that it begins as a copy of", by_place=True, complete=volume_names
    ),
    backing_vol_format: str | None = Option(
        "the format of that volume", by_place=True, complete=volume_formats
    ),
    flags: int = Flags(StorageVolCreate, prealloc_metadata=PREALLOC_HELP),
    print_xml: bool = Flag("print the description rather than use it"),
    session: Session = SESSION,
) -> Document:
    """Make a volume in a pool.

    Without --allocation all of its size is set aside.

    Examples:
        vol-create-as images new.qcow2 20G --format qcow2  # takes room only as it is filled
        vol-create-as images web3.qcow2 20G --format qcow2 --backing-vol web1.qcow2
            # an overlay
    """
    from vsh.xml.engine.described import Described, as_is
    from vsh.xml.storage.volume import BackingImage, StorageVolume, Target

    size = volume_size(capacity)
    at_once = volume_size(allocation) if allocation else None
    below = None
    if backing_vol:
        below = Described(
            BackingImage,
            path=as_is(_backing(session, pool, backing_vol).get_path()),
            image_format=as_is(backing_vol_format),
        )
    xml = Described(
        StorageVolume,
        name=as_is(name),
        capacity=size,
        allocation=at_once,
        target=Described(Target, image_format=as_is(format)),
        backing=below,
    ).format()
    if print_xml:
        return Xml(xml)
    with failing(f"Failed to create vol {name}"), followed(session, "Create"):
        pool.vol_create_xml(xml, flags)
    return Done("Vol {volume} created", volume=name)


def _backing(session: Session, pool: Pool, text: str) -> Volume:
    """The volume that a text names: in the pool, by key, or by path.  Raises CommandError."""
    connection = session.connection
    ways: list[tuple[str, Callable[[str], Volume]]] = [
        ("vol name", pool.vol_lookup_by_name),
        ("vol key", connection.storage_vol_lookup_by_key),
        ("vol path", connection.storage_vol_lookup_by_path),
    ]
    return look_up(session, "backing-vol", text, "vol", ways)
