"""How the <disks> of a snapshot are matched with the disks of its domain.

``align_snapshot`` changes the document as libvirt does: every disk of the domain is listed in the
domain's order under its target's name, with what libvirt chooses where the document says nothing.
It yields all that is wrong; a document with which something is wrong is not to be used.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.redefine.rule import Rule, rule
from vsh.redefine.rules import COMPLETE, UNREADABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.redefine.rule import Case, Problem
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.moment.snapshot import DomainSnapshot, SnapshotDisk

UNALIGNED = ("18", "19", "20", "21", "22", "37", "37a", "37b", "37c", "37d", *UNREADABLE)
"""Rules that are broken where the disks could not be matched."""


@rule(
    "37",
    "disks fit the domain",
    why="The disks of the snapshot are matched with those of its <domain>: the new one, "
    "or the one that is stored already. A new snapshot therefore needs a full <domain "
    "type=...>.",
    hint=COMPLETE,
    after=("16",),
)
def fits_domain(case: Case) -> Iterator[Problem]:
    if case.domain is None:
        yield fits_domain.broken(InternalError("missing domain in snapshot"), line=case.line)


@rule(
    "37a",
    "no more disks than the domain has",
    why="Each <disk> belongs to one disk of the <domain>.",
    hint="remove what is too much",
    after=("37", *UNREADABLE),
)
def not_too_many(case: Case) -> Iterator[Problem]:
    """The disks are matched here: what is found may be 37b to 37d as well."""
    document = case.document
    default = default_location(document)
    return align_snapshot(document, case.domain, default, regular=case.regular)


KNOWN_ONCE = Rule(
    "37b",
    "each disk is one of the domain's, once",
    why="A disk is named by its target (vda), or by its source where no other disk has that.",
    hint="use the name in <target dev=>",
)

ALL_INTERNAL = Rule(
    "37c",
    "an internal snapshot takes all disks",
    why="qcow2 snapshots of one name are made on all disks together; only a disk "
    "whose own definition says snapshot='no' may stay out.",
    hint="use snapshot='internal' on every disk",
)

FILE_IS_EXTERNAL = Rule(
    "37d",
    "only an external disk has a file",
    why="A source is where an external snapshot's image is.",
    hint="use snapshot='external'",
)


@rule(
    "37f",
    "a path that libvirt would make up",
    why="An external disk without a source gets one: the disk's own path with the "
    "snapshot's name as its suffix. When metadata is redefined nobody has made "
    "that file.",
    hint="add <source file=> with the image's real path",
    after=UNALIGNED,
)
def made_up_path(case: Case) -> Iterator[Problem]:
    """Where the hypervisor sees this host's files."""
    connection = case.connection
    if connection is None or not connection.driver.on_this_host:
        return
    for disk in invented(case.document):
        problem = unnamed(disk, case.domain.disk(disk.name), may_be_regular)
        if problem is not None:
            problem.line = disk.line or case.lines.get("disks")
            yield problem


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
    domain: Definition | None,
    default: str,
    *,
    uniform: bool = True,
    force: bool = False,
    regular: Callable[[str], bool] | None = is_regular,
    name: str | None = None,
    old: bool = False,
) -> Iterator[Problem]:
    """Match a snapshot's disks with a domain's.

    default  the location of disks that do not say one
    uniform  an internal snapshot takes all disks or none
    force    take ``default`` whatever the domain's disks say of themselves
    regular  whether a path is a regular file of the host: with it paths are made up for external
    disks
             without one, as libvirt does; with None such disks are left without
    name     the snapshot's name, for such paths
    old      the words are those of libvirt 9.0.0
    """
    if domain is None:
        yield fits_domain.broken(InternalError("missing domain in snapshot"), line=document.line)
        return
    if len(document.disks) > len(domain.disks):
        yield not_too_many.broken(
            ConfigUnsupported("too many disk snapshot requests for domain"),
            line=document.disks[len(domain.disks)].line,
        )
    if not domain.disks:
        return
    match = uniform and default == "internal"
    listed: dict[str, SnapshotDisk] = {}
    sound = True
    for disk in document.disks:
        own = domain.disk(disk.name or "")
        for problem in _listed(disk, own, listed, default, match):
            sound = False
            yield problem
    if not sound:
        return
    document.disks = [
        listed.get(str(disk.target)) or _added(disk, default, force) for disk in domain.disks
    ]
    if regular is not None:
        yield from _name_files(document, domain, regular, name or document.name or "", old=old)


