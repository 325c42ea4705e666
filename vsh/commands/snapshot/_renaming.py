"""Renaming a snapshot's metadata: its children and the mark of the current one go with it.

libvirt has no call for this.  The snapshot is redefined under the new name, then each child with
the new parent, then the old metadata is dropped.  If any step fails those before it are undone in
reverse order.
"""

from __future__ import annotations

from vsh.errors import CommandError, Error, NoSnapshot, OperationFailed
from vsh.redefine.apply import send
from vsh.redefine.circumstances import profile_of
from vsh.redefine.facts import Facts
from vsh.redefine.name import with_parent
from vsh.words.snapshot import SnapshotCreate, SnapshotDelete, SnapshotXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def rename_snapshot(domain: Any, snapshot: Any, xml: str, flags: int) -> None:
    """Give a snapshot the name that its edited document has.  The name has to be free.

    flags  of the redefinition of the edited document

    Raises the error of the step that failed, after what was done before it has been undone; what
    could not be undone is named.
    """
    connection = domain.connection
    forget = 0 if profile_of(connection).metadata_only else SnapshotDelete.METADATA_ONLY
    old_xml = snapshot.get_xml_desc(SnapshotXML.SECURE)
    children = snapshot.list_all_children(0)
    texts = connection.many([child.get_xml_desc.request(SnapshotXML.SECURE) for child in children])
    for text in texts:
        if isinstance(text, Error):
            raise text
    current = snapshot.is_current(0) > 0
    if current:
        flags |= SnapshotCreate.CURRENT
    undo: list[tuple[str, Callable[[], Any]]] = []
    try:
        made = send(domain, xml, flags)
        undo.append((f"{made.name} is left behind", lambda: made.delete(forget)))
        if current:
            undo.append(
                (
                    f"{snapshot.name} is not current any more",
                    _again(domain, old_xml, SnapshotCreate.CURRENT),
                )
            )
        for child, text in zip(children, texts, strict=True):
            # a step that fails may have changed something (rule 39): it is undone, too
            undo.append((f"{child.name} is not as it was", _again(domain, text)))
            send(domain, with_parent(text, made.name), _flags(text))
        snapshot.delete(forget)
    except Error as error:
        left = _undo(undo)
        if left:
            raise error from CommandError(f"could not be undone: {'; '.join(left)}")
        raise


def check_name_is_free(domain: Any, name: str) -> None:
    """Refuse a name that another snapshot has.  Raises OperationFailed."""
    try:
        domain.snapshot_lookup_by_name(name, 0)
    except NoSnapshot:
        return
    raise OperationFailed(
        f"domain moment {name} already exists",
        hint="choose another name, or delete that snapshot's metadata first",
    )


def _flags(xml: str) -> int:
    if Facts(xml).state == "disk-snapshot":
        return SnapshotCreate.REDEFINE | SnapshotCreate.DISK_ONLY
    return SnapshotCreate.REDEFINE


def _again(domain: Any, xml: str, more: int = 0) -> Callable[[], Any]:
    return lambda: send(domain, xml, _flags(xml) | more)


def _undo(steps: list[tuple[str, Callable[[], Any]]]) -> list[str]:
    """Undo steps, the last first.  Returns what remains of those that could not be."""
    left = []
    for remains, step in reversed(steps):
        try:
            step()
        except Error as error:
            left.append(f"{remains} ({error.message})")
    return left
