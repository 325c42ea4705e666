"""net-event: wait for events of networks."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import network_argument
from vsh.cli.objects import SESSION
from vsh.commands._waiting import (
    LIST,
    LOOP,
    TIMEOUT,
    TIMESTAMP,
    event_word,
    follow_kind,
    simple_text,
    words_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vsh.output.document import Document


@command
def net_event(
    network: Any = network_argument("only events of this network", by_place=True),
    event: str | None = event_word("network"),
    loop: bool = LOOP,
    timeout: int | None = TIMEOUT,
    list: bool = LIST,
    timestamp: bool = TIMESTAMP,
    session: Any = SESSION,
) -> Document | Iterator[Document]:
    """Wait for events of networks, or list their types.

    Fails if no event came.
    """
    if list:
        return words_of("network")
    connection = session.connection
    return follow_kind(
        session,
        "network",
        event,
        network,
        (connection.network_event_register_any, connection.network_event_deregister_any),
        simple_text("network", "name"),
        timeout=timeout,
        loop=loop,
        timestamp=timestamp,
    )
