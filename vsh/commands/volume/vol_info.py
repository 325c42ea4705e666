"""vol-info: what a volume is, in a few lines."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Flag, Flags
from vsh.cli.storage import VOLUME, VOLUME_POOL, find_volume
from vsh.commands._sizes import pretty
from vsh.commands.volume._shared import type_word
from vsh.errors import Error
from vsh.output.document import Fields
from vsh.words.volume import StorageVolInfo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="name type? capacity_bytes? allocation_bytes? physical_bytes?")
def vol_info(
    vol: str = VOLUME,
    pool: str | None = VOLUME_POOL,
    bytes: bool = Flag("print sizes in bytes"),
    flags: int = Flags(
        StorageVolInfo, physical=("the size on the host in place of the allocation", "GET_PHYSICAL")
    ),
    session: Session = SESSION,
) -> Document:
    """Print basic information about a volume.

    Its name, type and sizes.

    Examples:
        vol-info web1.qcow2 --pool images  # its size, and how much is used
        vol-info /srv/images/web1.qcow2 --bytes  # by its path, for scripts
    """
    volume = find_volume(session, vol, pool)
    fields = Fields()
    fields.add("Name:", volume.name, name=volume.name)
    try:
        info = volume.get_info_flags(flags) if flags else volume.get_info()
    except Error:
        session.show(fields)
        raise
    fields.add("Type:", type_word(info.type), type=type_word(info.type))
    second = "physical" if flags else "allocation"
    for name, size in (("capacity", info.capacity), (second, info.allocation)):
        shown = f"{size} bytes" if bytes else pretty(size, 2)
        fields.add(f"{name.capitalize()}:", shown, **{f"{name}_bytes": size})
    return fields
