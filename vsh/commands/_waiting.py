"""Waiting for events: what ``event``, ``net-event`` and their kind share.

A wait ends with an event (or with --loop never), when time is up, or at Ctrl-C; how many events
came is printed last, and none is a failure.
"""

from __future__ import annotations

from vsh.api._call import Object
from vsh.api.event import MonitorEvent
from vsh.api.types import Record
from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Flag, Option, Param, declared, param_of, seconds
from vsh.errors import CommandError
from vsh.output.document import Lines, Outcome, Text
from vsh.output.units import moment
from vsh.words.domain.document import DomainMetadataType
from vsh.words.event import DETAILS, LIFECYCLES, DomainMemoryFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from vsh.api.event import Event
    from vsh.api.listening import Watch
    from vsh.cli.command import Command
    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document
    from vsh.words import Enumeration

    FieldWords = Mapping[tuple[str, str], type[Enumeration]]


KEYS = {
    "actual": ("actual_bytes", 1024),
    "authScheme": ("auth_scheme", 1),
    "channelName": ("channel", 1),
    "dev": ("target", 1),
    "devAlias": ("alias", 1),
    "device": ("node_device", 1),
    "dst": ("target", 1),
    "excess": ("excess_bytes", 1),
    "newMAC": ("new_mac", 1),
    "newSrcPath": ("new_source", 1),
    "nsuri": ("namespace", 1),
    "offset": ("offset_ns", 10**9),
    "oldMAC": ("old_mac", 1),
    "oldSrcPath": ("old_source", 1),
    "size": ("size_bytes", 1024),
    "srcPath": ("source", 1),
    "threshold": ("threshold_bytes", 1),
    "vcpuid": ("vcpu", 1),
}
"""By the name of a field of events, where it has another key: that, and what its number is
multiplied with."""

EVENTS = "each sequence event time uuid {} change? detail? type? namespace? | [event]"
"""What the commands tell that wait for events of an object, by its key."""


def lifecycle_words(event: Any) -> list[str]:
    """What happened to the object, and of a domain also how."""
    words = [LIFECYCLES[event.family].word_of(event.event)]
    if event.family == "domain":
        known = 0 <= event.event < len(DETAILS)
        words.append(DETAILS[event.event].word_of(event.detail) if known else "unknown")
    return words


def words_of(family: str) -> Document:
    """The words for the kinds of events of a family."""
    from vsh.api.event import family as kinds_of

    return Lines([kind.word for kind in kinds_of(family)], "event")


def stamp(nanoseconds: int) -> str:
    """A time since 1970 as events are stamped: UTC, to the millisecond."""
    from time import gmtime, strftime

    now = nanoseconds // 1000000
    return f"{strftime('%Y-%m-%d %H:%M:%S', gmtime(now // 1000))}.{now % 1000:03d}+0000"


LOOP = Flag("go on after the first event, until time is up or Ctrl-C")
TIMEOUT = Option("how many seconds to wait", kind=seconds, by_place=True)
LIST = Flag("list the types of events")
TIMESTAMP = Flag("print the time before each event")


def event_kind(family: str) -> type[Event] | None:
    """The option --event: a word of a family, and for the function the kind of event it means."""

    def complete(session: Session, text: str, given: Given) -> list[str]:
        from vsh.api.event import family as kinds_of

        return [kind.word for kind in kinds_of(family)]

    def resolve(session: Session, text: str, name: str) -> type[Event]:
        from vsh.api.event import by_word

        kind = by_word(family, text)
        if kind is None:
            hint = "--list shows the types of events"
            raise CommandError(f"unknown event type {text}", hint=hint)
        return kind

    param: Param = Option("the type of event to wait for", by_place=True, complete=complete)
    param.resolve = resolve
    kind: type[Event] | None = declared(param)
    return kind


def listing_only(given: Given) -> None:
    """The rule that with --list all else means nothing."""
    if "list" in given:
        for name in given.keys() - {"list"}:
            del given[name]


def _wanted(given: Given) -> None:
    """The rule that there must be something to wait for."""
    if given.keys().isdisjoint(("list", "event")):
        raise CommandError("either --list or --event <type> is required")


def event_command(
    module: str, family: str, target: Object, option: str, kind: str, *, known_by: str = "name"
) -> Command:
    """The command that waits for events of networks, pools, node devices or secrets.

    module    the command's: its name is the command's
    target    the atom of the one object whose events are wanted, and its option's name
    kind      how texts call such an object;  known_by  the field that they show of it
    """
    one = param_of(target)
    one.name = option

    def body(
        of: Object | None = declared(one),
        event: type[Event] | None = event_kind(family),
        loop: bool = LOOP,
        timeout: int | None = TIMEOUT,
        list: bool = LIST,
        timestamp: bool = TIMESTAMP,
        session: Session = SESSION,
    ) -> Document | Iterator[Document]:
        if event is None:
            return words_of(family)
        watch = session.connection.watch(event.word, family=family, of=of)
        return follow(
            session,
            watch,
            simple_text(kind, known_by),
            timeout=timeout,
            loop=loop,
            timestamp=timestamp,
            words={("metadata-change", "type"): DomainMetadataType},
        )

    body.__module__ = module
    name = module.rpartition(".")[2].replace("_", "-")
    body.__doc__ = (
        f"Wait for events of {kind}s, or list their types.\n\nFails if no event came.\n\n"
        f"Examples:\n{name} --event lifecycle --loop --timeout 60  # those of a minute\n"
        f"{name} --list  # the types there are\n"
    )
    return command(
        order=(_wanted, listing_only, "event", "timeout", option), tells=EVENTS.format(family)
    )(body)


