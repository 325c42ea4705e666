"""The state of the domain at that moment."""

from __future__ import annotations

from vsh.errors import InternalError, InvalidArgument, OperationUnsupported
from vsh.redefine.rule import rule
from vsh.redefine.rules import UNREADABLE
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.redefine.rule import Case, Problem

DISK_ONLY = int(SnapshotCreate.DISK_ONLY)


@rule(
    "29",
    "the state is one that the driver has snapshots of",
    why="The qemu driver redefines snapshots of domains that were running, paused, "
    "shutdown, shutoff or crashed, and disk-snapshot.",
    hint="correct <state>",
    where="state",
)
def known_state(case: Case) -> Iterator[Problem]:
    state, profile = case.document.state, case.profile
    if profile is None or profile.states is None or state is None or state in profile.states:
        return
    if state == "pmsuspended":
        text = "qemu doesn't support taking snapshots of PMSUSPENDED guests"
        yield known_state.broken(OperationUnsupported(text), line=case.line)
    else:
        yield known_state.broken(InternalError(f"Invalid domain state {state}"), line=case.line)


@rule(
    "34",
    "--disk-only needs the state disk-snapshot",
    why="The option says what the document has to say as well.",
    hint="leave --disk-only out, or use <state>disk-snapshot</state>",
    where="state",
    after=UNREADABLE,
)
def disk_only(case: Case) -> Iterator[Problem]:
    if case.flags & DISK_ONLY and case.document.state != "disk-snapshot":
        text = f"disk-only flag for snapshot {case.name} requires disk-snapshot state"
        yield disk_only.broken(InvalidArgument(text), line=case.line)


@rule(
    "36a",
    "online stays online",
    why="A replaced snapshot of a running or paused domain has memory; one of another "
    "state has none.",
    hint="keep the state, or delete the old metadata first",
    where="state",
    after=UNREADABLE,
)
def online_stays(case: Case) -> Iterator[Problem]:
    other = case.other
    if other is not None and case.document.online != other.online:
        text = f"cannot change between online and offline snapshot state in snapshot {case.name}"
        yield online_stays.broken(InvalidArgument(text), line=case.line)


@rule(
    "36b",
    "disk-only stays disk-only",
    why="What a replaced snapshot consists of cannot be changed by changing its metadata.",
    hint="keep the state, or delete the old metadata first",
    where="state",
    after=UNREADABLE,
)
def disk_only_stays(case: Case) -> Iterator[Problem]:
    other = case.other
    if other is None:
        return
    if (case.document.state == "disk-snapshot") != (other.state == "disk-snapshot"):
        text = f"cannot change between disk only and full system in snapshot {case.name}"
        yield disk_only_stays.broken(InvalidArgument(text), line=case.line)
