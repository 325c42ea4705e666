"""The rules between a document and what is there already: 31 to 37 for snapshots, 49 to 51 for
checkpoints; and what this program refuses beyond libvirt (E6).

Every function yields Problems, in the order in which libvirt would find them; nothing here asks a
hypervisor. The ``target`` that a document is checked against is one of ``vsh.redefine.plan``.
Drivers ask here as well: there is one copy of each rule.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument, XmlDetail
from vsh.redefine.align import (
    align_checkpoint,
    align_snapshot,
    default_location,
    invented,
    is_regular,
)
from vsh.redefine.align import name_bitmaps as _name_bitmaps
from vsh.redefine.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from vsh.errors import Error
    from vsh.redefine.plan import Target
    from vsh.xml.moment.checkpoint import DomainCheckpoint
    from vsh.xml.moment.snapshot import DomainSnapshot


_CORE = ("name", "uuid", "max memory", "vCPU max", "virt type", "OS type", "disk count")
_NEVER_COMPLETED = (
    *(f"Target domain {word}" for word in _CORE),
    "Target disk device",
    "Target disk access mode",
    "Target disk serial",
)
# how the texts begin of differences that no driver's defaults can make up for


def place_problems(
    name: str, parent: str | None, target: Target, line: int | None = None, rule: str = ""
) -> Iterator[Problem]:
    """Rules 31 to 33: the parent is another one, exists, and has not this one above it.

    rule  the rule's name where it is another (49 for checkpoints)
    """
    if parent is None:
        return
    if parent == name:
        yield Problem(
            rule or "31", InvalidArgument(f"cannot set moment {name} as its own parent"), line=line
        )
        return
    if not target.has(parent):
        yield Problem(
            rule or "32", InvalidArgument(f"parent {parent} for moment {name} not found"), line=line
        )
        return
    if not target.has(name) or not target.may_circle(name, parent):
        return  # nothing can have it above yet
    above = parent
    seen = {above}  # what is there already may be a circle of its own
    while True:
        upper = target.parent_of(above)
        if upper == name:
            yield Problem(
                rule or "33",
                InvalidArgument(f"parent {above} would create cycle to {name}"),
                line=line,
            )
            return
        if upper is None or upper in seen or not target.has(upper):
            return
        above = upper
        seen.add(above)


def snapshot_problems(
    document: DomainSnapshot,
    target: Target,
    *,
    disk_only: bool,
    regular: Callable[[str], bool] | None = is_regular,
    completed: bool = True,
) -> Iterator[Problem]:
    """Rules 31 to 37, in place: a document without problems is aligned with its domain afterwards.

    regular    as ``align_snapshot`` has it
    completed  whether a driver has added to the document's <domain> what it adds: if not, a part
    that is
               missing is no difference
    """
    name = document.name or ""
    yield from place_problems(name, document.parent, target, document.line)
    if disk_only and document.state != "disk-snapshot":
        yield Problem(
            "34",
            InvalidArgument(f"disk-only flag for snapshot {name} requires disk-snapshot state"),
            line=document.line,
        )
    yield from uuid_problems(document, target)
    domain = document.domain
    other = target.document(name)
    if other is not None:
        yield from _replacement_problems(document, other, completed)
    if domain is None and other is not None:
        domain = other.domain
    for error in align_snapshot(document, domain, default_location(document), regular=regular):
        yield _of(error)


def uuid_problems(document: Any, target: Target, rule: str = "35") -> Iterator[Problem]:
    """Rule 35, or 50 for checkpoints: the <domain> is the one that it is redefined for."""
    domain = document.domain
    if domain is None or _same_uuid(domain, target.uuid):
        return
    kind = "snapshot" if rule == "35" else "checkpoint"
    text = f"definition for {kind} {document.name or ''} must use uuid {target.uuid}"
    yield Problem(rule, InvalidArgument(text), line=domain.line)


def _same_uuid(domain: Any, uuid: str) -> bool:
    # a domain without a UUID would get a random one, which is not the same either
    return domain.uuid is not None and domain.uuid.replace("-", "") == uuid.replace("-", "")


def _of(error: Error) -> Problem:
    return Problem(error.rule, error, line=error.line)  # type: ignore[attr-defined]


def _replacement_problems(
    document: DomainSnapshot, other: DomainSnapshot, completed: bool
) -> Iterator[Problem]:
    """Rule 36: what a document may change of the one that it replaces."""
    name = document.name
    if document.online != other.online:
        yield Problem(
            "36a",
            InvalidArgument(
                f"cannot change between online and offline snapshot state in snapshot {name}"
            ),
            line=document.line,
        )
    if (document.state == "disk-snapshot") != (other.state == "disk-snapshot"):
        yield Problem(
            "36b",
            InvalidArgument(f"cannot change between disk only and full system in snapshot {name}"),
            line=document.line,
        )
    if document.domain is not None and other.domain is not None:
        from vsh.domains.abi import abi_problems

        domain = document.domain
        whole = completed or _looks_completed(domain)
        given = domain.memory is not None and domain.vcpus is not None
        for error in abi_problems(other.domain, domain):
            if whole or (given and error.detail.startswith(_NEVER_COMPLETED)):
                yield Problem("36c", error, line=domain.line)


def _looks_completed(domain: Any) -> bool:
    """Whether a driver has completed a definition already: then its devices have addresses."""
    devices = [*domain.disks, *domain.interfaces]
    return bool(devices) and all(device.address is not None for device in devices)


def checkpoint_problems(document: DomainCheckpoint, target: Target) -> Iterator[Problem]:
    """Rules 49 to 51, in place: the disks are completed as far as the document has a domain."""
    name = document.name or ""
    yield from place_problems(name, document.parent, target, document.line, "49")
    domain = document.domain
    if domain is None:
        _name_bitmaps(document)
        return
    yield from uuid_problems(document, target, "50")
    for error in align_checkpoint(document, domain):
        yield _of(error)


# ---- beyond libvirt


def refusals(
    document: DomainSnapshot, target: Target, *, active: bool | None, current: bool
) -> Iterator[Problem]:
    """E6: what libvirt would take although it cannot be right.  The document has to be aligned.

    active   what <active> says, None where there is none
    current  whether --current is given
    """
    name = document.name or ""
    yield from name_refusals(name, document)
    yield from _domain_refusals(document, target)
    for disk in invented(document):
        yield Problem(
            "E6-path",
            ConfigUnsupported(
                f"no source for external disk '{disk.name}': its path would be made up"
            ),
            line=disk.line or document.line,
        )
    if active is not None and active != current:
        yield Problem(
            "E6-active",
            InvalidArgument(
                f"<active> of snapshot {name} says {'current' if active else 'not current'}, "
                f"--current {'is' if current else 'is not'} given"
            ),
            line=document.line,
        )
    for disk in document.disks:
        path = disk.source.path if disk.source is not None else None
        user = target.user_of(path, name) if path else None
        if user is not None:
            yield Problem(
                "E6-source",
                ConfigUnsupported(
                    f"source '{path}' of disk '{disk.name}' belongs to snapshot '{user}' already"
                ),
                line=disk.line,
            )


def name_refusals(name: str, document: DomainSnapshot) -> Iterator[Problem]:
    if "/" in name:
        yield Problem(
            "E6-name",
            XmlDetail(f"invalid snapshot name '{name}': name can't contain '/'"),
            line=document.line,
        )
    if name[:1] == ".":
        yield Problem(
            "E6-name",
            XmlDetail(f"invalid snapshot name '{name}': name can't start with '.'"),
            line=document.line,
        )


def _domain_refusals(document: DomainSnapshot, target: Target) -> Iterator[Problem]:
    """What <inactiveDomain> and <revertDisks> say of another domain."""
    inactive = document.inactive_domain
    if inactive is not None and not _same_uuid(inactive, target.uuid):
        yield Problem(
            "E6-inactive",
            InvalidArgument(
                f"inactive definition for snapshot {document.name} must use uuid {target.uuid}"
            ),
            line=inactive.line,
        )
    domain = document.domain
    if domain is None:
        other = target.document(document.name or "")
        domain = other.domain if other is not None else None
    if domain is None:
        return
    known = {disk.target for disk in domain.disks}
    for disk in document.revert_disks:
        if disk.name is not None and disk.name not in known:
            yield Problem(
                "E6-revert",
                ConfigUnsupported(f"no disk named '{disk.name}' to revert to"),
                line=disk.line,
            )


def doubts(document: Any, target: Target) -> Iterator[Problem]:
    """E6 as warnings: a moment that is younger than a child of its."""
    if document.created is None:
        return
    for child, created in target.children_of(document.name or ""):
        if created is not None and created < document.created:
            yield Problem(
                "E6-time",
                InternalError(f"{document.name} is younger than its child {child}"),
                line=document.line,
                warning=True,
            )
