"""qemu-monitor-event: wait for events of QEMU's monitor."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument
from vsh.cli.params import BITS, Flag, Option
from vsh.commands._waiting import LOOP, TIMEOUT, TIMESTAMP, follow
from vsh.commands.domain._json import NOTHING, formatted, parsed
from vsh.words.connection import DomainQemuMonitorEventRegister

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.domain import Domain
    from vsh.api.event import MonitorEvent
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(order=("timeout",), tells="each sequence event time domain uuid details")
def qemu_monitor_event(
    domain: Domain | None = domain_argument(
        "only events of this domain", option=True, by_place=True, required=False
    ),
    event: str | None = Option("only events of this name", by_place=True),
    pretty: bool = Flag("set the details out for people"),
    loop: bool = LOOP,
    timeout: int | None = TIMEOUT,
    regex: bool = Flag(
        "the name is a regular expression", bit=DomainQemuMonitorEventRegister.REGEX
    ),
    no_case: bool = Flag(
        "capitals and small letters are the same", bit=DomainQemuMonitorEventRegister.NOCASE
    ),
    timestamp: bool = TIMESTAMP,
    flags: int = BITS,
    session: Session = SESSION,
) -> Iterator[Document]:
    """Wait for events of QEMU's monitor.

    Fails if no event came.

    Examples:
        qemu-monitor-event web1 --loop --timeout 60 --timestamp  # all of QEMU's events for a minute
    """
    watch = session.connection.watch_monitor(event, of=domain, flags=flags)

    def text(found: MonitorEvent) -> str:
        details = found.details
        value = parsed(details) if pretty and details else NOTHING
        if value is not NOTHING:
            details = formatted(value, pretty=True)
        when = "" if timestamp else f" at {found.seconds}.{found.micros:06}"
        return (
            f"event {found.event}{when} for domain '{found.domain.name}': "
            f"{'<null>' if details is None else details}\n"
        )

    return follow(session, watch, text, timeout=timeout, loop=loop, timestamp=timestamp)
