"""pool-event: wait for events of storage pools."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.storage import pool_argument
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
def pool_event(
    pool: Any = pool_argument("only events of this pool", by_place=True),
    event: str | None = event_word("pool"),
    loop: bool = LOOP,
    timeout: int | None = TIMEOUT,
    list: bool = LIST,
    timestamp: bool = TIMESTAMP,
    session: Any = SESSION,
) -> Document | Iterator[Document]:
    """Wait for events of storage pools, or list their types.

    Fails if no event came.
    """
    if list:
        return words_of("pool")
    connection = session.connection
    return follow_kind(
        session,
        "pool",
        event,
        pool,
        (connection.storage_pool_event_register_any, connection.storage_pool_event_deregister_any),
        simple_text("storage pool", "name"),
        timeout=timeout,
        loop=loop,
        timestamp=timestamp,
    )
