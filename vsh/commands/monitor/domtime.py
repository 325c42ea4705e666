"""domtime: the clock of a running guest."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Flag, Option, int64
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


SYNC = 1  # VIR_DOMAIN_TIME_SYNC


@command(exclusive=(("time", "now"), ("time", "sync"), ("now", "sync")))
def domtime(
    domain: Any = ACTIVE_DOMAIN,
    now: bool = Flag("set the time that it is on the machine that runs this program"),
    pretty: bool = Flag("print the time as date and time of day, in UTC"),
    sync: bool = Flag("set the guest's clock from its real-time clock"),
    time: int | None = Option(
        "set this time, in seconds since the epoch", kind=int64, by_place=True
    ),
) -> Document | None:
    """Print or set the time in a running guest.

    Needs the agent in the guest.
    """
    from time import gmtime, strftime
    from time import time as clock

    if now:
        time = int(clock())
    if time is not None or sync:
        domain.set_time(time or 0, 0, SYNC if sync else 0)
        return None
    seconds, nanoseconds = domain.get_time()
    text = strftime("%Y-%m-%d %H:%M:%S", gmtime(seconds)) if pretty else str(seconds)
    return Text(f"Time: {text}", seconds=seconds, nanoseconds=nanoseconds)
