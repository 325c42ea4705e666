"""How the <disks> of a checkpoint are matched with the disks of its domain, and bitmaps named.

``align_checkpoint`` changes the document as libvirt does, and yields all that is wrong; a document
with which something is wrong is not to be used.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument
from vsh.redefine.rule import rule
from vsh.redefine.rules import UNREADABLE
from vsh.redefine.rules.definitions import same_uuid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.redefine.rule import Case, Problem
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.moment.checkpoint import DomainCheckpoint


@rule(
    "50",
    "a checkpoint's domain and disks",
    why="With a <domain> its UUID is the domain's own, and every disk is one that can "
    "be written. No <disks> means a bitmap on every such disk.",
    hint="correct <domain> or <disks>",
)
def checkpoint_disks(case: Case) -> Iterator[Problem]:
    document = case.document
    domain = document.domain
    readable = not case.wrong(*UNREADABLE)
    if domain is None:
        if readable:
            name_bitmaps(document)
        return
    if not same_uuid(domain, case.target.uuid):
        text = f"definition for checkpoint {case.name} must use uuid {case.target.uuid}"
        yield checkpoint_disks.broken(InvalidArgument(text), line=domain.line)
    if readable:
        yield from align_checkpoint(document, domain)


def align_checkpoint(document: DomainCheckpoint, domain: Definition | None) -> Iterator[Problem]:
    """Match a checkpoint's disks with a domain's, and name the bitmaps."""
    from vsh.xml.moment.checkpoint import CheckpointDisk

    if domain is None:
        yield checkpoint_disks.broken(
            InternalError("missing domain in checkpoint"), line=document.line
        )
        return
    if len(document.disks) > len(domain.disks):
        yield checkpoint_disks.broken(
            ConfigUnsupported("too many disk checkpoint requests for domain"),
            line=document.disks[len(domain.disks)].line,
        )
    if not domain.disks:
        yield checkpoint_disks.broken(
            ConfigUnsupported("domain must have at least one disk to perform checkpoints"),
            line=document.line,
        )
        return
    default = "no" if document.disks else "bitmap"
    listed: dict[str, CheckpointDisk] = {}
    sound = True
    for disk in document.disks:
        own = domain.disk(disk.name or "")
        text = None
        if own is None:
            text = f"no disk named '{disk.name}'"
        elif own.target in listed:
            text = f"disk '{disk.name}' specified twice"
        else:
            listed[str(own.target)] = disk
            if (own.empty() or own.readonly) and disk.checkpoint != "no":
                text = f"disk '{disk.name}' is empty or readonly"
            else:
                disk.name = str(own.target)
        if text is not None:
            sound = False
            yield checkpoint_disks.broken(ConfigUnsupported(text), line=disk.line)
    if not sound:
        return
    document.disks = [
        listed.get(str(disk.target))
        or CheckpointDisk(
            name=disk.target, checkpoint="no" if disk.empty() or disk.readonly else default
        )
        for disk in domain.disks
    ]
    name_bitmaps(document)


def name_bitmaps(document: DomainCheckpoint) -> None:
    """Bitmaps without a name get the checkpoint's."""
    for disk in document.disks:
        if disk.checkpoint == "bitmap" and disk.bitmap is None:
            disk.bitmap = document.name
