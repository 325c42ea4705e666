"""nodedev-event: wait for events of the host's devices."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import device_argument
from vsh.cli.objects import SESSION
from vsh.cli.params import Flag, Option, seconds
from vsh.commands._waiting import Wait, complete_words, follow, kind_of, simple_text, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vsh.output.document import Document


@command
def nodedev_event(
    device: Any = device_argument("only events of this device", by_place=True),
    event: str | None = Option(
        "the type of event to wait for", by_place=True, complete=complete_words("node_device")
    ),
    loop: bool = Flag("go on after the first event, until time is up or Ctrl-C"),
    timeout: int | None = Option("how many seconds to wait", kind=seconds, by_place=True),
    list: bool = Flag("list the types of events"),
    timestamp: bool = Flag("print the time before each event"),
    session: Any = SESSION,
) -> Document | Iterator[Document]:
    """Wait for events of the host's devices, or list their types.

    Fails if no event came.
    """
    if list:
        return words_of("node_device")
    kind = kind_of("node_device", event)
    connection = session.connection
    wait = Wait(
        connection,
        connection.node_device_event_register_any,
        connection.node_device_event_deregister_any,
        [kind],
        device,
        timeout,
    )
    return follow(session, wait, simple_text("node device", "name"), loop=loop, timestamp=timestamp)
