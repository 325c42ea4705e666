"""Waiting for events: what ``event``, ``net-event`` and their kind share.

A wait ends with an event (or with --loop never), when time is up, or at Ctrl-C; how many events
came is printed last, and none is a failure.
"""

from __future__ import annotations

from vsh.api._call import Object
from vsh.api.types import Record
from vsh.cli.params import Flag, Option, seconds
from vsh.commands._words import word, words
from vsh.errors import CommandError, Error
from vsh.output.document import Line, Lines, Text
from vsh.words.domain.document import DomainMetadataType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from vsh.cli.session import Session

    FieldWords = Mapping[tuple[str, str], Sequence[str]]
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
    ("Booted", "Migrated", "Restored", "Snapshot", "Event wakeup", "Recreated"),
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
        "guest shutdown",
    ),
    ("Unpaused", "Migrated", "Snapshot", "Post-copy", "Post-copy Error"),
    ("Shutdown", "Destroyed", "Crashed", "Migrated", "Saved", "Failed", "Snapshot", "Recreated"),
    ("Finished", "Finished after guest request", "Finished after host request"),
    ("Memory", "Disk"),
    ("Panicked", "Crashloaded"),
)
"""Of domains: by the number of what happened, then by the number of how."""

METADATA = words(DomainMetadataType)
UNITS = {
    "actual": "kib",
    "excess": "bytes",
    "offset": "seconds",
    "size": "kib",
    "threshold": "bytes",
}
"""What the numbers of events count, by the field."""


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


LOOP: Any = Flag("go on after the first event, until time is up or Ctrl-C")
TIMEOUT: Any = Option("how many seconds to wait", kind=seconds, by_place=True)
LIST: Any = Flag("list the types of events")
TIMESTAMP: Any = Flag("print the time before each event")


def event_word(family: str) -> Any:
    """The option --event, with the words of a family."""
    return Option("the type of event to wait for", by_place=True, complete=complete_words(family))


def follow(
    session: Session,
    wait: Wait,
    text: Callable[[Any], str],
    *,
    loop: bool,
    timestamp: bool,
    words: FieldWords | None = None,
) -> Iterator[Document]:
    """Each event as it comes, then how the wait ended and how many there were.

    text   the text of an event
    words  by the event's word and a field's name: the words for the numbers of that field
    """
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
            yield Text(
                f"{now}: {text(event)}" if timestamp else text(event),
                **_values(event, now, words or {}),
            )
        ended = wait.end()
        yield Line("events received: {count}", count=count)
    finally:
        if not ended:
            ended = wait.end()
        if not count or not ended:
            session.status = 1


def follow_kind(
    session: Session,
    family: str,
    event: str | None,
    target: Any,
    calls: tuple[Any, Any],
    text: Callable[[Any], str],
    *,
    timeout: int | None,
    loop: bool,
    timestamp: bool,
) -> Iterator[Document]:
    """Follow the events of the one kind that a word names.

    calls  those of the connection that register and deregister for the family
    text   the text of an event
    """
    wait = Wait(session.connection, *calls, [kind_of(family, event)], target, timeout)
    words = {("metadata-change", "type"): METADATA}
    return follow(session, wait, text, loop=loop, timestamp=timestamp, words=words)


def _values(event: Any, now: str, words: FieldWords) -> dict[str, Any]:
    """An event for structured formats; what happened to an object is its ``change``."""
    values = _fields(event, event.word, words)
    if event.word == "lifecycle":
        del values["event"], values["detail"]
        values.update(zip(("change", "detail"), lifecycle_words(event), strict=False))
    return {"event": event.word, "time": now, **values}


def _fields(record: Any, event: str, words: FieldWords) -> dict[str, Any]:
    """The fields of an event, or of a part of one, under the names of structured formats."""
    values = {}
    for name in record.fields:
        key = _key(name)
        value = getattr(record, name)
        known = words.get((event, name))
        values[f"{key}_{UNITS[key]}" if key in UNITS else key] = (
            word(known, value) if known else _plain(value, event, words)
        )
    return values


def _key(name: str) -> str:
    """The name of a field on the wire ("oldSrcPath") as structured formats have it."""
    return "".join(
        f"_{char.lower()}" if char.isupper() and before.islower() else char.lower()
        for before, char in zip(" " + name, name, strict=False)
    )


def _plain(value: Any, event: str, words: FieldWords) -> Any:
    """A value of an event as structured formats can show it: an object by its name."""
    if isinstance(value, Object):
        return getattr(value, "name", None) or getattr(value, "uuid", None)
    if isinstance(value, Record):
        return _fields(value, event, words)
    if isinstance(value, dict):  # a plain one: not every format knows typed parameters
        return dict(value)
    if isinstance(value, list):
        return [_plain(each, event, words) for each in value]
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
