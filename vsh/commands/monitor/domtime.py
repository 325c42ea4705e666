"""domtime: the clock of a running guest."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Flag, Flags, Option, int64
from vsh.output.document import Text
from vsh.output.units import moment
from vsh.words.domain.guest import DomainSetTime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=(("time", "now"), ("time", "sync"), ("now", "sync")), tells="time | done")
def domtime(
    domain: Domain = ACTIVE_DOMAIN,
    now: bool = Flag("set the time that it is on the machine that runs this program"),
    pretty: bool = Flag("print the time as date and time of day, in UTC"),
    flags: int = Flags(DomainSetTime, sync="set the guest's clock from its real-time clock"),
    time: int | None = Option(
        "set this time, in seconds since the epoch", kind=int64, by_place=True
    ),
) -> Document | None:
    """Print or set the time in a running guest.

    Needs the agent in the guest.

    Examples:
        domtime web1 --pretty  # the guest's clock
        domtime web1 --sync  # set it by the guest's own hardware clock
    """
    from time import gmtime, strftime
    from time import time as clock

    if now:
        time = int(clock())
    if time is not None or flags:
        domain.set_time(time or 0, 0, flags)
        return None
    seconds, nanoseconds = domain.get_time()
    text = strftime("%Y-%m-%d %H:%M:%S", gmtime(seconds)) if pretty else str(seconds)
    return Text(f"Time: {text}", time=moment(seconds, nanoseconds))
