"""snapshot-create-as: take a snapshot that options describe."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, SESSION
from vsh.cli.params import Flag, Flags, Option, anything
from vsh.commands._moments import escaped, keyed, pieces
from vsh.commands.snapshot._taking import TAKING, take
from vsh.errors import CommandError
from vsh.output.document import Xml
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done snapshot | xml document")
def snapshot_create_as(
    domain: Domain = DOMAIN,
    name: str | None = Option("the name of the snapshot (default: the time)", by_place=True),
    description: str | None = Option("a text to keep with it", by_place=True),
    print_xml: bool = Flag("print the document, and take no snapshot"),
    flags: int = Flags(
        SnapshotCreate,
        no_metadata=TAKING["no_metadata"],
        halt=TAKING["halt"],
        disk_only=TAKING["disk_only"],
        reuse_external=TAKING["reuse_external"],
        quiesce=TAKING["quiesce"],
        atomic=TAKING["atomic"],
        live=TAKING["live"],
        validate=TAKING["validate"],
    ),
    memspec: str | None = Option("where the memory goes: [file=]name[,snapshot=type]"),
    diskspec: list[str] = Option(
        "one disk's part: disk[,snapshot=type][,driver=type][,stype=type][,file=name]",
        by_place=True,
        repeats=True,
        kind=anything,
    ),
    session: Session = SESSION,
) -> Document:
    """Take a snapshot of a domain.

    What --memspec and --diskspec do not say is chosen by the hypervisor.  A comma inside a name is
    written twice.

    Examples:
        snapshot-create-as web1 before-update  # disks and memory
        snapshot-create-as web1 night --disk-only --atomic --diskspec vda,file=/srv/w.night
            # only disks, in files of their own
        snapshot-create-as web1 x --print-xml  # the document, and no snapshot
    """
    xml = document(name, description, memspec, diskspec)
    if print_xml:
        return Xml(xml, newline=True)
    return take(session, domain, xml, flags)


def document(
    name: str | None, description: str | None, memspec: str | None, diskspec: list[str]
) -> str:
    """The <domainsnapshot> that the options describe.  Raises CommandError."""
    lines = ["<domainsnapshot>\n"]
    if name is not None:
        lines.append(f"  <name>{escaped(name)}</name>\n")
    if description is not None:
        lines.append(f"  <description>{escaped(description)}</description>\n")
    if memspec is not None:
        lines.append(_memory(memspec))
    if diskspec:
        lines.append("  <disks>\n")
        lines += [_disk(spec) for spec in diskspec]
        lines.append("  </disks>\n")
    return "".join(lines) + "</domainsnapshot>\n"


def _memory(spec: str) -> str:
    parts = ["file=" + part if part[:1] == "/" else part for part in pieces(spec)]
    found = keyed(parts, "snapshot", "file")
    if found is None:
        raise CommandError(f"unable to parse memspec: {spec}", hint="[file=]/path[,snapshot=type]")
    return f"  <memory{_attribute(found, 'snapshot')}{_attribute(found, 'file')}/>\n"


def _attribute(found: dict[str, str], key: str) -> str:
    return f" {key}='{escaped(found[key])}'" if key in found else ""


def _disk(spec: str) -> str:
    name, *parts = pieces(spec)
    found = keyed(parts, "snapshot", "driver", "stype", "file")
    if found is None:
        raise CommandError(
            f"unable to parse diskspec: {spec}",
            hint="disk[,snapshot=type][,driver=type][,stype=block|file][,file=name]",
        )
    kind = found.get("stype")
    if kind not in (None, "block", "file"):
        raise CommandError(f"Unknown storage type: '{kind}'") from CommandError(
            f"unable to parse diskspec: {spec}"
        )
    # without a name there is no start of the element, as in virsh: the driver says what it thinks
    # of it
    head = f"    <disk name='{escaped(name)}'" if name else "    "
    if "snapshot" in found:
        head += f" snapshot='{found['snapshot']}'"
    if kind is not None:
        head += f" type='{kind}'"
    if "driver" not in found and "file" not in found:
        return f"{head}/>\n"
    inside = ""
    if "driver" in found:
        inside += f"      <driver type='{found['driver']}'/>\n"
    if "file" in found:
        attribute = "dev" if kind == "block" else "file"
        inside += f"      <source {attribute}='{escaped(found['file'])}'/>\n"
    return f"{head}>\n{inside}    </disk>\n"
