"""domthrottlegroupinfo: the limits of a named group."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, SESSION
from vsh.cli.params import Argument, Flag
from vsh.commands.domain._devices_xml import text_at, tree
from vsh.commands.domain._throttle import NAMES, group_names
from vsh.errors import CommandError
from vsh.output.document import Fields
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(order=("group-name",))
def domthrottlegroupinfo(
    domain: Domain = DOMAIN,
    group_name: str = Argument("name of the group", complete=group_names),
    inactive: bool = Flag("as defined for the next start"),
    session: Session = SESSION,
) -> Document | None:
    """Print the limits of a named group of disks.

    Limits that are not set are not printed.

    Examples:
        domthrottlegroupinfo web1 slow  # its limits
    """
    root = tree(domain.get_xml_desc(DomainXML.INACTIVE if inactive else 0))
    fields = Fields(16)
    for group in root.xpath("/domain/throttlegroups/throttlegroup"):
        if text_at(group, "./group_name") != group_name:
            continue
        for name in NAMES:
            text = text_at(group, f"./{name}")
            if text is not None:
                fields.add(f"{name:15}:", text, **{name: int(text) if text.isdecimal() else text})
    if fields.rows:
        return fields
    if session.format == "plain":  # as virsh
        return None
    raise CommandError(f"domain '{domain.called}' has no group '{group_name}'")
