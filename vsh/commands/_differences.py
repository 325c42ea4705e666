"""A table of what differs between two documents."""

from __future__ import annotations

from vsh.output.document import Column, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.engine.diff import Change


def differences(changes: Iterable[Change]) -> Table:
    """One row a change; a dash stands for what is not there."""
    rows = [change.values() for change in changes]
    columns = (Column("Path", "path"), Column("Before", "before", _shown))
    return Table(rows, *columns, Column("After", "after", _shown))


def _shown(value: str | None) -> str:
    return "-" if value is None else value
