"""How the <disks> of a snapshot or checkpoint are matched with the disks of its domain (rules 37
and 50).

Both functions change the document as libvirt does: every disk of the domain is listed in the
domain's order under its target's name, with what libvirt chooses where the document says nothing.
They yield all that is wrong, as Errors that know their ``rule`` and ``line``; a document with which
something is wrong is not to be used.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from vsh.errors import Error
    from vsh.xml.moment.checkpoint import DomainCheckpoint
    from vsh.xml.moment.snapshot import DomainSnapshot


def _found(rule: str, error: Error, line: int | None) -> Error:
    error.rule = rule  # type: ignore[attr-defined]
    error.line = line  # type: ignore[attr-defined]
    return error


def is_regular(path: str) -> bool:
    """Whether a path is a regular file of this host."""
    import os

    return os.path.isfile(path)


def may_be_regular(path: str) -> bool:
    """Whether a path may be a regular file of this host: one that may not be looked at may be."""
    import os
    from stat import S_ISREG

    try:
        return S_ISREG(os.stat(path).st_mode)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False


def default_location(document: DomainSnapshot) -> str:
    """Where the parts of a redefined snapshot are that do not say where they are."""
    return "external" if document.state == "disk-snapshot" or document.external else "internal"


def align_snapshot(
    document: DomainSnapshot,
    domain: Any,
    default: str,
    *,
    uniform: bool = True,
    force: bool = False,
    regular: Callable[[str], bool] | None = is_regular,
    name: str | None = None,
) -> Iterator[Error]:
    """Match a snapshot's disks with a domain's.

    default  the location of disks that do not say one
    uniform  an internal snapshot takes all disks or none
    force    take ``default`` whatever the domain's disks say of themselves
    regular  whether a path is a regular file of the host: with it paths are made up for external
    disks
             without one, as libvirt does; with None such disks are left without
    name     the snapshot's name, for such paths
    """
    if domain is None:
        yield _found("37", InternalError("missing domain in snapshot"), document.line)
        return
    if len(document.disks) > len(domain.disks):
        yield _found(
            "37a",
            ConfigUnsupported("too many disk snapshot requests for domain"),
            document.disks[len(domain.disks)].line,
        )
    if not domain.disks:
        return
    match = uniform and default == "internal"
    listed: dict[str, Any] = {}
    sound = True
    for disk in document.disks:
        own = domain.disk(disk.name or "")
        for problem in _listed(disk, own, listed, default, match):
            sound = False
            yield problem
    if not sound:
        return
    document.disks = [
        listed.get(disk.target) or _added(disk, default, force) for disk in domain.disks
    ]
    if regular is not None:
        yield from _name_files(document, domain, regular, name or document.name or "")


def _listed(
    disk: Any, own: Any, listed: dict[str, Any], default: str, match: bool
) -> Iterator[Error]:
    """Check one disk of the document, and complete it."""
    if own is None:
        yield _found("37b", ConfigUnsupported(f"no disk named '{disk.name}'"), disk.line)
        return
    if own.target in listed:
        yield _found("37b", ConfigUnsupported(f"disk '{disk.name}' specified twice"), disk.line)
        return
    listed[own.target] = disk
    if disk.snapshot is None:
        keeps = own.snapshot is not None and (not match or own.snapshot == "no")
        disk.snapshot = own.snapshot if keeps else default
    elif match and disk.snapshot != default and not disk.snapshot == own.snapshot == "no":
        yield _found(
            "37c",
            ConfigUnsupported(f"disk '{disk.name}' must use snapshot mode '{default}'"),
            disk.line,
        )
        return
    path = disk.source.path if disk.source is not None else None
    if path and disk.snapshot != "external":
        yield _found(
            "37d",
            ConfigUnsupported(
                f"file '{path}' for disk '{disk.name}' requires use of external snapshot mode"
            ),
            disk.line,
        )
        return
    disk.name = own.target


def _added(own: Any, default: str, force: bool) -> Any:
    """What is added for a disk of the domain that the document does not list."""
    from vsh.xml.moment.snapshot import SnapshotDisk

    where = default if force or own.snapshot is None else own.snapshot
    if own.empty():
        where = "no"
    return SnapshotDisk(name=own.target, snapshot=where, type="file")


def invented(document: DomainSnapshot) -> list[Any]:
    """The external disks of an aligned snapshot for which libvirt would make up a path."""
    return [
        disk
        for disk in document.disks
        if disk.snapshot == "external" and not (disk.source is not None and disk.source.path)
    ]


def _name_files(
    document: DomainSnapshot, domain: Any, regular: Callable[[str], bool], name: str
) -> Iterator[Error]:
    """Make up paths where external disks have none: the source without its last suffix, and the
    name.
    """
    from vsh.xml.domain.devices._storage import Source

    missing = {id(disk) for disk in invented(document)}
    used: dict[str, str] = {}
    for disk, own in zip(document.disks, domain.disks, strict=True):
        if id(disk) in missing:
            error = naming_error(disk, own, regular)
            if error is not None:
                yield error
                continue
            path = external_path(own.source.path, name)
            if path in used:
                yield _found(
                    "37f",
                    ConfigUnsupported(
                        f"{_CANNOT} '{disk.name}': collision with disk '{used[path]}'"
                    ),
                    disk.line,
                )
                continue
            disk.source = disk.source or Source()
            disk.source.path = path
        if disk.source is not None and disk.source.path:
            used.setdefault(disk.source.path, disk.name)


_CANNOT = "cannot generate external snapshot name for disk"


def naming_error(disk: Any, own: Any, regular: Callable[[str], bool]) -> Error | None:
    """Why no path can be made up for an external disk; ``own`` is the domain's disk."""
    source = own.source.path if own.source is not None else None
    if disk.type not in (None, "file"):
        text = f"{_CANNOT} '{disk.name}' on a '{disk.type}' device"
    elif source is None:
        text = f"{_CANNOT} '{disk.name}' without source"
    elif not regular(source):
        text = (
            f"source for disk '{disk.name}' ({source}) doesn't exist or is not a regular file; "
            "refusing to generate external snapshot name"
        )
    else:
        return None
    return _found("37f", ConfigUnsupported(text), disk.line)


