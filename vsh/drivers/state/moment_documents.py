"""What a driver of this process does with snapshot and checkpoint documents.

The rules of redefinition are in ``vsh.redefine``; here they are asked about a guest's own moments.
"""

from __future__ import annotations

import time

from vsh.errors import XmlInvalidSchema

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

    from vsh.drivers.state.guest import Guest
    from vsh.drivers.state.moments import MomentTree
    from vsh.errors import Error
    from vsh.xml.domain import Domain
    from vsh.xml.engine.problem import Problem
    from vsh.xml.moment.checkpoint import DomainCheckpoint
    from vsh.xml.moment.snapshot import DomainSnapshot

    Complete = Callable[[Domain, int], object]
    """How a driver completes a definition that was read with these flags.  Raises Error."""


def snapshot(
    xml: str,
    complete: Complete,
    *,
    redefine: bool,
    validate: bool,
    offline: bool = False,
    qemu: bool = False,
    old: bool = False,
) -> DomainSnapshot:
    """The snapshot that a document describes.  Raises the first problem.

    offline  it has no memory: the guest is off, or only its disks are wanted
    qemu  keep what QEMU's driver writes for itself (<cookie>); libvirt's own schema decides where
          it is installed
    old   in the words of libvirt 9.0.0
    """
    from vsh.redefine.reading import taken
    from vsh.xml.engine.flags import OFFLINE, REDEFINE
    from vsh.xml.engine.reader import read
    from vsh.xml.moment.snapshot import DomainSnapshot

    if validate:
        _validate(xml, "snapshot", installed=qemu)
    document = taken(xml, DomainSnapshot) if redefine else None
    problems: list[Problem] = []
    if document is None:
        flags = REDEFINE if redefine else (OFFLINE if offline else 0)
        document = read(xml, DomainSnapshot, flags=flags, problems=problems)
    if not qemu:
        document.drop("cookie")
    if not problems or _behind_domain(problems[0]):
        _nested(document, complete)
    for problem in problems:
        raise _worded(problem, old=old)
    if not redefine:
        _stamp(document)
    return document


def _behind_domain(problem: Problem) -> bool:
    """Whether libvirt finds it after it has completed the domains of a snapshot: rules 18 to 26."""
    return problem.rule is not None and 18 <= problem.rule <= 26


def _worded(problem: Problem, *, old: bool) -> Error:
    if not old:
        return problem.error
    from vsh.hypervisors.qemu.older_words import older

    return older(problem)


def _nested(document: DomainSnapshot | DomainCheckpoint, complete: Complete) -> None:
    """Complete the domains inside a document; they are not validated."""
    from vsh.redefine.reading import completed
    from vsh.xml.engine.flags import INACTIVE, SKIP_VALIDATE

    flags = INACTIVE | SKIP_VALIDATE
    if document.domain is not None:
        document.domain = completed(document.domain, complete, flags)
    inactive: Domain | None = getattr(document, "inactive_domain", None)
    if inactive is not None:
        complete(inactive, flags)


def _validate(xml: str, kind: str, *, installed: bool) -> None:
    """Check a snapshot's or checkpoint's document against its schema.  Raises XmlInvalidSchema."""
    from vsh.redefine.schema import schema_errors

    if installed:
        from vsh.xml.engine.reader import parse
        from vsh.xml.schema import refused

        right = parse(xml).tag == f"domain{kind}"  # the reader refuses another
        refusal = refused(xml, f"domain{kind}.rng") if right else ""
        if refusal:
            raise XmlInvalidSchema(refusal)
        if refusal is not None:
            return
    for error, _ in schema_errors(xml, kind, deep=True):
        raise error


def _stamp(document: DomainSnapshot | DomainCheckpoint) -> None:
    document.created = int(time.time())
    if document.name is None:
        document.name = str(document.created)


