"""Waiting for events: what ``event``, ``net-event`` and their kind share.

A wait ends with an event (or with --loop never), when time is up, or at Ctrl-C; how many events
came is printed last, and none is a failure.
"""

from __future__ import annotations

from vsh.api._call import Object
from vsh.api.types import Record
from vsh.errors import CommandError, Error
from vsh.output.document import Line, Lines, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from vsh.cli.session import Session
    from vsh.output.document import Document


LIFECYCLES = {
    "domain": (
        "Defined",
        "Undefined",
        "Started",
        "Suspended",
        "Resumed",
        "Stopped",
        "Shutdown",
        "PMSuspended",
        "Crashed",
    ),
    "network": ("Defined", "Undefined", "Started", "Stopped"),
    "pool": ("Defined", "Undefined", "Started", "Stopped", "Created", "Deleted"),
    "node_device": ("Created", "Deleted", "Defined", "Undefined"),
    "secret": ("Defined", "Undefined"),
}
"""By family, then by the number of what happened."""

DETAILS = (
    ("Added", "Updated", "Renamed", "Snapshot"),
    ("Removed", "Renamed"),
    ("Booted", "Migrated", "Restored", "Snapshot", "Event wakeup"),
    (
        "Paused",
        "Migrated",
        "I/O Error",
        "Watchdog",
        "Restored",
        "Snapshot",
        "API error",
        "Post-copy",
        "Post-copy Error",
    ),
    ("Unpaused", "Migrated", "Snapshot", "Post-copy", "Post-copy Error"),
    ("Shutdown", "Destroyed", "Crashed", "Migrated", "Saved", "Failed", "Snapshot"),
    ("Finished", "Finished after guest request", "Finished after host request"),
    ("Memory", "Disk"),
    ("Panicked", "Crashloaded"),
)
"""Of domains: by the number of what happened, then by the number of how."""

METADATA = ("description", "title", "element")


def word(words: Sequence[str], number: int, other: str = "unknown") -> str:
    """The word for a number; ``other`` for one that is newer than this program."""
    return words[number] if 0 <= number < len(words) else other


def lifecycle_words(event: Any) -> list[str]:
    """What happened to the object, and of a domain also how."""
    words = [word(LIFECYCLES[event.family], event.event)]
    if event.family == "domain":
        known = 0 <= event.event < len(DETAILS)
        words.append(word(DETAILS[event.event] if known else (), event.detail))
    return words


def words_of(family: str) -> Document:
    """The words for the kinds of events of a family."""
    from vsh.api.event import family as kinds_of

    return Lines([kind.word for kind in kinds_of(family)], "event")


def complete_words(family: str) -> Any:
    """A completer of the words for the kinds of events of a family."""

    def complete(session: Session, text: str, given: dict[str, Any]) -> list[str]:
        from vsh.api.event import family as kinds_of

        return [kind.word for kind in kinds_of(family)]

    return complete


def kind_of(family: str, event: str | None) -> Any:
    """The kind of event that a word means.  Raises CommandError."""
    from vsh.api.event import by_word

    if event is None:
        raise CommandError("either --list or --event <type> is required")
    kind = by_word(family, event)
    if kind is None:
        raise CommandError(f"unknown event type {event}", hint="--list shows the types of events")
    return kind


def stamp() -> str:
    """Now, as events are stamped: UTC, to the millisecond."""
    from time import gmtime, strftime, time_ns

    now = time_ns() // 1000000
    return f"{strftime('%Y-%m-%d %H:%M:%S', gmtime(now // 1000))}.{now % 1000:03d}+0000"


class Wait:
    """One wait: registered for some kinds of events of one family, until a time.

    register, deregister  the connection's calls for that family
    outcome               why the wait ended before an event: "interrupted", "timed out", or None
    """

    def __init__(
        self,
        connection: Any,
        register: Any,
        deregister: Any,
        kinds: Sequence[Any],
        target: Any = None,
        timeout: int | None = None,
    ) -> None:
        from time import monotonic

        self.connection = connection
        self.deregister = deregister
        self.family = kinds[0].family
        self.deadline = None if timeout is None else monotonic() + timeout
        self.outcome: str | None = None
        answers = connection.many([register.request(kind.id, target) for kind in kinds])
        # a daemon that is older than this program does not know the newest kinds
        self.numbers = {answer for answer in answers if not isinstance(answer, Error)}
        if isinstance(answers[0], Error):
            self.end()
            raise answers[0]

    def next(self) -> Any:
        """The next event, or None at the end of the wait, with its ``outcome``."""
        from time import monotonic

        driver = self.connection.driver
        while True:
            left = None if self.deadline is None else max(self.deadline - monotonic(), 0)
            try:
                event = driver.next_event(left)
            except KeyboardInterrupt:
                self.outcome = "interrupted"
                return None
            if event is None:
                self.outcome = "timed out"
                return None
            if event.family == self.family and event.callback in self.numbers:
                return event

    def end(self) -> bool:
        """Want no more events.  False if the driver did not take that well."""
        numbers, self.numbers = self.numbers, set()
        answers = self.connection.many([self.deregister.request(number) for number in numbers])
        return not any(isinstance(answer, Error) for answer in answers)


def follow(
    session: Session, wait: Wait, text: Callable[[Any], str], *, loop: bool, timestamp: bool
) -> Iterator[Document]:
    """Each event as it comes, then how the wait ended and how many there were."""
    count = 0
    ended = False
    try:
        while not count or loop:
            event = wait.next()
            if event is None:
                yield Line("event loop {outcome}", outcome=wait.outcome)
                break
            count += 1
            now = stamp()
            yield Text(f"{now}: {text(event)}" if timestamp else text(event), **_values(event, now))
        ended = wait.end()
        yield Line("events received: {count}", count=count)
    finally:
        if not ended:
            ended = wait.end()
        if not count or not ended:
            session.status = 1


def _values(event: Any, now: str) -> dict[str, Any]:
    """An event for structured formats; what happened to an object is its ``change``."""
    values = {name: _plain(getattr(event, name)) for name in event.fields}
    if event.word == "lifecycle":
        del values["event"], values["detail"]
        values.update(zip(("change", "detail"), lifecycle_words(event), strict=False))
    return {"event": event.word, "time": now, **values}


def _plain(value: Any) -> Any:
    """A field of an event as structured formats can show it: an object by its name."""
    if isinstance(value, Object):
        return getattr(value, "name", None) or getattr(value, "uuid", None)
    if isinstance(value, Record):
        return {name: _plain(getattr(value, name)) for name in value.fields}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value


def simple_text(kind: str, name: str) -> Callable[[Any], str]:
    """The texts of events of a network, pool, node device or secret.

    kind  how the text calls the object;  name  the field that it is known by
    """

    def text(event: Any) -> str:
        target = getattr(event, event.fields[0])
        start = f"event '{event.word}' for {kind} {getattr(target, name)}"
        if event.word == "lifecycle":
            return f"{start}: {lifecycle_words(event)[0]}\n"
        if event.word == "metadata-change":
            what = word(METADATA, event.type, "unsupported value")
            return f"{start}: type {what}, uri {event.nsuri or '<null>'}\n"
        return f"{start}\n"

    return text
