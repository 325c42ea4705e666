"""nodedev-event: wait for events of the host's devices."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import device_argument
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
def nodedev_event(
    device: Any = device_argument("only events of this device", by_place=True),
    event: str | None = event_word("node_device"),
    loop: bool = LOOP,
    timeout: int | None = TIMEOUT,
    list: bool = LIST,
    timestamp: bool = TIMESTAMP,
    session: Any = SESSION,
) -> Document | Iterator[Document]:
    """Wait for events of the host's devices, or list their types.

    Fails if no event came.
    """
    if list:
        return words_of("node_device")
    connection = session.connection
    return follow_kind(
        session,
        "node_device",
        event,
        device,
        (connection.node_device_event_register_any, connection.node_device_event_deregister_any),
        simple_text("node device", "name"),
        timeout=timeout,
        loop=loop,
        timestamp=timestamp,
    )