def follow(
    session: Session,
    watch: Watch[Event],
    text: Callable[[Any], str],
    *,
    timeout: int | None,
    loop: bool,
    timestamp: bool,
    words: FieldWords | None = None,
) -> Iterator[Document]:
    """Each event as it comes, then how the wait ended and how many there were.

    text     the text of an event
    timeout  the seconds of the whole wait
    words    by the event's word and a field's name: the words for the numbers of that field
    """
    from contextlib import closing
    from time import monotonic, time_ns

    from vsh.signals import interruptible

    deadline = None if timeout is None else monotonic() + timeout
    count = 0
    with interruptible(), closing(watch):
        while not count or loop:
            left = None if deadline is None else max(deadline - monotonic(), 0)
            try:
                event = watch.next(left)
            except KeyboardInterrupt:
                yield Outcome("event loop {outcome}", outcome="interrupted")
                break
            if event is None:
                yield Outcome("event loop {outcome}", outcome="timed out")
                break
            count += 1
            now = time_ns()
            yield Text(
                f"{stamp(now)}: {text(event)}" if timestamp else text(event),
                sequence=count,
                **_values(event, moment(*divmod(now, 10**9)), words or {}),
            )
        ended = watch.close()
        yield Outcome("events received: {count}", count=count)
        if not count or not ended:
            session.status = 1


def _values(event: Event, now: str, words: FieldWords) -> dict[str, object]:
    """An event for structured formats; what happened to an object is its ``change``."""
    values = _fields(event, event.word, words)
    if event.word == "lifecycle":
        del values["event"], values["detail"]
        values.update(
            zip(("change", "detail"), map(str.lower, lifecycle_words(event)), strict=False)
        )
    elif event.word.startswith("pm-"):
        del values["reason"]  # a number that libvirt never sets
    elif event.word == "memory-failure":
        flags = values.pop("flags")
        assert isinstance(flags, int)
        values["action_required"] = bool(flags & DomainMemoryFailure.ACTION_REQUIRED)
        values["recursive"] = bool(flags & DomainMemoryFailure.RECURSIVE)
    elif isinstance(event, MonitorEvent):
        del values["seconds"], values["micros"]
        return {
            "time": moment(event.seconds, event.micros * 1000),
            "uuid": event.domain.uuid,
            **values,
        }
    target = next((each for each in _targets(event)), None)
    return {"event": event.word, "time": now, "uuid": getattr(target, "uuid", None), **values}


def _targets(event: Event) -> list[Object]:
    """The objects that an event is about."""
    fields = [getattr(event, name) for name in event.fields]
    return [field for field in fields if isinstance(field, Object)]


def _fields(record: Record, event: str, words: FieldWords) -> dict[str, object]:
    """The fields of an event, or of a part of one, under the names of structured formats."""
    values: dict[str, object] = {}
    for name in record.fields:
        key, factor = KEYS.get(name, (name, 1))
        value = getattr(record, name)
        known = words.get((event, name))
        if known:
            values[key] = known.word_of(value)
        elif factor != 1:
            values[key] = value * factor
        else:
            values[key] = _plain(value, event, words)
    return values


def _plain(value: object, event: str, words: FieldWords) -> object:
    """A value of an event as structured formats can show it: an object by its name."""
    if isinstance(value, Object):
        return getattr(value, "name", None) or getattr(value, "uuid", None)
    if isinstance(value, Record):
        return _fields(value, event, words)
    if isinstance(value, dict):  # a plain one: not every format knows typed parameters
        return [{"name": name, "value": each} for name, each in value.items()]
    if isinstance(value, list):
        return [_plain(each, event, words) for each in value]
    return value


def simple_text(kind: str, name: str) -> Callable[[object], str]:
    """The texts of events of a network, pool, node device or secret.

    kind  how the text calls the object;  name  the field that it is known by
    """

    def text(event: Any) -> str:
        target = getattr(event, event.fields[0])
        start = f"event '{event.word}' for {kind} {getattr(target, name)}"
        if event.word == "lifecycle":
            return f"{start}: {lifecycle_words(event)[0]}\n"
        if event.word == "metadata-change":
            what = DomainMetadataType.word_of(event.type, "unsupported value")
            return f"{start}: type {what}, uri {event.nsuri or '<null>'}\n"
        return f"{start}\n"

    return text
