"""Events as an iteration: registered for when it begins, and no more when it ends."""

from __future__ import annotations

from vsh.api.event import by_word, family
from vsh.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vsh.api.event import Event


def listen(
    connection: Any, words: tuple[str, ...], name: str, of: Any, timeout: float | None
) -> Iterator[Event]:
    """The events of some kinds of a family, as ``Connection.events`` gives them.

    Registered at the first step of the iteration, and no more when it ends or is closed.
    """
    kinds = [by_word(name, word) for word in words] if words else list(family(name))
    for word, kind in zip(words, kinds, strict=False):
        if kind is None:
            raise ValueError(f"{word!r} is no event of {name}: see vsh.api.event")
    return _listening(connection, [kind for kind in kinds if kind is not None], of, timeout)


def _listening(
    connection: Any, kinds: list[type[Event]], of: Any, timeout: float | None
) -> Iterator[Event]:
    register, deregister = registration(connection, kinds[0].family)
    answers = connection.many([register.request(kind.id, of) for kind in kinds])
    numbers = {answer for answer in answers if not isinstance(answer, Error)}
    try:
        if not numbers:  # a daemon may be older than some kinds, but not than all
            raise answers[0]
        while (event := connection.next_event(timeout)) is not None:
            if event.callback in numbers:
                yield event
    finally:
        connection.many([deregister.request(number) for number in numbers])


def registration(connection: Any, name: str) -> tuple[Any, Any]:
    """The connection's calls that begin and end the events of a family."""
    stem = {"domain": "domain_event_callback", "pool": "storage_pool_event"}.get(
        name, f"{name}_event"
    )
    return (
        getattr(connection, f"{stem}_register_any"),
        getattr(connection, f"{stem}_deregister_any"),
    )
