"""vol-clone: copy a volume within its pool."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument, Flag, Flags
from vsh.cli.storage import VOLUME, VOLUME_POOL, find_volume
from vsh.commands._progress import followed
from vsh.commands.volume._shared import PREALLOC_HELP, REFLINK_HELP
from vsh.errors import CommandError, failing
from vsh.output.document import Done, Xml
from vsh.words.volume import StorageVolCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done volume pool original | xml document")
def vol_clone(
    vol: str = VOLUME,
    newname: str = Argument("name of the copy", complete=()),
    pool: str | None = VOLUME_POOL,
    flags: int = Flags(StorageVolCreate, prealloc_metadata=PREALLOC_HELP, reflink=REFLINK_HELP),
    print_xml: bool = Flag("print the description of the copy rather than make it"),
    session: Session = SESSION,
) -> Document:
    """Copy a volume within its pool, under another name.

    The copy has the format of the original.

    Examples:
        vol-clone web1.qcow2 web2.qcow2 --pool images  # a whole copy
    """
    from lxml import etree

    from vsh.xml.engine.reader import parse

    volume = find_volume(session, vol, pool)
    with failing("failed to get parent pool"):
        parent = volume.pool_lookup_by_volume()
    root = parse(volume.get_xml_desc())
    name = root.find("./name")
    if name is None:
        raise CommandError("Failed to allocate XML buffer")
    name.text = newname
    xml = str(etree.tostring(root, encoding="unicode", pretty_print=True)).rstrip("\n")
    if print_xml:
        return Xml(xml)
    with failing(f"Failed to clone vol from {volume.name}"), followed(session, "Copy"):
        made = parent.vol_create_xml_from(xml, volume, flags)
    return Done(
        "Vol {volume} cloned from {original}",
        volume=made.name,
        original=volume.name,
        pool=parent.name,
    )
