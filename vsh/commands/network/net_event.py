"""net-event: wait for events of networks."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import network_argument
from vsh.cli.objects import SESSION
from vsh.cli.params import Flag, Option, seconds
from vsh.commands._waiting import Wait, complete_words, follow, kind_of, simple_text, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vsh.output.document import Document


@command
def net_event(
    network: Any = network_argument("only events of this network", by_place=True),
    event: str | None = Option(
        "the type of event to wait for", by_place=True, complete=complete_words("network")
    ),
    loop: bool = Flag("go on after the first event, until time is up or Ctrl-C"),
    timeout: int | None = Option("how many seconds to wait", kind=seconds, by_place=True),
    list: bool = Flag("list the types of events"),
    timestamp: bool = Flag("print the time before each event"),
    session: Any = SESSION,
) -> Document | Iterator[Document]:
    """Wait for events of networks, or list their types.

    Fails if no event came.
    """
    if list:
        return words_of("network")
    kind = kind_of("network", event)
    connection = session.connection
    wait = Wait(
        connection,
        connection.network_event_register_any,
        connection.network_event_deregister_any,
        [kind],
        network,
        timeout,
    )
    return follow(session, wait, simple_text("network", "name"), loop=loop, timestamp=timestamp)