def stored_snapshot(element: _Element, complete: Complete) -> DomainSnapshot:
    """The snapshot in an element of a world's file.  Raises the first problem."""
    from vsh.xml.engine.flags import INTERNAL, REDEFINE
    from vsh.xml.engine.reader import read_element
    from vsh.xml.engine.reading import Reading
    from vsh.xml.moment.snapshot import DomainSnapshot

    problems: list[Problem] = []
    document = read_element(element, DomainSnapshot, Reading(REDEFINE | INTERNAL, problems, None))
    if problems:
        raise problems[0].error
    document.drop("cookie")
    _nested(document, complete)
    return document


def snapshot_text(document: DomainSnapshot, uuid: str, *, secure: bool) -> str:
    """A snapshot's document."""
    from vsh.redefine.reading import written
    from vsh.xml.engine.flags import SECURE

    flags = SECURE if secure else 0
    return document.format(flags, uuid, written(document.domain, flags))


def prepare_snapshot(
    guest: Guest, tree: MomentTree[DomainSnapshot], document: DomainSnapshot, *, disk_only: bool
) -> None:
    """Check a redefined snapshot against what there is, and complete its disks.  Raises Error."""
    from vsh.redefine.kinds.snapshot import DISK_ONLY, SNAPSHOT
    from vsh.redefine.plan import Target
    from vsh.redefine.rule import Case
    from vsh.redefine.rules.disks import is_regular

    target = Target.of_tree(guest.uuid, guest.name, tree.by_name)
    flags = DISK_ONLY if disk_only else 0
    case = Case(document, target, flags=flags, regular=is_regular, completed=True)
    for problem in case.judge(SNAPSHOT.among()):
        raise problem.error


def align_snapshot(document: DomainSnapshot, default: str, *, old: bool = False) -> None:
    """Complete the disks of a new snapshot from its domain's.  Raises Error.

    old  in the words of libvirt 9.0.0
    """
    from vsh.redefine.rules.disks import align_snapshot as align

    for problem in align(document, document.domain, default, old=old):
        raise problem.error


def checkpoint(
    xml: str, complete: Complete, *, redefine: bool, qemu: bool = False, old: bool = False
) -> DomainCheckpoint:
    """The checkpoint that a document describes.  Raises the first problem.

    qemu  libvirt's own schema decides where it is installed
    old   in the words of libvirt 9.0.0
    """
    from vsh.redefine.reading import taken
    from vsh.xml.engine.flags import REDEFINE
    from vsh.xml.engine.reader import read
    from vsh.xml.moment.checkpoint import DomainCheckpoint

    _validate(xml, "checkpoint", installed=qemu)
    document = taken(xml, DomainCheckpoint) if redefine else None
    problems: list[Problem] = []
    if document is None:
        flags = REDEFINE if redefine else 0
        document = read(xml, DomainCheckpoint, flags=flags, problems=problems)
    for problem in problems:
        raise _worded(problem, old=old)
    _nested(document, complete)
    if not redefine:
        _stamp(document)
    return document


def checkpoint_text(
    document: DomainCheckpoint, *, secure: bool, without_domain: bool, size: bool
) -> str:
    """A checkpoint's document."""
    from vsh.xml.engine.flags import NO_DOMAIN, SECURE, SIZE

    flags = (SECURE if secure else 0) | (NO_DOMAIN if without_domain else 0) | (SIZE if size else 0)
    return document.format(flags)


def prepare_checkpoint(guest: Guest, document: DomainCheckpoint) -> None:
    """Check a redefined checkpoint against what there is, and complete its disks.  Raises Error."""
    from vsh.redefine.kinds.checkpoint import CHECKPOINT
    from vsh.redefine.plan import Target
    from vsh.redefine.rule import Case

    target = Target.of_tree(guest.uuid, guest.name, guest.checkpoints.by_name)
    for problem in Case(document, target, completed=True).judge(CHECKPOINT.among()):
        raise problem.error


def align_checkpoint(document: DomainCheckpoint) -> None:
    """Complete the disks of a new checkpoint from its domain's.  Raises Error."""
    from vsh.redefine.rules.checkpoint_disks import align_checkpoint as align

    for problem in align(document, document.domain):
        raise problem.error
