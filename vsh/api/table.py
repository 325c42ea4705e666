"""The whole table: every call, and every event message, by program and number."""

from __future__ import annotations

from vsh.api._call import Call, Object
from vsh.api.kinds import KINDS, kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.event import Event

_calls: dict[tuple[str, int], Call[..., object]] = {}
_events: dict[tuple[str, int], type[Event]] = {}


def calls() -> dict[tuple[str, int], Call[..., object]]:
    """Every call by its program and its number in it."""
    if not _calls:
        _calls.update({(call.program, call.number): call for call in _declared()})
    return _calls


def events() -> dict[tuple[str, int], type[Event]]:
    """Every event message by its program and its number in it."""
    if not _events:
        from vsh.api.event import EVENTS

        _events.update(
            {
                (event.program, number): event
                for event in EVENTS
                for number in (event.number, event.legacy)
                if number is not None
            }
        )
    return _events


def _declared() -> Iterator[Call[..., object]]:
    from vsh.api.connection.handshake import Handshake

    classes: list[type] = [*map(kind, KINDS), Handshake]
    for declaring in classes:
        if issubclass(declaring, Object):
            declaring.join()
        for base in declaring.__mro__:
            for value in vars(base).values():
                if isinstance(value, Call):
                    yield value