def external_path(source: str, name: str) -> str:
    """The path that libvirt makes up for an external snapshot of an image."""
    stem, dot, suffix = source.rpartition(".")
    if not dot or "/" in suffix:
        stem = source
    return f"{stem}.{name}"


def align_checkpoint(document: DomainCheckpoint, domain: Any) -> Iterator[Error]:
    """Match a checkpoint's disks with a domain's, and name the bitmaps."""
    from vsh.xml.moment.checkpoint import CheckpointDisk

    if domain is None:
        yield _found("50", InternalError("missing domain in checkpoint"), document.line)
        return
    if len(document.disks) > len(domain.disks):
        yield _found(
            "50",
            ConfigUnsupported("too many disk checkpoint requests for domain"),
            document.disks[len(domain.disks)].line,
        )
    if not domain.disks:
        yield _found(
            "50",
            ConfigUnsupported("domain must have at least one disk to perform checkpoints"),
            document.line,
        )
        return
    default = "no" if document.disks else "bitmap"
    listed: dict[str, Any] = {}
    sound = True
    for disk in document.disks:
        own = domain.disk(disk.name or "")
        text = None
        if own is None:
            text = f"no disk named '{disk.name}'"
        elif own.target in listed:
            text = f"disk '{disk.name}' specified twice"
        else:
            listed[own.target] = disk
            if (own.empty() or own.readonly) and disk.checkpoint != "no":
                text = f"disk '{disk.name}' is empty or readonly"
            else:
                disk.name = own.target
        if text is not None:
            sound = False
            yield _found("50", ConfigUnsupported(text), disk.line)
    if not sound:
        return
    document.disks = [
        listed.get(disk.target)
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