def _own_location(disk: Disk) -> str | None:
    """Where a domain's disk wants its snapshots: one that cannot be written to stays out, also
    where the definition has not been completed yet."""
    stays_out = disk.readonly or disk.device == "cdrom" or disk.type == "vhostuser"
    wanted = disk.snapshot
    return "no" if wanted is None and stays_out else wanted


def _listed(
    disk: SnapshotDisk, own: Disk | None, listed: dict[str, SnapshotDisk], default: str, match: bool
) -> Iterator[Problem]:
    """Check one disk of the document, and complete it."""
    if own is None:
        yield KNOWN_ONCE.broken(ConfigUnsupported(f"no disk named '{disk.name}'"), line=disk.line)
        return
    if own.target in listed:
        yield KNOWN_ONCE.broken(
            ConfigUnsupported(f"disk '{disk.name}' specified twice"), line=disk.line
        )
        return
    listed[str(own.target)] = disk
    wanted = _own_location(own)
    if disk.snapshot is None:
        keeps = wanted is not None and (not match or wanted == "no")
        disk.snapshot = wanted if keeps else default
    elif match and disk.snapshot != default and not disk.snapshot == wanted == "no":
        yield ALL_INTERNAL.broken(
            ConfigUnsupported(f"disk '{disk.name}' must use snapshot mode '{default}'"),
            line=disk.line,
        )
        return
    path = disk.source.path if disk.source is not None else None
    if path and disk.snapshot != "external":
        yield FILE_IS_EXTERNAL.broken(
            ConfigUnsupported(
                f"file '{path}' for disk '{disk.name}' requires use of external snapshot mode"
            ),
            line=disk.line,
        )
        return
    disk.name = own.target


def _added(own: Disk, default: str, force: bool) -> SnapshotDisk:
    """What is added for a disk of the domain that the document does not list."""
    from vsh.xml.moment.snapshot import SnapshotDisk

    wanted = _own_location(own)
    where = default if force or wanted is None else wanted
    if own.empty():
        where = "no"
    return SnapshotDisk(name=own.target, snapshot=where, type="file")


def invented(document: DomainSnapshot) -> list[SnapshotDisk]:
    """The external disks of an aligned snapshot for which libvirt would make up a path."""
    return [
        disk
        for disk in document.disks
        if disk.snapshot == "external" and not (disk.source is not None and disk.source.path)
    ]


def _name_files(
    document: DomainSnapshot,
    domain: Definition,
    regular: Callable[[str], bool],
    name: str,
    *,
    old: bool,
) -> Iterator[Problem]:
    """Make up paths where external disks have none: the source without its last suffix, and the
    name.
    """
    from vsh.xml.shared.image import Source

    missing = {id(disk) for disk in invented(document)}
    used: dict[str, str] = {}
    for disk, own in zip(document.disks, domain.disks, strict=True):
        if id(disk) in missing:
            problem = unnamed(disk, own, regular, old=old)
            if problem is not None:
                yield problem
                continue
            path = external_path(str(own.source and own.source.path), name)
            if path in used:
                yield made_up_path.broken(
                    ConfigUnsupported(
                        f"{_CANNOT} '{disk.name}': collision with disk '{used[path]}'"
                    ),
                    line=disk.line,
                )
                continue
            disk.source = disk.source or Source()
            disk.source.path = path
        if disk.source is not None and disk.source.path:
            used.setdefault(disk.source.path, disk.name or "")


_CANNOT = "cannot generate external snapshot name for disk"


def unnamed(
    disk: SnapshotDisk, own: Disk, regular: Callable[[str], bool], *, old: bool = False
) -> Problem | None:
    """Why no path can be made up for an external disk; ``own`` is the domain's disk."""
    source = own.source.path if own.source is not None else None
    if disk.type not in (None, "file"):
        text = f"{_CANNOT} '{disk.name}' on a '{disk.type}' device"
    elif source is None:
        text = f"{_CANNOT} '{disk.name}' without source"
    elif not regular(source):
        what = "is not" if old else f"({source}) doesn't exist or is not"
        text = (
            f"source for disk '{disk.name}' {what} a regular file; "
            "refusing to generate external snapshot name"
        )
    else:
        return None
    return made_up_path.broken(ConfigUnsupported(text), line=disk.line)


def external_path(source: str, name: str) -> str:
    """The path that libvirt makes up for an external snapshot of an image."""
    stem, dot, suffix = source.rpartition(".")
    if not dot or "/" in suffix:
        stem = source
    return f"{stem}.{name}"
