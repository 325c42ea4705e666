"""Sending documents that have been checked: one as it is, or a batch of them in order.

Rules:
- a document is sent once; what a hypervisor refuses is not tried again in another way;
- parents go first, moments that do not depend on each other go together, and the current one is
  made so last, once.
"""

from __future__ import annotations

from vsh.errors import Error
from vsh.redefine.live import forget

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.redefine.plan import Entry, Plan

REDEFINE, CURRENT, DISK_ONLY = 1, 2, 16


def send(domain: Any, xml: str, flags: int, *, kind: str = "snapshot") -> Any:
    """Send one document.  Returns the snapshot or checkpoint."""
    if kind == "checkpoint":
        return domain.checkpoint_create_xml(xml, flags)
    snapshot = domain.snapshot_create_xml(xml, flags)
    forget(domain, snapshot.name)
    return snapshot


def apply_plan(domain: Any, plan: Plan, *, kind: str = "snapshot", flags: int = 0) -> list[Entry]:
    """Send the documents of a plan.  Returns the entries that are in place, in order.

    Raises the first Error of a level after all of the level have been answered; its ``applied`` are
    the entries that are in place by then.
    """
    done: list[Entry] = []
    create = domain.snapshot_create_xml if kind == "snapshot" else domain.checkpoint_create_xml
    for level in plan.levels():
        answers = domain.connection.many(
            [create.request(entry.xml, flags | flags_of(entry, kind)) for entry in level]
        )
        failed: Error | None = None
        for entry, answer in zip(level, answers, strict=True):
            if isinstance(answer, Error):
                failed = failed or answer
            else:
                done.append(entry)
                forget(domain, entry.name)
        if failed is not None:
            failed.applied = done  # type: ignore[attr-defined]
            raise failed
    current = plan.entries.get(plan.current or "")
    if kind == "snapshot" and current is not None and current.current:
        send(domain, current.xml, flags | flags_of(current, kind) | CURRENT)
    return done


def flags_of(entry: Entry, kind: str) -> int:
    """The flags that one document needs to be redefined."""
    if kind == "snapshot" and entry.document.state == "disk-snapshot":
        return REDEFINE | DISK_ONLY
    return REDEFINE
