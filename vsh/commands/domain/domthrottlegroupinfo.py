"""domthrottlegroupinfo: the limits of a named group."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, SESSION
from vsh.cli.params import Argument, Flag
from vsh.commands.domain._devices_xml import text_at, tree
from vsh.commands.domain._shared import Parameters
from vsh.commands.domain._throttle import NAMES, group_names, limit_told
from vsh.errors import CommandError
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(
    order=("group-name",),
    tells=(
        "group_name? total_bytes_sec? read_bytes_sec? write_bytes_sec? total_iops_sec? "
        "read_iops_sec? write_iops_sec? total_bytes_sec_max? read_bytes_sec_max? "
        "write_bytes_sec_max? total_iops_sec_max? read_iops_sec_max? write_iops_sec_max? "
        "size_iops_sec? total_bytes_sec_max_length_ns? read_bytes_sec_max_length_ns? "
        "write_bytes_sec_max_length_ns? total_iops_sec_max_length_ns? "
        "read_iops_sec_max_length_ns? write_iops_sec_max_length_ns? params?"
    ),
)
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
    fields = Parameters(16)
    for group in root.xpath("/domain/throttlegroups/throttlegroup"):
        if text_at(group, "./group_name") != group_name:
            continue
        for name in NAMES:
            text = text_at(group, f"./{name}")
            if text is not None:
                key, value = limit_told(name, int(text) if text.isdecimal() else text)
                told = {key: value}
                fields.add(f"{name:15}:", text, **told)
    if fields.rows:
        return fields
    if session.format == "plain":  # as virsh
        return None
    raise CommandError(f"domain '{domain.called}' has no group '{group_name}'")
