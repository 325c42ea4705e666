"""Whose the images are that a snapshot's document names."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, OperationUnsupported
from vsh.redefine.rule import rule
from vsh.redefine.rules import UNREADABLE
from vsh.redefine.rules.disks import UNALIGNED, invented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.redefine.rule import Case, Problem

FIXED_ALIGNMENT = 11_003_000
"""The version from which a daemon survives the document of E7."""


@rule(
    "E6-path",
    "no path that nobody made",
    why="libvirt would make up the path of an external disk's image and write it "
    "down, though no such file was ever made.",
    hint="add <source file=> with the image's real path",
    after=UNALIGNED,
    mild=True,
)
def no_made_up_path(case: Case) -> Iterator[Problem]:
    for disk in invented(case.document):
        text = f"no source for external disk '{disk.name}': its path would be made up"
        error = ConfigUnsupported(text)
        yield no_made_up_path.broken(error, line=disk.line or case.line)


@rule(
    "E6-source",
    "one image belongs to one snapshot",
    why="Two snapshots that name the same external file cannot both be right.",
    hint="correct <source file=> of one of them",
    after=UNALIGNED,
    mild=True,
)
def one_image_one_snapshot(case: Case) -> Iterator[Problem]:
    for disk in case.document.disks:
        path = disk.source.path if disk.source is not None else None
        user = case.target.user_of(path, case.name) if path else None
        if user is not None:
            text = f"source '{path}' of disk '{disk.name}' belongs to snapshot '{user}' already"
            yield one_image_one_snapshot.broken(ConfigUnsupported(text), line=disk.line)


@rule(
    "E6-revert",
    "disks to revert to are the domain's",
    why="libvirt does not match <revertDisks> with the domain at all.",
    hint="use the name in <target dev=>",
    after=UNREADABLE,
    mild=True,
)
def known_revert_disks(case: Case) -> Iterator[Problem]:
    domain = case.domain
    if domain is None:
        return
    known = {disk.target for disk in domain.disks}
    for disk in case.document.revert_disks:
        if disk.name is not None and disk.name not in known:
            error = ConfigUnsupported(f"no disk named '{disk.name}' to revert to")
            yield known_revert_disks.broken(error, line=disk.line)


@rule(
    "E7",
    "a document that would end the daemon",
    why="libvirt before 11.3.0 crashes when an existing snapshot is redefined by a "
    "document without <domain> that has an external disk without a source (rule "
    "37g). It is never sent there.",
    hint="add the <domain> from snapshot-dumpxml --security-info",
    after=UNREADABLE,
)
def survivable(case: Case) -> Iterator[Problem]:
    """The disks have to be matched, and no paths made up."""
    other = case.other
    if case.document.domain is not None or other is None or other.domain is None:
        return
    if case.connection is None or not invented(case.document):
        return
    version = case.connection.get_lib_version()
    if version < FIXED_ALIGNMENT:
        number = f"{version // 1_000_000}.{version // 1000 % 1000}.{version % 1000}"
        text = f"a daemon of version {number} would crash at this document"
        yield survivable.broken(OperationUnsupported(text), line=case.line)
