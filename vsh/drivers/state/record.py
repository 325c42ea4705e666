"""What is kept of an object beyond the process."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Record:
    """What is kept of one object.

    planned, live  documents, or None
    facts          a dict of plain values
    """

    __slots__ = ("autostart", "facts", "live", "name", "persistent", "planned", "uuid")

    def __init__(
        self,
        name: str,
        uuid: str,
        *,
        persistent: bool,
        autostart: bool,
        planned: str | None,
        live: str | None,
        facts: dict[str, Any],
    ) -> None:
        self.name = name
        self.uuid = uuid
        self.persistent = persistent
        self.autostart = autostart
        self.planned = planned
        self.live = live
        self.facts = facts
