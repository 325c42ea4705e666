"""event: wait for events of domains."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_names, find_domain
from vsh.cli.params import Flag, Option
from vsh.commands._waiting import LIST, LOOP, TIMEOUT, TIMESTAMP, Wait, event_word, follow, words_of
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("all", "event"), ("list", "all"), ("list", "event")))
def event(
    domain: str | None = Option(
        "only events of this domain", by_place=True, complete=domain_names()
    ),
    event: str | None = event_word("domain"),
    all: bool = Flag("wait for events of all types"),
    loop: bool = LOOP,
    timeout: int | None = TIMEOUT,
    list: bool = LIST,
    timestamp: bool = TIMESTAMP,
    session: Any = SESSION,
) -> Document | Iterator[Document]:
    """Wait for events of domains, or list their types.

    Fails if no event came.
    """
    if list:
        return words_of("domain")
    from vsh.api.event import by_word, family
    from vsh.commands.events._texts import FIELD_WORDS, domain_event_text

    if event is None and not all:
        raise CommandError("one of --list, --all, or --event <type> is required")
    kinds = family("domain") if event is None else [by_word("domain", event)]
    if kinds[0] is None:
        raise CommandError(f"unknown event type {event}", hint="--list shows the types of events")
    target = None if domain is None else find_domain(session, domain)
    connection = session.connection
    wait = Wait(
        connection,
        connection.domain_event_callback_register_any,
        connection.domain_event_callback_deregister_any,
        kinds,
        target,
        timeout,
    )
    return follow(
        session, wait, domain_event_text, loop=loop, timestamp=timestamp, words=FIELD_WORDS
    )
