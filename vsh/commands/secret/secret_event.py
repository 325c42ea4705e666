"""secret-event: wait for events of secrets."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import secret_argument
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
def secret_event(
    secret: Any = secret_argument("only events of this secret", by_place=True),
    event: str | None = event_word("secret"),
    loop: bool = LOOP,
    timeout: int | None = TIMEOUT,
    list: bool = LIST,
    timestamp: bool = TIMESTAMP,
    session: Any = SESSION,
) -> Document | Iterator[Document]:
    """Wait for events of secrets, or list their types.

    Fails if no event came.
    """
    if list:
        return words_of("secret")
    connection = session.connection
    return follow_kind(
        session,
        "secret",
        event,
        secret,
        (connection.secret_event_register_any, connection.secret_event_deregister_any),
        simple_text("secret", "uuid"),
        timeout=timeout,
        loop=loop,
        timestamp=timestamp,
    )
