"""How the disks of a snapshot or checkpoint fit the domain that it is of.

Pure functions on models: they complete a document the way libvirt does and return what is wrong
with it, each
problem with the number of its rule and libvirt's text.  A document with problems is left half
aligned.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, InternalError
from vsh.xml.checkpoint import CheckpointDisk
from vsh.xml.flags import SKIP_VALIDATE
from vsh.xml.reader import Problem
from vsh.xml.snapshot import SnapshotDisk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.xml.checkpoint import DomainCheckpoint
    from vsh.xml.domain import Domain
    from vsh.xml.domain.defaults import Defaults
    from vsh.xml.snapshot import DomainSnapshot


def complete(
    moment: DomainSnapshot | DomainCheckpoint,
    defaults: Defaults,
    problems: list[Problem] | None = None,
) -> None:
    """Complete the domains inside a snapshot or checkpoint; problems are collected, or raised."""
    for name, rule in (("domain", 16), ("inactive_domain", 17)):
        domain = getattr(moment, name, None)
        if domain is None:
            continue
        if name == "domain" and "revert_disks" not in moment.fields:
            rule = 48
        try:
            domain.complete(defaults, flags=SKIP_VALIDATE)
        except Error as error:
            if problems is None:
                raise
            problems.append(Problem(error, domain.line, rule))


def default_location(snapshot: DomainSnapshot) -> str:
    """Where a disk goes that the document says nothing about."""
    if snapshot.state == "disk-snapshot" or snapshot.external:
        return "external"
    return "internal"


def align(
    snapshot: DomainSnapshot,
    existing: Domain | None = None,
    default: str | None = None,
    *,
    uniform: bool = True,
    force: bool = False,
    exists: Callable[[str], bool] | None = None,
) -> list[Problem]:
    """Match a snapshot's disks with its domain's: targets for names, the domain's order,
    defaults (rule 37).

    existing   the domain of the snapshot that is redefined, where the document has none
    default    the location of disks that say nothing; None: as a redefinition decides
    uniform    whether an internal snapshot has to be one of all disks
    force      whether the domain's own preferences are ignored
    exists     whether a path is a regular file on the host
    """
    domain = snapshot.domain if snapshot.domain is not None else existing
    if domain is None:
        return [Problem(InternalError("missing domain in snapshot"), snapshot.line, 37)]
    if len(snapshot.disks) > len(domain.disks):
        return [
            Problem(
                ConfigUnsupported("too many disk snapshot requests for domain"), snapshot.line, 37
            )
        ]
    if not domain.disks:
        return []
    default = default or default_location(snapshot)
    problems: list[Problem] = []
    known: dict[str, Any] = {}
    match = uniform and default == "internal"
    for disk in snapshot.disks:
        error = _match(disk, domain, default, match, known)
        if error is not None:
            problems.append(Problem(error, disk.line, 37))
    snapshot.disks = [
        known.get(disk.target) or _missing(disk, default, force) for disk in domain.disks
    ]
    problems += _names(snapshot, domain, exists)
    return problems


def _match(
    disk: Any, domain: Domain, default: str, match: bool, known: dict[str, Any]
) -> Error | None:
    own = domain.disk(disk.name)
    if own is None:
        return ConfigUnsupported(f"no disk named '{disk.name}'")
    if own.target in known:
        return ConfigUnsupported(f"disk '{disk.name}' specified twice")
    known[own.target] = disk
    if disk.snapshot is None:
        if own.snapshot is not None and (not match or own.snapshot == "no"):
            disk.snapshot = own.snapshot
        else:
            disk.snapshot = default
    elif (
        match and disk.snapshot != default and not (disk.snapshot == "no" and own.snapshot == "no")
    ):
        return ConfigUnsupported(f"disk '{disk.name}' must use snapshot mode '{default}'")
    path = disk.source.path if disk.source is not None else None
    if path and disk.snapshot != "external":
        return ConfigUnsupported(
            f"file '{path}' for disk '{disk.name}' requires use of external snapshot mode"
        )
    disk.name = own.target
    return None


def _missing(own: Any, default: str, force: bool) -> SnapshotDisk:
    where = None
    if own.empty():
        where = "no"
    elif not force:
        where = own.snapshot
    return SnapshotDisk(name=own.target, snapshot=where or default)


def _names(
    snapshot: DomainSnapshot, domain: Domain, exists: Callable[[str], bool] | None
) -> list[Problem]:
    from vsh.xml.domain.devices._storage import Source

    problems: list[Problem] = []
    for number, disk in enumerate(snapshot.disks):
        if disk.snapshot != "external" or (disk.source is not None and disk.source.path):
            continue
        error = None
        own = domain.disks[number]
        origin = own.source.path if own.source is not None else None
        start = f"cannot generate external snapshot name for disk '{disk.name}'"
        if disk.type != "file":
            error = ConfigUnsupported(f"{start} on a '{disk.type}' device")
        elif not origin:
            error = ConfigUnsupported(f"{start} without source")
        elif not (exists or _is_file)(origin):
            error = ConfigUnsupported(
                f"source for disk '{disk.name}' ({origin}) doesn't exist or is not a regular file; "
                "refusing to generate external snapshot name"
            )
        else:
            folder, slash, base = origin.rpartition("/")
            stem = base.rpartition(".")[0] if "." in base else base
            path = f"{folder}{slash}{stem}.{snapshot.name}"
            if disk.source is None:
                disk.source = Source()
            disk.source.path = path
            for other in snapshot.disks[:number]:
                if other.source is not None and other.source.path == path:
                    error = ConfigUnsupported(f"{start}: collision with disk '{other.name}'")
                    break
        if error is not None:
            problems.append(Problem(error, disk.line or snapshot.line, 37))
    return problems


def _is_file(path: str) -> bool:
    import os

    return os.path.isfile(path)


def align_checkpoint(checkpoint: DomainCheckpoint) -> list[Problem]:
    """Match a checkpoint's disks with its domain's (rule 50); without a domain only name the
    bitmaps (51)."""
    domain = checkpoint.domain
    if domain is None:
        assign_bitmaps(checkpoint)
        return []
    if len(checkpoint.disks) > len(domain.disks):
        text = "too many disk checkpoint requests for domain"
        return [Problem(ConfigUnsupported(text), checkpoint.line, 50)]
    if not domain.disks:
        text = "domain must have at least one disk to perform checkpoints"
        return [Problem(ConfigUnsupported(text), checkpoint.line, 50)]
    default = "no" if checkpoint.disks else "bitmap"
    problems: list[Problem] = []
    known: dict[str, Any] = {}
    for disk in checkpoint.disks:
        own = domain.disk(disk.name)
        text = ""
        if own is None:
            text = f"no disk named '{disk.name}'"
        elif own.target in known:
            text = f"disk '{disk.name}' specified twice"
        else:
            known[own.target] = disk
            if (own.empty() or own.readonly) and disk.checkpoint != "no":
                text = f"disk '{disk.name}' is empty or readonly"
            disk.name = own.target
        if text:
            problems.append(Problem(ConfigUnsupported(text), disk.line, 50))
    checkpoint.disks = [
        known.get(own.target)
        or CheckpointDisk(
            name=own.target, checkpoint="no" if own.empty() or own.readonly else default
        )
        for own in domain.disks
    ]
    assign_bitmaps(checkpoint)
    return problems


def assign_bitmaps(checkpoint: DomainCheckpoint) -> None:
    """A bitmap without a name is called like the checkpoint (rule 51)."""
    for disk in checkpoint.disks:
        if disk.checkpoint == "bitmap" and disk.bitmap is None:
            disk.bitmap = checkpoint.name
