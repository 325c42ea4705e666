"""change-media: put a medium into a domain's drive, or take it out."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, file_names, impact
from vsh.cli.params import BITS, Argument, Flag
from vsh.commands._devices import disk_targets
from vsh.commands.domain._devices_xml import REMOVABLE, find_disk, with_medium
from vsh.errors import CommandError, failing
from vsh.output.document import Said, Xml
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.devices import DomainDeviceModify
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(
    exclusive=(
        ("eject", "insert"),
        ("eject", "update"),
        ("insert", "update"),
        ("eject", "block"),
        *IMPACT_EXCLUSIVE,
    ),
    tells="done action | xml document",
)
def change_media(
    domain: Domain = DOMAIN,
    path: str = Argument("target or source of the drive", complete=disk_targets),
    source: str | None = Argument(
        "the medium: a file or block device", required=False, complete=file_names
    ),
    eject: bool = Flag("take the medium out"),
    insert: bool = Flag("put a medium in"),
    update: bool = Flag("put another medium in"),
    impact: int = impact("current", "live", "config"),
    force: bool = Flag("do it even where the guest locks the drive", bit=DomainDeviceModify.FORCE),
    print_xml: bool = Flag("print the device instead of sending it"),
    block: bool = Flag("the medium is a block device"),
    flags: int = BITS,
) -> Document:
    """Put a medium into a domain's CD-ROM or floppy drive, or take it out.

    Without --insert, --eject or --update what is there is replaced.

    Examples:
        change-media web1 sda /srv/iso/setup.iso --insert  # put a CD in
        change-media web1 sda --eject  # and take it out
    """
    action = "eject" if eject or (update and not source) else "insert" if insert else "update"
    config = impact & DomainModificationImpact.CONFIG
    document = domain.get_xml_desc(DomainXML.INACTIVE if config else 0)
    disk = find_disk(document, path, changeable=True)
    if disk.get("device") not in REMOVABLE:
        raise CommandError(f"The disk device '{path}' is not removable")
    if action == "eject":
        if disk.find("source") is None:
            raise CommandError(f"The disk device '{path}' doesn't have media")
        xml = with_medium(disk, None, path, block=False, insert=False)
    else:
        if source is None:
            raise CommandError("New disk media source was not specified")
        xml = with_medium(disk, source, path, block=block, insert=action == "insert")
    if print_xml:
        return Xml(xml)
    flags |= impact
    with failing(f"Failed to complete action {action} on media"):
        domain.update_device_flags(xml, flags)
    done = {"eject": "ejected", "insert": "inserted", "update": "updated"}[action]
    return Said(f"Successfully {done} media.", action=action)
