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
    from collections.abc import Callable, Iterable
    from typing import Any

    from vsh.redefine.journal import Record
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

    Raises Error as ``apply_levels`` does.
    """
    done: list[Entry] = apply_levels(domain, plan.levels(), kind=kind, flags=flags)
    current = plan.entries.get(plan.current or "")
    if kind == "snapshot" and current is not None and current.current:
        make_current(domain, current.xml, current.state, flags=flags)
    return done


def apply_levels(
    domain: Any,
    levels: Iterable[Iterable[Entry | Record]],
    *,
    kind: str = "snapshot",
    flags: int = 0,
    excuse: Callable[[Error], bool] | None = None,
) -> list[Any]:
    """Send documents, each level after the one before has been answered.  Returns the entries that
    are in place, in order.

    excuse  which refusals only mean that the document, and all that is below it, is left out

    Raises the first Error of a level after all of the level have been answered; its ``applied`` are
    the entries that are in place by then, and ``entry`` is the one that was refused.
    """
    done: list[Any] = []
    out: set[str | None] = set()
    create = domain.snapshot_create_xml if kind == "snapshot" else domain.checkpoint_create_xml
    for level in levels:
        out.update(entry.name for entry in level if entry.parent in out)
        wanted = [entry for entry in level if entry.name not in out]
        answers = domain.connection.many(
            [
                create.request(entry.xml, flags | flags_of(domain, kind, entry.state))
                for entry in wanted
            ]
        )
        failed: Error | None = None
        for entry, answer in zip(wanted, answers, strict=True):
            if not isinstance(answer, Error):
                done.append(entry)
                forget(domain, entry.name)
            elif excuse is not None and excuse(answer):
                out.add(entry.name)
            elif failed is None:
                failed = answer
                failed.entry = entry  # type: ignore[attr-defined]
        if failed is not None:
            failed.applied = done  # type: ignore[attr-defined]
            raise failed
    return done


def make_current(domain: Any, xml: str, state: str | None, *, flags: int = 0) -> None:
    """Make a snapshot the current one: its document again, with the flag that says so.

    What the document has in <revertDisks> is forgotten by that (rule 40), and put in again.
    """
    flags |= flags_of(domain, "snapshot", state)
    send(domain, xml, flags | CURRENT)
    if "<revertDisks>" in xml:
        send(domain, xml, flags)


def flags_of(domain: Any, kind: str, state: str | None) -> int:
    """The flags that one document needs to be redefined."""
    if kind == "snapshot" and state == "disk-snapshot":
        from vsh.redefine.circumstances import profile_of

        return REDEFINE | (DISK_ONLY & profile_of(domain.connection).flags)
    return REDEFINE
