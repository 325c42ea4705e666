"""vol-create-as: make a volume that options describe."""

from __future__ import annotations

from vsh.api.flags.volume import StorageVolCreate
from vsh.cli.command import command
from vsh.cli.objects import SESSION, look_up
from vsh.cli.params import Argument, Flag, Flags, Option, anything
from vsh.cli.storage import ACTIVE_POOL, volume_names
from vsh.commands.volume._shared import FORMATS, PREALLOC_HELP, volume_size
from vsh.errors import failing
from vsh.output.document import Done, Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.cli.session import Session
    from vsh.output.document import Document


@command
def vol_create_as(
    pool: Any = ACTIVE_POOL,
    name: str = Argument("name of the volume", complete=()),
    capacity: str = Argument("size, in bytes unless a unit is given", complete=()),
    allocation: str | None = Option(
        "how much of it to set aside at once", kind=anything, by_place=True, complete=()
    ),
    format: str | None = Option(
        "format of the file: raw, qcow2 ...", by_place=True, complete=FORMATS
    ),
    backing_vol: str | None = Option(
        "the volume that it begins as a copy of", by_place=True, complete=volume_names
    ),
    backing_vol_format: str | None = Option(
        "the format of that volume", by_place=True, complete=FORMATS
    ),
    flags: int = Flags(StorageVolCreate, prealloc_metadata=PREALLOC_HELP),
    print_xml: bool = Flag("print the description rather than use it"),
    session: Any = SESSION,
) -> Document:
    """Make a volume in a pool.

    Without --allocation all of its size is set aside.
    """
    lines = [
        "<volume>",
        f"  <name>{name}</name>",
        f"  <capacity>{volume_size(capacity)}</capacity>",
    ]
    if allocation:
        lines.append(f"  <allocation>{volume_size(allocation)}</allocation>")
    if format:
        lines += ["  <target>", f"    <format type='{format}'/>", "  </target>"]
    if backing_vol:
        path = _backing(session, pool, backing_vol).get_path()
        lines += ["  <backingStore>", f"    <path>{path}</path>"]
        if backing_vol_format:
            lines.append(f"    <format type='{backing_vol_format}'/>")
        lines.append("  </backingStore>")
    xml = "\n".join([*lines, "</volume>", ""])
    if print_xml:
        return Xml(xml)
    with failing(f"Failed to create vol {name}"):
        pool.vol_create_xml(xml, flags)
    return Done("Vol {volume} created", volume=name)


def _backing(session: Session, pool: Any, text: str) -> Any:
    """The volume that a text names: in the pool, by key, or by path.  Raises CommandError."""
    connection = session.connection
    return look_up(
        session,
        "backing-vol",
        text,
        "vol",
        [
            ("vol name", pool.vol_lookup_by_name),
            ("vol key", connection.storage_vol_lookup_by_key),
            ("vol path", connection.storage_vol_lookup_by_path),
        ],
    )
