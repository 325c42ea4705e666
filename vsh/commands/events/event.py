"""event: wait for events of domains."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument
from vsh.cli.params import Flag
from vsh.commands._waiting import (
    LIST,
    LOOP,
    TIMEOUT,
    TIMESTAMP,
    event_kind,
    follow,
    listing_only,
    words_of,
)
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.domain import Domain
    from vsh.api.event import Event
    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document


def wanted(given: Given) -> None:
    """The rule that there must be something to wait for."""
    if given.keys().isdisjoint(("list", "all", "event")):
        raise CommandError("one of --list, --all, or --event <type> is required")


@command(
    exclusive=(("all", "event"), ("list", "all"), ("list", "event")),
    order=(wanted, listing_only, "event", "timeout", "domain"),
    tells=(
        "each sequence event time uuid domain change? detail? offset_ns? action? source? alias? "
        "reason? phase? local? remote? auth_scheme? subject? path? target? type? status? "
        "old_source? new_source? actual_bytes? params? state? iteration? namespace? "
        "threshold_bytes? excess_bytes? recipient? action_required? recursive? size_bytes? "
        "old_mac? new_mac? vcpu? channel? | [event]"
    ),
)
def event(
    domain: Domain | None = domain_argument("only events of this domain", by_place=True),
    event: type[Event] | None = event_kind("domain"),
    all: bool = Flag("wait for events of all types"),
    loop: bool = LOOP,
    timeout: int | None = TIMEOUT,
    list: bool = LIST,
    timestamp: bool = TIMESTAMP,
    session: Session = SESSION,
) -> Document | Iterator[Document]:
    """Wait for events of domains, or list their types.

    Fails if no event came.

    Examples:
        event --all --loop --timestamp  # all that happens, until Ctrl-C
        event web1 lifecycle --timeout 60  # the next start or stop of one domain
        event --list  # the kinds there are
    """
    if list:
        return words_of("domain")
    from vsh.commands.events._texts import FIELD_WORDS, domain_event_text

    watch = session.connection.watch(*([event.word] if event else ()), of=domain)
    return follow(
        session,
        watch,
        domain_event_text,
        timeout=timeout,
        loop=loop,
        timestamp=timestamp,
        words=FIELD_WORDS,
    )
