"""checkpoint-create-as: make a checkpoint that options describe."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag, Flags, Option, anything
from vsh.commands._moments import created, escaped, keyed, pieces
from vsh.errors import CommandError
from vsh.output.document import Xml
from vsh.words.checkpoint import CheckpointCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="done checkpoint | xml document")
def checkpoint_create_as(
    domain: Domain = DOMAIN,
    name: str | None = Option("the name of the checkpoint (default: the time)", by_place=True),
    description: str | None = Option("a text to keep with it", by_place=True),
    print_xml: bool = Flag("print the document, and make no checkpoint"),
    flags: int = Flags(CheckpointCreate, quiesce="let the guest's agent quiesce its file systems"),
    diskspec: list[str] = Option(
        "one disk's part: disk[,checkpoint=type][,bitmap=name]",
        by_place=True,
        repeats=True,
        kind=anything,
    ),
) -> Document:
    """Make a checkpoint of a domain.

    Without --diskspec every disk that can be written takes part.  A comma inside a name is written
    twice.

    Examples:
        checkpoint-create-as web1 monday --diskspec vda  # remember what changes from now on
    """
    lines = ["<domaincheckpoint>\n"]
    if name is not None:
        lines.append(f"  <name>{escaped(name)}</name>\n")
    if description is not None:
        lines.append(f"  <description>{escaped(description)}</description>\n")
    if diskspec:
        lines += ["  <disks>\n", *(_disk(spec) for spec in diskspec), "  </disks>\n"]
    xml = "".join(lines) + "</domaincheckpoint>\n"
    if print_xml:
        return Xml(xml, newline=True)
    return created("checkpoint", domain.checkpoint_create_xml(xml, flags).name, None)


def _disk(spec: str) -> str:
    name, *parts = pieces(spec)
    found = keyed(parts, "checkpoint", "bitmap")
    if found is None:
        raise CommandError(
            f"unable to parse diskspec: {spec}", hint="disk[,checkpoint=no|bitmap][,bitmap=name]"
        )
    text = f"    <disk name='{escaped(name)}'" if name else "    "
    for key, value in (("checkpoint", found.get("checkpoint")), ("bitmap", found.get("bitmap"))):
        if value is not None:
            text += f" {key}='{escaped(value)}'"
    return text + "/>\n"
