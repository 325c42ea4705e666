"""iothreadset: how an I/O thread of a domain polls."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Option, int32, uint64
from vsh.commands._devices import iothread_numbers
from vsh.commands.domain._tuning import UINT_MAX, io_thread
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command(exclusive=IMPACT_EXCLUSIVE)
def iothreadset(
    domain: Domain = DOMAIN,
    id: int = Argument("number of the I/O thread", kind=io_thread, complete=iothread_numbers),
    poll_max_ns: int | None = Option(
        "longest time to poll, in nanoseconds; 0 is none", kind=uint64, by_place=True
    ),
    poll_grow: int | None = Option(
        "factor by which polling grows; 0 is the default", kind=uint64, by_place=True
    ),
    poll_shrink: int | None = Option(
        "divisor by which polling shrinks; 0 is to nothing", kind=uint64, by_place=True
    ),
    poll_weight: int | None = Option("how much the newest interval counts", kind=uint64),
    thread_pool_min: int | None = Option("fewest threads of its pool", kind=int32, by_place=True),
    thread_pool_max: int | None = Option("most threads of its pool", kind=int32, by_place=True),
    impact: int = impact(),
) -> None:
    """Set how an I/O thread of a domain polls, and the size of its pool of threads.

    Without an option that says otherwise only the running domain is changed.

    Examples:
        iothreadset web1 1 --poll-max-ns 32768 --live  # how long it polls
    """
    params = TypedParams()
    if poll_max_ns is not None:
        params.set("poll_max_ns", "ullong", poll_max_ns)
    for name, value in (
        ("poll_grow", poll_grow),
        ("poll_shrink", poll_shrink),
        ("poll_weight", poll_weight),
    ):
        if value is not None:
            params.set(name, "uint" if value <= UINT_MAX else "ullong", value)
    for name, value in (("thread_pool_min", thread_pool_min), ("thread_pool_max", thread_pool_max)):
        if value is not None:
            params.set(name, "int", value)
    if not params:
        raise CommandError("Not enough arguments passed, nothing to set")
    domain.set_iothread_params(id, params, impact)
