"""qemu-monitor-event: wait for events of QEMU's monitor."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument
from vsh.cli.params import Flag, Option, seconds
from vsh.commands._waiting import Wait, follow
from vsh.commands.domain._json import NOTHING, formatted, parsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vsh.output.document import Document


@command
def qemu_monitor_event(
    domain: Any = domain_argument(
        "only events of this domain", option=True, by_place=True, required=False
    ),
    event: str | None = Option("only events of this name", by_place=True),
    pretty: bool = Flag("set the details out for people"),
    loop: bool = Flag("go on after the first event, until time is up or Ctrl-C"),
    timeout: int | None = Option("how many seconds to wait", kind=seconds, by_place=True),
    regex: bool = Flag("the name is a regular expression"),
    no_case: bool = Flag("capitals and small letters are the same"),
    timestamp: bool = Flag("print the time before each event"),
    session: Any = SESSION,
) -> Iterator[Document]:
    """Wait for events of QEMU's monitor.

    Fails if no event came.
    """
    from vsh.api.event import MonitorEvent

    connection = session.connection
    flags = (1 if regex else 0) | (2 if no_case else 0)
    wait = Wait(
        connection,
        MonitorRegistration(connection, event, flags),
        connection.domain_monitor_event_deregister,
        [MonitorEvent],
        domain,
        timeout,
    )

    def text(found: Any) -> str:
        details = found.details
        value = parsed(details) if pretty and details else NOTHING
        if value is not NOTHING:
            details = formatted(value, pretty=True)
        when = "" if timestamp else f" at {found.seconds}.{found.micros:06}"
        return (
            f"event {found.event}{when} for domain '{found.domain.name}': "
            f"{'<null>' if details is None else details}\n"
        )

    return follow(session, wait, text, loop=loop, timestamp=timestamp)


class MonitorRegistration:
    """The registering call as ``Wait`` makes it."""

    def __init__(self, connection: Any, event: str | None, flags: int) -> None:
        self.connection = connection
        self.event = event
        self.flags = flags

    def request(self, kind: Any, target: Any) -> Any:
        """The call as a value; there is one kind of event only."""
        return self.connection.domain_monitor_event_register.request(target, self.event, self.flags)
